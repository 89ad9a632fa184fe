"""The words of features that do not declare theirs yet, and questions about a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from adoption.privacy.models import RestrictedAction
from bot.features.channels.blocks import channel_dialog
from bot.features.desk import Desk
from bot.features.overrides.blocks import override_dialog
from bot.slack.accounts import account_of
from bot.slack.dialogs import opened
from bot.texts import texts

ASK_ABOUT = "ask_about"


@dataclass(frozen=True)
class Commanded:
    """A command on its way: who, where, the words behind it, and what it may open."""

    account: str
    user: str
    channel: str
    text: str
    trigger: str
    client: WebClient

    def opens(self, view: dict[str, Any]) -> str:
        """Opens a dialog; gives what there is to say, which is nothing if it opened."""
        return "" if opened(self.client, self.trigger, view) else texts("commands")["not_open"]


@dataclass(frozen=True)
class Call:
    """One use of a command whose handler answers for itself.

    Attributes:
        rest: what follows the word.
        command: Slack's payload.
    """

    rest: str
    command: dict[str, Any]
    context: BoltContext
    client: WebClient
    ack: Ack


Handler = Callable[[Call], None]
# Words of other parts of the app, beside those of the desk.
COMMANDS: dict[str, Handler] = {}


def register(word: str, handler: Handler) -> None:
    """Says what handles `/uptake <word>`; it acknowledges once it has kept what it was told."""
    COMMANDS[word] = handler


# Gives what whoever wrote the command is told; nothing for nothing.
Act = Callable[[Commanded], str]


def acts_of(desk: Desk) -> dict[str, Act]:
    """What each word does."""

    def override(by: Commanded) -> str:
        return by.opens(override_dialog(desk.vocabulary, desk.tools(), tool=by.text))

    def privacy(by: Commanded) -> str:
        return by.opens(desk.mine.dialog(by.account))

    def channel(by: Commanded) -> str:
        if not by.channel.startswith(("C", "G")):
            return texts("channels")["not_here"]
        if not desk.people.may_rule(by.user, by.channel):
            desk.refusals.take(by.trigger, by.account, RestrictedAction.CHANNEL_RULE, by.channel)
            return texts("channels")["refused"]
        rule = desk.channels.rule(by.channel)
        return by.opens(channel_dialog(by.channel, rule, desk.kinds(), desk.tools()))

    return {
        "override": override,
        "privacy": privacy,
        "channel": channel,
    }


def run(
    desk: Desk,
    word: str,
    rest: str,
    command: dict[str, Any],
    context: BoltContext,
    client: WebClient,
    ack: Ack,
) -> bool:
    """Does what a word says; False where it is none of these."""
    if (handler := COMMANDS.get(word)) is not None:
        handler(Call(rest, command, context, client, ack))
        return True
    act = acts_of(desk).get(word)
    if act is None:
        return False
    by = Commanded(
        account_of(context),
        str(command["user_id"]),
        str(command["channel_id"]),
        rest,
        str(command["trigger_id"]),
        client,
    )
    ack(act(by))
    return True


def help_lines(is_admin: bool) -> list[str]:
    """The lines of help of these words."""
    say = texts("commands")
    names = ["override", "privacy", "channel", "story"]
    return [say[name] for name in [*names, *(["digest", "roles"] if is_admin else [])]]
