"""`/uptake <word>`: finds the feature that declares the word, and answers the person alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.container import Container
from bot.feature import Invocation, Subcommand
from bot.slack.identity import account_of
from bot.slack.mrkdwn import plain
from bot.texts import texts

COMMAND = "/uptake"
_HELP, _ASK = "help", "ask"


def register(app: App, container: Container, words: Sequence[Subcommand]) -> None:
    """Connects the command with the words that features declare."""
    by_word = {each.word: each for each in words}

    def commanded(ack: Ack, command: dict[str, Any], context: BoltContext) -> None:
        say = texts("commands")
        text = str(command.get("text") or "").strip()
        given, _, rest = text.partition(" ")
        word = given.lower() or _HELP
        invocation = invocation_of(command, context, rest.strip())
        if is_question(text, by_word):
            ack(by_word[_ASK].run(container, replace(invocation, rest=text)))
        elif word == _HELP:
            ack(help_text(words, container.admins.is_admin(invocation.account)))
        elif word in by_word:
            ack(by_word[word].run(container, invocation))
        else:
            ack(say["unknown"].format(word=plain(given, 40)))

    app.command(COMMAND)(commanded)


def is_question(text: str, known: Collection[str]) -> bool:
    """Whether what stands behind the command is a question without the word `ask`.

    Three words or more that begin with none of the `known` ones, or with one of them where they
    end in a question mark, as no use of it does.
    """
    words = text.split()
    is_known = bool(words) and words[0].lower() in {*known, _HELP}
    if is_known:
        return len(words) > 2 and text.endswith("?") and words[0].lower() != _ASK
    return len(words) > 2 or text.endswith("?")


def invocation_of(command: dict[str, Any], context: BoltContext, rest: str) -> Invocation:
    """Slack's payload as the features take it."""
    return Invocation(
        account=account_of(context),
        user=str(command["user_id"]),
        channel=str(command["channel_id"]),
        rest=rest,
        trigger=str(command["trigger_id"]),
        url=str(command.get("response_url") or ""),
    )


def help_text(words: Sequence[Subcommand], is_admin: bool) -> str:
    """What there is, for somebody in their role."""
    say = texts("commands")
    lines = [each.help for each in words if each.help and (is_admin or not each.for_admins)]
    ends = [*([say["admin"]] if is_admin else []), say["help_line"], say["more"]]
    return "\n".join([say["help"], *lines, *ends])
