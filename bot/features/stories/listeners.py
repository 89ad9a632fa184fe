"""Success stories in Slack: the dialog, the review, and reactions to what was posted."""

from __future__ import annotations

import re
import uuid
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from adoption.submissions.models import State
from adoption.submissions.schemas import StoryFields
from bot import action_ids
from bot.access import opens_for_admins
from bot.container import Container
from bot.feature import Invocation
from bot.features.stories import blocks
from bot.features.stories.jobs import (
    DraftWritten,
    Reacted,
    StorySent,
    count_reactions,
    decide_story,
    save_draft,
    submit,
)
from bot.slack.identity import account_of
from bot.slack.view_values import ViewValues, trigger_in, value_in
from bot.submissions.review import Verdict, review_dialog, verdict_in
from bot.submissions.workflow import Decided
from bot.texts import texts

SHORTCUT = "uptake_story"
_INPUT = re.compile("story_(title|tool|team|hard|changed|measured|quote)")
_LONGEST_ID = 64
_OUTCOMES = (State.PUBLISHED, State.CHANGES, State.DECLINED)


def register(app: App, container: Container) -> None:
    """Connects everything around stories."""
    _register_writing(app, container)
    _register_review(app, container)

    def reacted(event: dict[str, Any], body: dict[str, Any]) -> None:
        item = event.get("item") or {}
        channel = item.get("channel")
        if item.get("type") == "message" and channel == container.settings.stories_channel:
            message = Reacted(str(channel), str(item["ts"]))
            container.jobs.enqueue(count_reactions, message, key=str(body["event_id"]))

    app.event("reaction_added")(reacted)
    app.event("reaction_removed")(reacted)


def _register_writing(app: App, container: Container) -> None:
    def opened(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        view = dialog_for(container, account_of(context), _value_in(body))
        container.slack.open_dialog(trigger_in(body), view)
        ack()

    def typed(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        view = body.get("view") or {}
        if view.get("callback_id") == blocks.STORY_DIALOG:
            at = float(action["action_ts"])
            _save(container, view, context, f"typed:{action['action_ts']}", at)
        ack()

    def closed(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        _save(container, view, context, "closed", container.clock(), closed=True)
        ack()

    def written(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        at = container.clock()
        fields = _save(container, view, context, f"written:{view['hash']}", at)
        if problems := blocks.problems_of(fields):
            ack(response_action="errors", errors=problems)
            return
        id = ViewValues(view).metadata
        preview = blocks.preview_dialog(id, fields, account_of(context))
        ack(response_action="push", view=preview)

    def sent(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        story = StorySent(account_of(context), values.metadata)
        container.jobs.enqueue(submit, story, key=values.id)
        ack(response_action="clear")

    app.shortcut(SHORTCUT)(opened)
    app.action(action_ids.WRITE_STORY)(opened)
    app.action(action_ids.FINISH_STORY)(opened)
    app.action(_INPUT)(typed)
    app.view_submission(blocks.STORY_DIALOG)(written)
    app.view_closed(blocks.STORY_DIALOG)(closed)
    app.view_submission(blocks.PREVIEW)(sent)


def _register_review(app: App, container: Container) -> None:
    say = texts("submissions")

    def review(action: str, id: str) -> View | None:
        story = container.record.stories.get(id)
        if story is None or story.state is not State.AWAITING:
            return None
        shown = blocks.story_blocks(story.fields, story.account)
        return review_dialog(blocks.REVIEW, id, shown, _OUTCOMES)

    def approved(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        url = str(body.get("response_url") or "")
        account, id = account_of(context), value_in(action)
        decided = Decided[StoryFields](account, id, State.PUBLISHED, url=url)
        container.jobs.enqueue(decide_story, decided, key=f"{action['action_ts']}:{account}")
        ack()

    def decided(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        verdict = verdict_in(values, _OUTCOMES)
        if not isinstance(verdict, Verdict):
            ack(response_action="errors", errors=verdict)
            return
        account, id = account_of(context), values.metadata
        given = Decided[StoryFields](account, id, verdict.state, verdict.note)
        container.jobs.enqueue(decide_story, given, key=values.id)
        ack()

    app.action(blocks.APPROVE)(approved)
    app.action(blocks.REVIEW)(
        opens_for_admins(
            container, RestrictedAction.STORY, review, refusal=say["not_admin"], missing=say["gone"]
        )
    )
    app.view_submission(blocks.REVIEW)(decided)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake story`: opens the dialog."""
    container.slack.open_dialog(invocation.trigger, dialog_for(container, invocation.account))
    return ""


def dialog_for(container: Container, account: str, wanted: str = "") -> View:
    """The dialog on the story that is wanted, else on an unfinished one, else on a new one."""
    record = container.record
    own = [
        story
        for story in record.stories.unpublished_of(account)
        if story.state in (State.DRAFT, State.CHANGES)
    ]
    story = next((each for each in own if each.id == wanted), own[0] if own else None)
    if story is not None:
        return blocks.story_dialog(story.id, story.fields, story.note)
    champion = record.roles.champion(account)
    team = champion.team if champion else record.roles.team_of(account)
    return blocks.story_dialog(uuid.uuid4().hex, StoryFields(team=team[: blocks.SHORT]))


def _save(
    container: Container,
    view: dict[str, Any],
    context: BoltContext,
    what: str,
    at: float,
    closed: bool = False,
) -> StoryFields:
    """Saves what the dialog holds as a draft, and returns it."""
    values, account = ViewValues(view), account_of(context)
    id = values.metadata[:_LONGEST_ID]
    story = container.record.stories.get(id)
    own = story is not None and story.account == account
    before = story.fields if story is not None and own else StoryFields()
    fields = blocks.fields_in(values, before)
    if fields != before:
        draft = DraftWritten(account, id, fields, at, closed)
        container.jobs.enqueue_and_wait(save_draft, draft, key=f"{values.id}:{what}")
    return fields


def _value_in(body: dict[str, Any]) -> str:
    """The story that a button names; empty for a shortcut, or a new story."""
    actions = body.get("actions") or [{}]
    return str(actions[0].get("value") or "")
