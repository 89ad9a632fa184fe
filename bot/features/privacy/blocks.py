"""What is stored about somebody, in plain words, with what they can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from adoption.privacy.personal_data import PersonalSummary
from bot.slack.blocks import actions, button, confirmation, context, modal, section
from bot.texts import texts

PRIVACY_DIALOG = "privacy"
EXPORT, PAUSE, RESUME, ERASE = "data_export", "logging_pause", "logging_resume", "data_erase"
NO_REMINDERS, REMINDERS = "reminders_stop", "reminders_allow"


@dataclass(frozen=True)
class Choices:
    """What somebody decided about themselves.

    Attributes:
        paused: whether their questions are not logged.
        reminded: whether they may get reminders about tools; None where nobody gets any.
    """

    paused: bool
    reminded: bool | None = None


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
