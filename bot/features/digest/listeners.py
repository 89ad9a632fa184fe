"""What admins do: ask for a digest, take and finish what it recommends, give roles."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from adoption.errors import NotAWeek
from adoption.privacy.models import RestrictedAction
from adoption.reports.follow_ups import FollowUpBook
from adoption.reports.weeks import Week
from bot.features.commands import legacy as commands
from bot.features.digest import blocks as digest
from bot.features.office import NOT_YOURS, Office
from bot.features.roles import blocks as roles
from bot.features.roles.refusing import pressed_by_admin
from bot.slack.accounts import account_of
from bot.slack.blocks.parts import user_of
from bot.slack.dialogs import opened

_HERE = "here"


def register(app: App, office: Office) -> None:
    """Connects everything for admins."""
    desk = _Desk(office)
    commands.register("digest", desk.digest)
    for word in ("roles", "champions"):
        commands.register(word, desk.roles)
    app.action(digest.TAKE)(desk.take)
    app.action(digest.DONE)(desk.ask_done)
    app.view_submission(digest.DONE_DIALOG)(desk.done)
    app.view_submission(roles.ROLES_DIALOG)(desk.named)
    app.action(roles.TRAINED)(desk.trained)


class _Desk:
    """Where admins ask."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def digest(self, call: commands.Call) -> None:
        words = call.rest.split()
        here = _HERE in words
        named = [word for word in words if word != _HERE]
        zone = self._office.settings.zone
        try:
            week = Week.parse(named[0]) if named else Week.of(self._office.now(), zone)
        except NotAWeek as error:
            call.ack(text=str(error))
            return
        if not self._office.admins.knows(call.command["user_id"]):
            key, account = call.command["trigger_id"], account_of(call.context)
            self._office.turn_away(key, account, RestrictedAction.DIGEST, str(week))
            call.ack(text=NOT_YOURS)
            return
        self._office.deeds.take(
            f"digest:{call.command['trigger_id']}",
            "digest",
            account=account_of(call.context),
            week=str(week),
            place=call.command["channel_id"] if here else call.command["user_id"],
            url=call.command.get("response_url") or "",
        )
        call.ack(text="" if here else "The digest comes in our direct messages.")

    def roles(self, call: commands.Call) -> None:
        if not self._office.admins.knows(call.command["user_id"]):
            key, account = call.command["trigger_id"], account_of(call.context)
            self._office.turn_away(key, account, RestrictedAction.ROLES)
            call.ack(text=NOT_YOURS)
            return
        opened(call.client, call.command["trigger_id"], self._dialog(call.context))
        call.ack()

    def _dialog(self, context: BoltContext) -> dict[str, Any]:
        """Who has which role in the workspace of whoever looks."""
        office, team = self._office, f"{context.team_id}:"
        champions = [c for c in office.roles.champions() if c.account.startswith(team)]
        known = [
            a for a in office.record.home_views.accounts(admins_only=True) if a.startswith(team)
        ]
        admins = office.admins.named or [user_of(account) for account in known]
        return roles.roles_dialog(champions, admins, bool(office.admins.named))

    def named(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = view["state"]["values"]
        chosen = values.get(roles.CHOSEN, {}).get(roles.CHOSEN, {}).get("selected_users")
        team = values.get(roles.TEAM, {}).get(roles.TEAM, {}).get("value") or ""
        before = set(str(view.get("private_metadata") or "").split())
        after = before if chosen is None else {u for u in chosen if u != context.bot_user_id}
        self._office.deeds.take(
            f"champions:{view['id']}",
            "champions",
            account=account_of(context),
            new=[f"{context.team_id}:{user}" for user in sorted(after - before)],
            gone=[f"{context.team_id}:{user}" for user in sorted(before - after)],
            team=team.strip()[: roles.LONGEST_TEAM],
        )
        ack()

    def trained(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        champion = str(action["value"])
        if not pressed_by_admin(self._office, action, body, context, RestrictedAction.ROLES):
            ack()
            return
        known = self._office.roles.champion(champion)
        if known is not None and user_of(champion):
            self._office.deeds.take_now(
                f"trained:{body['view']['id']}:{action['action_ts']}",
                "champion_trained",
                account=account_of(context),
                champion=champion,
            )
            self._office.courier.redraw(body["view"]["id"], self._dialog(context))
        ack()

    def take(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        at = body.get("container") or {}
        self._office.deeds.take(
            f"digest_take:{action['action_ts']}:{context.user_id}",
            "digest_take",
            account=account_of(context),
            point=str(action["value"]),
            channel=at.get("channel_id") or "",
            ts=at.get("message_ts") or "",
            url=body.get("response_url") or "",
        )
        ack()

    def ask_done(
        self,
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        context: BoltContext,
        client: WebClient,
    ) -> None:
        week, subject = digest.point_named(str(action["value"]))
        if not pressed_by_admin(self._office, action, body, context, RestrictedAction.DIGEST, week):
            ack()
            return
        point = FollowUpBook(self._office.record.engine).get(week, subject)
        if point is not None:
            at = body.get("container") or {}
            place = f"{at.get('channel_id') or ''}\n{at.get('message_ts') or ''}"
            view = digest.done_dialog(f"{place}\n{action['value']}", point.said)
            opened(client, body.get("trigger_id", ""), view)
        ack()

    def done(self, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        channel, ts, point = str(view["private_metadata"]).split("\n", 2)
        did = view["state"]["values"].get(digest.DID, {}).get(digest.DID, {}).get("value") or ""
        if not did.strip():
            ack(response_action="errors", errors={digest.DID: "Please say what was done."})
            return
        self._office.deeds.take(
            f"digest_done:{view['id']}",
            "digest_done",
            account=account_of(context),
            point=point,
            did=did.strip()[: digest.LONGEST_DID],
            channel=channel,
            ts=ts,
        )
        ack()
