"""Questions that are no message: they become a thread in the person's direct messages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering.jobs import enqueue_question
from bot.container import JobContext
from bot.conversation.question import direct_question
from bot.jobs.job import job
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Place
from bot.slack.mrkdwn import plain
from bot.texts import texts

_LONGEST_SHOWN = 2000


@dataclass(frozen=True)
class Ask:
    """A question that was asked with a command, a dialog, or about somebody's message.

    Attributes:
        attachments: names of the files that came with the message.
    """

    account: str
    text: str
    attachments: tuple[str, ...] = ()


@job("questions.ask", version=1)
def ask(context: JobContext, question: Ask) -> None:
    """Shows the question in the person's direct messages, and has it answered below that."""
    say = texts("questions")
    shown = plain(question.text, _LONGEST_SHOWN) or say["without_words"]
    message = line(say["you_asked"].format(question=shown))
    root = context.post_once("root", Place(user_of(question.account)), message)
    if root is None:
        return
    at = context.enqueued_at.timestamp()
    asked = direct_question(
        question.account, root.channel, root.ts, question.text, at, question.attachments
    )
    enqueue_question(context.container, asked)


JOBS = (ask,)
