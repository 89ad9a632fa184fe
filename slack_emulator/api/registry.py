"""All methods by name, and the checks every call passes: token, scope, arguments, rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slack_emulator.api.args import Args
from slack_emulator.api.method import Api, Method
from slack_emulator.api.methods import (
    agents,
    blocks,
    chat,
    conversations,
    files,
    history,
    misc,
    reactions,
    scheduled,
    streams,
    users,
    views,
)
from slack_emulator.api.rates import Rates
from slack_emulator.errors import SlackError
from slack_emulator.models import Json

_FAMILIES = (
    misc,
    blocks,
    chat,
    scheduled,
    streams,
    agents,
    conversations,
    history,
    users,
    views,
    reactions,
    files,
)
METHODS: Mapping[str, Method] = {
    method.name: method for family in _FAMILIES for method in family.METHODS
}


@dataclass(frozen=True)
class Tokens:
    """The tokens of the app: the bot's, and the app-level one with `connections:write`."""

    bot: str
    app: str


class WebApi:
    """Answers calls of the Web API."""

    def __init__(self, api: Api, tokens: Tokens, rates: Rates) -> None:
        """Take the workspace, the tokens that are good, and the count of calls."""
        self._api = api
        self._tokens = tokens
        self._rates = rates

    def answer(self, name: str, token: str, args: Args) -> Json:
        """Run a method and give its answer.

        Raises:
            SlackError: What Slack would answer instead.
        """
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(method, token)
        self._api.need_scope(*method.scopes)
        self._rates.take(method, args.text("channel"))
        args.need(method.required)
        args.only(method.known)
        return {"ok": True, **method.run(self._api, args)}

    def _check_token(self, method: Method, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token not in (self._tokens.bot, self._tokens.app):
            raise SlackError("invalid_auth")
        if token != (self._tokens.bot if method.token == "bot" else self._tokens.app):
            raise SlackError("not_allowed_token_type")
