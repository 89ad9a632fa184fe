"""FAQ entries: saving a reply as one, and deciding on it."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from adoption.privacy.models import RestrictedAction
from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields, faq_id
from adoption.submissions.submissions import FaqEntry
from bot.features.faqs import blocks
from bot.features.faqs.jobs import draft_of, fields_kept, gap_id, is_saved, may_save, tools_of
from bot.features.handoff.blocks import SAVE
from bot.features.office import Office
from bot.features.roles.refusing import dialog_for_admins
from bot.slack.accounts import account_of, is_colleague
from bot.slack.dialogs import opened
from bot.texts import texts

_CHANNEL = "channel:"


def register(app: App, office: Office) -> None:
    """Connects everything around FAQ entries."""
    desk, told = _Desk(office), texts("faqs")["not_admin"]

    def edit(action: str, id: str) -> dict[str, Any] | None:
        entry = office.faqs.get(id)
        return blocks.edit_dialog(entry, tools_of(office)) if entry is not None else None

    def decline(action: str, id: str) -> dict[str, Any]:
        return blocks.decline_dialog(id)

    def write(action: str, asked: str) -> dict[str, Any]:
        return blocks.write_dialog(asked, tools_of(office))

    app.action(SAVE)(desk.pressed)
    app.view_submission(blocks.FAQ_DIALOG)(desk.sent)
    app.action(blocks.APPROVE)(desk.approved)
    app.action(blocks.EDIT)(dialog_for_admins(office, RestrictedAction.FAQ, edit, told=told))
    app.view_submission(blocks.FAQ_EDIT)(desk.edited)
    app.action(blocks.DECLINE)(dialog_for_admins(office, RestrictedAction.FAQ, decline, told=told))
    app.view_submission(blocks.FAQ_NOTE)(desk.declined)
    app.action(blocks.WRITE)(
        dialog_for_admins(office, RestrictedAction.FAQ, write, told=told, about_of=gap_id)
    )
    app.view_submission(blocks.FAQ_WRITE)(desk.written)


class _Desk:
    """Where FAQ entries are handed in and decided on."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def pressed(
        self,
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        context: BoltContext,
        client: WebClient,
    ) -> None:
        if not is_colleague(body, context):
            ack()
            return
        office, say = self._office, texts("faqs")
        interaction, account = str(action.get("value") or ""), account_of(context)
        key, url = _press(action), body.get("response_url") or ""
        if not may_save(office, interaction, account):
            about = faq_id(interaction)
            office.turn_away(
                f"{key}:{account}", account, RestrictedAction.FAQ, about, say["not_yours"], url
            )
        elif is_saved(office, interaction):
            self._tell(key, url, account, say["already"])
        elif (draft := draft_of(office, interaction)) is None:
            self._tell(key, url, account, say["gone"])
        else:
            tools = tools_of(office)
            dialog = blocks.faq_dialog(interaction, draft.fields, tools, draft.channel)
            opened(client, body.get("trigger_id", ""), dialog)
        ack()

    def sent(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        interaction = str(view["private_metadata"])
        draft = draft_of(self._office, interaction)
        if draft is None:
            self._tell(view["id"], "", account_of(context), texts("faqs")["gone"])
            ack()
            return
        fields = blocks.fields_of(view, FaqFields(), draft.channel)
        if faults := blocks.faults_of(fields):
            ack(response_action="errors", errors=faults)
            return
        self._office.deeds.take(
            f"faq_send:{view['id']}",
            "faq_send",
            interaction=interaction,
            account=account_of(context),
            # Whose question it was: if they have their data erased, this goes with it.
            asker=draft.asker,
            fields=fields_kept(fields),
            named=blocks.is_named(view),
            at=self._office.clock(),
        )
        ack()

    def approved(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        key = f"{action['value']}:{action['action_ts']}:{context.user_id}"
        url = body.get("response_url") or ""
        self._decide(key, str(action["value"]), context, State.PUBLISHED, url=url)
        ack()

    def edited(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        entry = self._office.faqs.get(str(view["private_metadata"]))
        if entry is None:
            ack()
            return
        fields = blocks.fields_of(view, entry.fields, _channel_of(entry))
        if faults := blocks.faults_of(fields):
            ack(response_action="errors", errors=faults)
            return
        self._decide(view["id"], entry.id, context, State.PUBLISHED, fields=fields)
        ack()

    def declined(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = view["state"]["values"].get(blocks.NOTE, {}).get(blocks.NOTE, {})
        note = str(values.get("value") or "").strip()[: blocks.LONGEST_NOTE]
        id = str(view["private_metadata"])
        self._decide(view["id"], id, context, State.DECLINED, note=note)
        ack()

    def written(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        fields = blocks.fields_of(view, FaqFields(), "")
        if faults := blocks.faults_of(fields):
            ack(response_action="errors", errors=faults)
            return
        self._office.deeds.take(
            f"faq_write:{view['id']}",
            "faq_write",
            account=account_of(context),
            asked=str(view["private_metadata"]),
            fields=fields_kept(fields),
            at=self._office.clock(),
        )
        ack()

    def _decide(
        self,
        key: str,
        id: str,
        context: BoltContext,
        state: State,
        note: str = "",
        fields: FaqFields | None = None,
        url: str = "",
    ) -> None:
        self._office.deeds.take(
            f"faq_decide:{key}",
            "faq_decide",
            faq=id,
            account=account_of(context),
            state=state.value,
            note=note,
            fields=fields_kept(fields) if fields is not None else None,
            url=url,
        )

    def _tell(self, key: str, url: str, account: str, text: str) -> None:
        id = f"told:{key}:{account}"
        self._office.deeds.take(id, "told", account=account, url=url, text=text)


def _press(action: dict[str, Any]) -> str:
    return f"{action['action_id']}:{action['action_ts']}"


def _channel_of(entry: FaqEntry) -> str:
    audience = entry.fields.audience
    return audience.removeprefix(_CHANNEL) if audience.startswith(_CHANNEL) else ""
