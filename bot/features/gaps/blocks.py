"""A question that the guides don't answer, with what an admin can do about it."""

from __future__ import annotations

from slack_sdk.models.blocks import Block

from bot import action_ids
from bot.slack.blocks import actions, button, confirmation, section
from bot.slack.identity import mention
from bot.slack.mrkdwn import plain
from bot.texts import texts

DISMISS, BRING_BACK = "gap_dismiss", "gap_bring_back"


def gap_blocks(question: str, count: int | None, block_id: str) -> list[Block]:
    """A question that needs an answer.

    Args:
        count: how often it was asked; None where too few people asked it.
        block_id: names the second block in its message or view.
    """
    return [section(gap_text(question, count)), open_state(question, block_id)]


def gap_text(question: str, count: int | None) -> str:
    """A question with how often it was asked."""
    return f"{f'about {count} × ' if count else ''}{plain(question, 400)}"


def open_state(question: str, block_id: str) -> Block:
    """The buttons under a question that needs an answer."""
    say = texts("gaps")
    sure = confirmation(
        say["dismiss_title"], say["dismiss_text"], say["dismiss_yes"], say["dismiss_no"]
    )
    return actions(
        button(say["write"], action_ids.WRITE_ANSWER, question),
        button(say["dismiss"], DISMISS, question, confirm=sure),
        block_id=block_id,
    )


def dismissed_state(question: str, by: str, block_id: str) -> Block:
    """What stands under a question that was dismissed; `by` is empty where that is not known."""
    say = texts("gaps")
    text = say["dismissed"].format(admin=mention(by)) if by else say["dismissed_once"]
    shown = section(text, button(say["bring_back"], BRING_BACK, question))
    shown.block_id = block_id
    return shown
