"""FAQ entries in Slack: saving a reply, writing an answer, and the review."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields, faq_id
from bot import action_ids
from bot.access import Attempt, Reply, opens_for_admins, send_reply, turn_away
from bot.container import Container
from bot.features.faqs import blocks
from bot.features.faqs.drafts import draft_of, gap_id, is_saved, may_save
from bot.features.faqs.jobs import (
    AnswerWritten,
    EntrySaved,
    decide_entry,
    save_entry,
    write_answer,
)
from bot.slack.identity import account_of, is_colleague
from bot.slack.view_values import ViewValues, trigger_in, value_in
from bot.submissions.review import Verdict, verdict_in
from bot.submissions.workflow import Decided
from bot.texts import texts
from bot.tools import known_tools


def register(app: App, container: Container) -> None:
    """Connects everything around FAQ entries."""
    _register_saving(app, container)
    _register_writing(app, container)
    _register_review(app, container)


def _register_saving(app: App, container: Container) -> None:
    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        if is_colleague(body, context):
            _open_draft(container, action, body, account_of(context))
        ack()

    def saved(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values, account = ViewValues(view), account_of(context)
        draft = draft_of(container, values.metadata)
        if draft is None:
            reply = Reply(account, "", texts("faqs")["gone"])
            container.jobs.enqueue(send_reply, reply, key=values.id)
            ack()
            return
        fields = blocks.fields_in(values, FaqFields(), draft.channel)
        if problems := blocks.problems_of(fields):
            ack(response_action="errors", errors=problems)
            return
        named = blocks.is_named(values)
        entry = EntrySaved(account, values.metadata, draft.asker, fields, named)
        container.jobs.enqueue(save_entry, entry, key=values.id)
        ack()

    app.action(action_ids.SAVE_AS_FAQ)(pressed)
    app.view_submission(blocks.SAVE_DIALOG)(saved)


def _open_draft(
    container: Container, action: dict[str, Any], body: dict[str, Any], account: str
) -> None:
    """Opens the dialog with a draft, or says why there is none."""
    say, question = texts("faqs"), value_in(action)
    key = f"{action['action_id']}:{action['action_ts']}:{account}"
    url = str(body.get("response_url") or "")
    if not may_save(container, question, account):
        about = faq_id(question)
        attempt = Attempt(account, RestrictedAction.FAQ, about, url, say["not_yours"])
        turn_away(container, attempt, key)
        return
    draft = None if is_saved(container, question) else draft_of(container, question)
    if draft is None:
        text = say["already" if is_saved(container, question) else "gone"]
        container.jobs.enqueue(send_reply, Reply(account, url, text), key=key)
        return
    tools = known_tools(container.record, container.index)
    view = blocks.save_dialog(question, draft.fields, tools, draft.channel)
    container.slack.open_dialog(trigger_in(body), view)


def _register_writing(app: App, container: Container) -> None:
    def dialog(action: str, asked: str) -> View:
        return blocks.write_dialog(asked, known_tools(container.record, container.index))

    def written(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        fields = blocks.fields_in(values, FaqFields(), "")
        if problems := blocks.problems_of(fields):
            ack(response_action="errors", errors=problems)
            return
        answer = AnswerWritten(account_of(context), values.metadata, fields)
        container.jobs.enqueue(write_answer, answer, key=values.id)
        ack()

    refusal = texts("submissions")["not_admin"]
    app.action(action_ids.WRITE_ANSWER)(
        opens_for_admins(container, RestrictedAction.FAQ, dialog, refusal=refusal, about_of=gap_id)
    )
    app.view_submission(blocks.WRITE_DIALOG)(written)


def _register_review(app: App, container: Container) -> None:
    say = texts("submissions")

    def review(action: str, id: str) -> View | None:
        entry = container.record.faqs.get(id)
        if entry is None or entry.state is not State.AWAITING:
            return None
        return blocks.review_dialog_for(entry, known_tools(container.record, container.index))

    def approved(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        url = str(body.get("response_url") or "")
        account, id = account_of(context), value_in(action)
        decided = Decided[FaqFields](account, id, State.PUBLISHED, url=url)
        container.jobs.enqueue(decide_entry, decided, key=f"{action['action_ts']}:{account}")
        ack()

    def decided(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        entry, verdict = (
            container.record.faqs.get(values.metadata),
            verdict_in(values, blocks.OUTCOMES),
        )
        if not isinstance(verdict, Verdict):
            ack(response_action="errors", errors=verdict)
            return
        edited = None
        if entry is not None and verdict.state is State.PUBLISHED:
            edited = blocks.fields_in(values, entry.fields, blocks.channel_of(entry.fields))
            if problems := blocks.problems_of(edited):
                ack(response_action="errors", errors=problems)
                return
        given = Decided(
            account_of(context), values.metadata, verdict.state, verdict.note, edited=edited
        )
        container.jobs.enqueue(decide_entry, given, key=values.id)
        ack()

    app.action(blocks.APPROVE)(approved)
    app.action(blocks.REVIEW)(
        opens_for_admins(
            container, RestrictedAction.FAQ, review, refusal=say["not_admin"], missing=say["gone"]
        )
    )
    app.view_submission(blocks.REVIEW)(decided)
