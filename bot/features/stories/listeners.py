"""Success stories: writing one, looking at it, deciding on it, and reacting to it."""

from __future__ import annotations

import re
import uuid
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from adoption.privacy.models import RestrictedAction
from adoption.submissions.models import State
from adoption.submissions.schemas import StoryFields
from adoption.submissions.submissions import Story
from bot.features.commands import legacy as commands
from bot.features.office import Office
from bot.features.roles.refusing import dialog_for_admins
from bot.features.stories import blocks
from bot.features.stories.jobs import draft_values
from bot.slack.accounts import account_of
from bot.slack.dialogs import opened

SHORTCUT = "uptake_story"
_FIELD = re.compile("story_(title|tool|team|hard|changed|measured|quote)")
_NOTES = {blocks.CHANGES: State.CHANGES, blocks.DECLINE: State.DECLINED}


def register(app: App, office: Office) -> None:
    """Connects everything around stories."""
    desk = _Desk(office)
    commands.register("story", lambda call: desk.asked(call.command, call.context, call))
    app.shortcut(SHORTCUT)(desk.chosen)
    app.action(blocks.WRITE)(desk.pressed)
    app.action(blocks.FINISH)(desk.pressed)
    app.action(_FIELD)(desk.typed)
    app.view_submission(blocks.STORY_DIALOG)(desk.written)
    app.view_closed(blocks.STORY_DIALOG)(desk.closed)
    app.view_submission(blocks.PREVIEW)(desk.sent)
    app.action(blocks.APPROVE)(desk.approved)
    noted = dialog_for_admins(office, RestrictedAction.STORY, _note)
    app.action(blocks.CHANGES)(noted)
    app.action(blocks.DECLINE)(noted)
    app.view_submission(blocks.DECISION_NOTE)(desk.decided)
    app.event("reaction_added")(desk.reacted)
    app.event("reaction_removed")(desk.reacted)


def _note(action: str, id: str) -> dict[str, Any]:
    return blocks.note_dialog(id, _NOTES[action])


class _Desk:
    """Where stories are handed in."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def asked(self, command: dict[str, Any], context: BoltContext, call: commands.Call) -> None:
        self._open(call.client, command.get("trigger_id", ""), account_of(context))
        call.ack()

    def chosen(
        self, ack: Ack, shortcut: dict[str, Any], context: BoltContext, client: WebClient
    ) -> None:
        self._open(client, shortcut.get("trigger_id", ""), account_of(context))
        ack()

    def pressed(
        self,
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        context: BoltContext,
        client: WebClient,
    ) -> None:
        wanted = str(action.get("value") or "")
        self._open(client, body.get("trigger_id", ""), account_of(context), wanted)
        ack()

    def typed(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        view = body.get("view") or {}
        if view.get("callback_id") == blocks.STORY_DIALOG:
            at = float(action["action_ts"])
            self._keep(view, context, f"typed:{action['action_ts']}", at)
        ack()

    def closed(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        self._keep(view, context, "closed", self._office.clock(), closed=True)
        ack()

    def written(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        fields = self._keep(view, context, f"written:{view['hash']}", self._office.clock())
        faults = blocks.faults_of(fields)
        if faults:
            ack(response_action="errors", errors=faults)
        else:
            id, account = view["private_metadata"], account_of(context)
            ack(response_action="push", view=blocks.preview_dialog(id, fields, account))

    def sent(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        self._office.deeds.take(
            f"story_send:{view['id']}",
            "story_send",
            story=view["private_metadata"],
            account=account_of(context),
            at=self._office.clock(),
        )
        ack(response_action="clear")

    def approved(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        self._office.deeds.take(
            f"story_decide:{action['value']}:{action['action_ts']}:{context.user_id}",
            "story_decide",
            story=str(action["value"]),
            account=account_of(context),
            state=State.PUBLISHED.value,
            note="",
            url=body.get("response_url") or "",
        )
        ack()

    def decided(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        state, _, id = str(view["private_metadata"]).partition(":")
        note = view["state"]["values"].get(blocks.NOTE, {}).get(blocks.NOTE, {}).get("value") or ""
        if state == State.CHANGES and not note.strip():
            ack(response_action="errors", errors={blocks.NOTE: "Please say what is to be changed."})
            return
        self._office.deeds.take(
            f"story_decide:{view['id']}",
            "story_decide",
            story=id,
            account=account_of(context),
            state=State(state).value,
            note=note.strip()[: blocks.LONG],
            url="",
        )
        ack()

    def reacted(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        item = event.get("item") or {}
        if item.get("type") == "message" and item.get("channel") == self._channel:
            self._office.deeds.take(
                f"reaction:{body['event_id']}",
                "story_reaction",
                channel=item["channel"],
                ts=item["ts"],
            )

    @property
    def _channel(self) -> str | None:
        return self._office.settings.stories_channel

    def _open(self, client: WebClient, trigger: str, account: str, wanted: str = "") -> None:
        """Opens the dialog on the story that is wanted, else on what is still unfinished."""
        mine = [
            story
            for story in self._office.stories.unpublished_of(account)
            if story.state in (State.DRAFT, State.CHANGES)
        ]
        story = next((each for each in mine if each.id == wanted), mine[0] if mine else None)
        if story is None:
            opened(client, trigger, blocks.story_dialog(uuid.uuid4().hex, self._empty(account)))
        else:
            opened(client, trigger, blocks.story_dialog(story.id, story.fields, story.note))

    def _empty(self, account: str) -> StoryFields:
        champion = self._office.roles.champion(account)
        team = champion.team if champion else self._office.roles.team_of(account)
        return StoryFields(team=team[: blocks.SHORT])

    def _keep(
        self, view: dict[str, Any], context: BoltContext, what: str, at: float, closed: bool = False
    ) -> StoryFields:
        """Keeps what a dialog holds as a draft, and gives it."""
        id, account = view["private_metadata"], account_of(context)
        before = _own(self._office.stories.get(id), account)
        fields = blocks.fields_of(view.get("state", {}).get("values", {}), before)
        if fields == before:
            return fields
        values = draft_values(id, account, fields, at)
        self._office.deeds.take_now(
            f"story_draft:{view['id']}:{what}", "story_draft", closed=closed, **values
        )
        return fields


def _own(story: Story | None, account: str) -> StoryFields:
    return story.fields if story is not None and story.account == account else StoryFields()
