"""What admins do around digests: ask for one, take what it recommends, say what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.errors import NotAWeek
from adoption.privacy.models import RestrictedAction
from adoption.reports.actions import ActionBook
from adoption.reports.weeks import Week
from bot.access import NOT_ALLOWED, Attempt, is_admin_press, turn_away
from bot.container import Container
from bot.feature import Invocation
from bot.features.digest import blocks
from bot.features.digest.jobs import (
    DigestAsked,
    PointDone,
    PointTaken,
    finish_point,
    post_digest,
    request_change,
    take_point,
)
from bot.jobs.job import Job
from bot.slack.identity import account_of
from bot.slack.view_values import ViewValues, trigger_in, value_in
from bot.texts import texts

_HERE = "here"


def register(app: App, container: Container) -> None:
    """Connects the buttons of recommendations, and the dialog for what was done."""

    def pressed(job: Job[PointTaken, None]) -> Callable[..., None]:
        def listener(
            ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
        ) -> None:
            given = _taken(action, body, context)
            container.jobs.enqueue(job, given, key=f"{action['action_ts']}:{given.account}")
            ack()

        return listener

    def asked_what(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        week, subject = blocks.point_in(value_in(action))
        if is_admin_press(container, action, body, context, RestrictedAction.DIGEST, week):
            point = ActionBook(container.engine).get(week, subject)
            at = body.get("container") or {}
            place = f"{at.get('channel_id') or ''}\n{at.get('message_ts') or ''}"
            if point is not None:
                view = blocks.done_dialog(f"{place}\n{action['value']}", point.said)
                container.slack.open_dialog(trigger_in(body), view)
        ack()

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        did = values.text(blocks.DID)
        if not did:
            ack(response_action="errors", errors={blocks.DID: texts("digest")["say_what"]})
            return
        channel, ts, week, subject = values.parts(4)
        given = PointDone(
            account_of(context), week, subject, did[: blocks.LONGEST_DID], channel, ts
        )
        container.jobs.enqueue(finish_point, given, key=values.id)
        ack()

    app.action(blocks.TAKE)(pressed(take_point))
    app.action(blocks.REQUEST_CHANGE)(pressed(request_change))
    app.action(blocks.DONE)(asked_what)
    app.view_submission(blocks.DONE_DIALOG)(submitted)


def _taken(action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> PointTaken:
    at = body.get("container") or {}
    return PointTaken(
        account_of(context),
        *blocks.point_in(value_in(action)),
        str(at.get("channel_id") or ""),
        str(at.get("message_ts") or ""),
        str(body.get("response_url") or ""),
    )


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake digest [week] [here]`: posts a week's digest, for admins."""
    words = invocation.rest.split()
    here, named = _HERE in words, [word for word in words if word != _HERE]
    try:
        week = Week.parse(named[0]) if named else Week.of(container.now(), container.settings.zone)
    except NotAWeek as error:
        return str(error)
    if not container.admins.is_admin(invocation.account):
        attempt = Attempt(invocation.account, RestrictedAction.DIGEST, str(week), refusal="")
        turn_away(container, attempt, invocation.trigger)
        return NOT_ALLOWED
    place = invocation.channel if here else invocation.user
    given = DigestAsked(invocation.account, str(week), place, invocation.url)
    container.jobs.enqueue(post_digest, given, key=invocation.trigger)
    return "" if here else texts("digest")["to_you"]
