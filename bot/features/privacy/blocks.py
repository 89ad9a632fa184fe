"""What is stored about somebody, in plain words, with what they can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from adoption.access.access_tokens import AccessToken
from adoption.privacy.personal_data import PersonalSummary
from bot.slack.blocks import (
    actions,
    button,
    checkboxes_input,
    confirmation,
    context,
    modal,
    notice,
    section,
    text_input,
)
from bot.slack.mrkdwn import escape, one_line
from bot.texts import texts

PRIVACY_DIALOG = "privacy"
EXPORT, PAUSE, RESUME, ERASE = "data_export", "logging_pause", "logging_resume", "data_erase"
NO_REMINDERS, REMINDERS = "reminders_stop", "reminders_allow"
CONNECT, REVOKE, CONNECT_DIALOG = "token_connect", "token_revoke", "token_dialog"
CLIENT, OPTIONS, MAY_WRITE = "client", "options", "may_write"
LONGEST_CLIENT = 64
_MOST_TOKENS = 20


@dataclass(frozen=True)
class Choices:
    """What somebody decided about themselves.

    Attributes:
        paused: whether their questions are not logged.
        reminded: whether they may get reminders about tools; None where nobody gets any.
        tokens: of AI tools that ask in their name.
        connects: whether AI tools can ask at all.
    """

    paused: bool
    reminded: bool | None = None
    tokens: Sequence[AccessToken] = ()
    connects: bool = False


def privacy_dialog(
    summary: PersonalSummary, choices: Choices, minimum: int, notice: str = ""
) -> View:
    """The dialog.

    Args:
        choices: what they decided.
        minimum: the smallest group that reports show.
        notice: what has just happened.
    """
    say = texts("privacy")
    blocks: list[Block] = [
        *([section(notice)] if notice else []),
        section(_stored(summary)),
        section(say["paused"] if choices.paused else say["logged"]),
        *([] if choices.reminded is None else [_reminders(choices.reminded)]),
        *_tools(choices),
        context(say["reports"].format(minimum=minimum)),
        actions(*_buttons(summary, choices.paused)),
    ]
    return modal(PRIVACY_DIALOG, say["title"], blocks, close=say["close"])


def _stored(summary: PersonalSummary) -> str:
    say = texts("privacy")
    if not summary.counts or summary.since is None:
        return say["nothing"]
    day = f"{summary.since.day} {summary.since:%B %Y}"
    lines = [f"• {words}: {count}" for words, count in summary.counts.items()]
    return "\n".join([say["since"].format(day=day), *lines])


def _reminders(reminded: bool) -> Block:
    say = texts("privacy")
    if reminded:
        return section(say["reminded"], button(say["no_reminders"], NO_REMINDERS))
    return section(say["not_reminded"], button(say["reminders"], REMINDERS))


def _tools(choices: Choices) -> list[Block]:
    """The AI tools that ask in somebody's name, each with a button that ends it."""
    say = texts("privacy")
    if not choices.connects and not choices.tokens:
        return []
    connect = button(say["connect"], CONNECT) if choices.connects else None
    shown = choices.tokens[:_MOST_TOKENS]
    return [section(say["tools"] if shown else say["no_tools"], connect), *map(_token, shown)]


def _token(token: AccessToken) -> Block:
    say, used = texts("privacy"), token.last_used_on
    when = say["used"].format(day=f"{used.day} {used:%B %Y}") if used else say["unused"]
    rights = say["reads_and_logs"] if token.may_write else say["reads"]
    text = say["token"].format(client=escape(one_line(token.client)), rights=rights, used=when)
    return section(text, button(say["revoke"], REVOKE, token.id))


def connect_dialog(may_log: bool) -> View:
    """Asks which AI tool a token is for.

    Args:
        may_log: whether admins let AI tools log something.
    """
    say = texts("privacy")
    blocks: list[Block] = [
        section(say["connect_about"]),
        text_input(CLIENT, say["client"], multiline=False, most=LONGEST_CLIENT),
    ]
    if may_log:
        blocks.append(checkboxes_input(OPTIONS, say["options"], {MAY_WRITE: say["may_write"]}))
    return modal(CONNECT_DIALOG, say["connect_title"], blocks, submit=say["make"])


def token_dialog(token: str, url: str) -> View:
    """Shows a new token, this once."""
    say = texts("privacy")
    return notice(
        say["token_title"], say["token_made"], f"`{token}`", say["token_url"].format(url=url)
    )


def _buttons(summary: PersonalSummary, paused: bool) -> list[ButtonElement]:
    say = texts("privacy")
    logging = button(say["resume"], RESUME) if paused else button(say["pause"], PAUSE)
    if not summary.counts:
        return [logging]
    sure = confirmation(
        say["erase_title"], say["erase_text"], say["erase_yes"], say["erase_no"], "danger"
    )
    erase = button(say["erase"], ERASE, style="danger", confirm=sure)
    return [button(say["export"], EXPORT), logging, erase]
