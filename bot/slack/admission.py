"""Which of Slack's payloads reach the listeners: well-formed ones, from colleagues."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from slack_sdk.webhook import WebhookClient

from bot.slack.errors import SlackError
from bot.slack.identity import Admins
from bot.slack.payloads import fault_in

log = logging.getLogger(__name__)

COLLEAGUES_ONLY = "Only colleagues with a full account in this workspace can do this."


class Admission:
    """Turns away what is malformed, of another workspace, or from somebody who may not act.

    Who may not act may still ask where Slack lets them write; they are answered from what
    everyone may read.
    """

    def __init__(self, admins: Admins) -> None:
        self._admins = admins

    def refusal_of(self, request: BoltRequest) -> BoltResponse | None:
        """How a payload is answered that reaches no listener; None for one that does."""
        body = request.body
        if fault := fault_in(body):
            log.warning("A payload is no request of Slack's: %r", fault)
            return BoltResponse(status=400)
        acts = "command" in body or "user" in body
        if not acts and "event" not in body:
            return None
        team, user = request.context.team_id, request.context.user_id
        if team != self._admins.team:
            log.warning("A payload of another workspace was refused: %r", team)
            return _answered(body) if "command" in body else BoltResponse(status=403)
        if not acts or self._may_act(f"{_home_of(body) or team}:{user}"):
            return None
        log.warning("Somebody acted who is no colleague: %r", user)
        return _answered(body)

    def _may_act(self, account: str) -> bool:
        try:
            return self._admins.is_member(account)
        except SlackError as error:
            # Whatever is restricted asks again, and strictly.
            log.warning("Slack does not say who acts (%s)", error.code)
            return True


def _home_of(body: Mapping[str, Any]) -> str:
    """The workspace of whoever acted, where the payload says it."""
    user = body.get("user")
    return str(user.get("team_id") or "") if isinstance(user, Mapping) else ""


def _answered(body: Mapping[str, Any]) -> BoltResponse:
    if "command" in body:
        return BoltResponse(status=200, body=COLLEAGUES_ONLY)
    if url := body.get("response_url"):
        WebhookClient(url).send(
            text=COLLEAGUES_ONLY, response_type="ephemeral", replace_original=False
        )
    return BoltResponse(status=200)
