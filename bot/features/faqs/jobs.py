"""What happens to a FAQ entry: saved, reviewed, published, and sent to those who asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from adoption.privacy.models import RestrictedAction
from adoption.privacy.redaction import redact, without_names
from adoption.reports.questions import same_meaning
from adoption.reports.waiting import WaitingQuestion, waiting_questions
from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields, faq_id
from adoption.submissions.submissions import Decision, FaqEntry
from bot.access import Attempt, is_allowed
from bot.answering.late_answers import WAITS, LateAnswer, send_later
from bot.container import Container, JobContext
from bot.features.faqs import blocks
from bot.features.faqs.drafts import gap_id, may_save
from bot.features.faqs.files import as_markdown
from bot.guides.published_files import write_guides
from bot.jobs.job import job
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Place
from bot.submissions.workflow import Decided, Workflow, ask_for_review, decide
from bot.texts import texts
from knowledge.index.passages import EVERYONE

_MOST_ASKERS = 2000


@dataclass(frozen=True)
class EntrySaved:
    """An entry from a question and a helper's reply.

    Attributes:
        asker: whose question it was; erased with their data.
        named: whether the programme team may see who saved it.
    """

    account: str
    question: str
    asker: str
    fields: FaqFields
    named: bool


@dataclass(frozen=True)
class AnswerWritten:
    """An admin's answer to a question that the guides do not answer."""

    account: str
    asked: str
    fields: FaqFields


@job("faqs.save", version=1)
def save_entry(context: JobContext, saved: EntrySaved) -> None:
    """Stores an entry, and asks the admins to decide."""
    container, say, id = context.container, texts("faqs"), faq_id(saved.question)
    # Checked again: what a dialog carries is no proof of who may send it.
    if not context.step(may_save, container, saved.question, saved.account):
        add = container.record.refused_actions.add
        action = RestrictedAction.FAQ
        context.step(add, context.id, saved.account, action, id, context.enqueued_at)
        context.reply("refused", "", saved.account, line(say["not_yours"]))
    elif not context.step(_submit, container, id, saved, context.enqueued_at):
        context.reply("already", "", saved.account, line(say["already"]))
    else:
        ask_for_review(context, WORKFLOW, id)


@job("faqs.decide", version=1)
def decide_entry(context: JobContext, decided: Decided[FaqFields]) -> None:
    """Carries out what an admin decides."""
    decide(context, WORKFLOW, decided)


@job("faqs.write_answer", version=1)
def write_answer(context: JobContext, written: AnswerWritten) -> None:
    """Publishes an admin's answer at once, and sends it to those who asked."""
    container, say, id = context.container, texts("faqs"), gap_id(written.asked)
    refusal = texts("submissions")["not_admin"]
    attempt = Attempt(written.account, RestrictedAction.FAQ, id, refusal=refusal)
    if not is_allowed(context, attempt):
        return
    if not context.step(_publish_at_once, container, id, written, context.id, context.enqueued_at):
        context.reply("already", "", written.account, line(say["already"]))
        return
    context.step(_index, container)
    entry = context.step(_entry, container, id)
    if entry is not None:
        author = Place(user_of(written.account))
        context.post_once("author", author, blocks.author_message(entry))
    # Nobody gets a message about an answer that they may not read.
    if written.fields.audience == EVERYONE:
        _tell_askers(context, written)
    container.refresh_home(context, admins=True)


JOBS = (save_entry, decide_entry, write_answer)


def _tell_askers(context: JobContext, written: AnswerWritten) -> None:
    """Sends the answer to everybody who asked this, in the same words or with the same meaning."""
    answer = blocks.written_answer(written.asked, written.fields.answer)
    for asked in context.step(_askers_of, context.container, written.asked, context.enqueued_at):
        if asked.account != written.account:
            audience = written.fields.audience
            late = LateAnswer(asked.id, asked.account, asked.text, answer, audience)
            send_later(context.container, late)


def _askers_of(container: Container, asked: str, at: datetime) -> list[WaitingQuestion]:
    names = container.record.name_hashes()
    waiting = waiting_questions(container.engine, at - WAITS, _MOST_ASKERS, unsure=False)
    texts = [redact(each.text, names) for each in waiting]
    same = same_meaning(asked, texts, container.index.encoder.encode)
    return [each for each, is_same in zip(waiting, same, strict=True) if is_same]


def _submit(container: Container, id: str, saved: EntrySaved, at: datetime) -> bool:
    record, fields = container.record, saved.fields
    if not saved.named:
        names = record.name_hashes()
        fields = replace(
            fields,
            question=without_names(fields.question, names),
            answer=without_names(fields.answer, names),
        )
    return record.faqs.submit_fields(id, saved.account, fields, saved.named, at)


def _publish_at_once(
    container: Container, id: str, written: AnswerWritten, key: str, at: datetime
) -> bool:
    """Stores and approves an answer; False where there is one already."""
    faqs, account = container.record.faqs, written.account
    if not faqs.submit_fields(id, account, written.fields, True, at):
        # Somebody else's, or this very press, repeated.
        entry = faqs.get(id)
        return entry is not None and (entry.account, entry.updated_at) == (account, at)
    return faqs.decide(id, Decision(State.PUBLISHED, key, account, at))


def _publish(context: JobContext, entry: FaqEntry) -> FaqEntry:
    context.step(_index, context.container)
    return entry


def _index(container: Container) -> None:
    """Writes the approved entries as files and brings the index up to date."""
    guides = {entry.id: as_markdown(entry) for entry in container.record.faqs.published()}
    write_guides(guides, container.settings.faqs_dir)
    container.sync.content()


def _entry(container: Container, id: str) -> FaqEntry | None:
    return container.record.faqs.get(id)


WORKFLOW = Workflow(
    action=RestrictedAction.FAQ,
    approve=blocks.APPROVE,
    review=blocks.REVIEW,
    submissions=lambda record: record.faqs,
    get=_entry,
    shown=lambda entry: blocks.entry_blocks(entry.fields),
    notice=blocks.review_notice,
    author=blocks.author_line,
    publish=_publish,
    author_message=blocks.author_message,
    audiences=lambda entry: blocks.reviewers_of(entry.fields),
)
