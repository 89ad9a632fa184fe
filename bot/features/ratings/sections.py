"""Sections that may help: somebody reads one here, or says that it answers their question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adoption.feedback.models import Vote
from bot.answering.answered import answered_question
from bot.container import Container, JobContext
from bot.delivery.blocks import section_dialog
from bot.jobs.job import job
from bot.slack.blocks import line, notice
from bot.slack.identity import user_of
from bot.slack.messages import PUBLIC, Place
from bot.slack.mrkdwn import plain
from bot.texts import texts
from knowledge.answers.answer import Citation
from knowledge.index.passages import Passage

_LONGEST_NAME = 200


@dataclass(frozen=True)
class SectionPress:
    """A press of “This answers it”; `url` answers whoever pressed, alone."""

    question: str
    passage: str
    account: str
    at: datetime
    url: str


@job("ratings.section_helps", version=1)
def store_section(context: JobContext, press: SectionPress) -> None:
    """Stores which section answers a question, and thanks whoever said so."""
    container, say = context.container, texts("ratings")
    section = context.step(section_of, container, press.question, press.passage, press.account)
    if section is None:
        context.reply("gone", press.url, press.account, line(say["section_gone"]))
        return
    vote, feedback = Vote.POSITIVE, container.record.feedback
    context.step(feedback.set_vote, press.question, press.account, vote, press.at, press.passage)
    name = plain(section.heading or section.title, _LONGEST_NAME)
    context.reply("thanks", press.url, press.account, line(say["section_noted"].format(name=name)))


def section_of(container: Container, question: str, passage: str, account: str) -> Citation | None:
    """A section under an answer; None where it is gone, or not theirs to see.

    Raises:
        SlackError: Slack does not say now who reads the channel.
    """
    found = answered_question(container.jobs, question)
    if found is None or found.answer is None:
        return None
    if not found.is_visible_to(account, container.visibility):
        return None
    cited = (each for each in found.answer.citations if each.passage_id == passage)
    return next(cited, None)


def open_section(
    container: Container, trigger: str, question: str, passage: str, account: str
) -> None:
    """Opens a section in a dialog, or says why it can't be read.

    Raises:
        SlackError: Slack does not open it.
    """
    reader = user_of(account)
    cited, live = section_of(container, question, passage, account), _live(container, passage)
    if cited is None or live is None:
        view = notice(texts("delivery")["section_title"], texts("ratings")["section_gone"])
        container.slack.open_dialog(trigger, view)
        return
    audiences = frozenset({live.audience})
    view = section_dialog(cited, live.text)
    if not container.visibility.may_be_shown(audiences, Place(reader)):
        say, audiences = texts("delivery"), PUBLIC
        view = notice(say["section_title"], say["restricted"])
    container.slack.open_dialog(trigger, view, audiences=audiences, reader=reader)


def _live(container: Container, passage: str) -> Passage | None:
    """A passage of the live version; None where the guides say something else by now."""
    live = container.index.live()
    if live is None or passage not in container.index.catalog.members(live.name):
        return None
    return next((found for found, _ in container.index.store.fetch([passage])), None)
