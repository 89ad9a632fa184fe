"""Dismisses a question that needs no answer, or brings it back, wherever it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.privacy.models import RestrictedAction
from bot.access import Attempt, is_allowed
from bot.container import Container, JobContext
from bot.features.faqs.drafts import gap_id
from bot.features.gaps.blocks import dismissed_state, open_state
from bot.jobs.job import job
from bot.slack.messages import Message, as_json
from bot.texts import texts


@dataclass(frozen=True)
class GapPressed:
    """A press beside a question.

    Attributes:
        question: in the words that were shown.
        dismissed: whether it needs no answer; otherwise it is brought back.
        channel, ts, block: where it was pressed; no channel in Home.
    """

    account: str
    question: str
    dismissed: bool
    channel: str
    ts: str
    block: str
    url: str


@job("gaps.decide", version=1)
def decide(context: JobContext, pressed: GapPressed) -> None:
    """Stores who dismissed a question, and shows it where it was pressed and in Home."""
    attempt = Attempt(
        pressed.account,
        RestrictedAction.FAQ,
        gap_id(pressed.question),
        pressed.url,
        texts("submissions")["not_admin"],
    )
    if not is_allowed(context, attempt):
        return
    stored = context.container.record.dismissed_questions
    if pressed.dismissed:
        context.step(stored.dismiss, pressed.question, pressed.account, context.enqueued_at)
    else:
        context.step(stored.restore, pressed.question)
    if pressed.channel and pressed.ts:
        context.slack(_redraw, context.container, pressed)
    context.container.refresh_home(context, admins=True)


JOBS = (decide,)


def _redraw(container: Container, pressed: GapPressed) -> None:
    message = container.slack.read_pressed(pressed.channel, pressed.ts, pressed.question)
    blocks = message["blocks"]
    question, id = pressed.question, pressed.block
    state = (
        dismissed_state(question, pressed.account, id)
        if pressed.dismissed
        else open_state(question, id)
    )
    changed = [block if block.get("block_id") != id else as_json([state])[0] for block in blocks]
    if changed != blocks:
        text = str(message.get("text") or "")
        container.slack.update(pressed.channel, pressed.ts, Message(text, changed))
