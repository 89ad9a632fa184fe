"""Who makes an HTTP request: by Slack's signature, a personal or a tool's token, or OAuth."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from slack_sdk.signature import SignatureVerifier

from adoption.access.access_tokens import PREFIX
from adoption.access.signatures import SeenSignatures
from adoption.usage import tokens as tool_tokens
from adoption.usage.tokens import ToolTokens
from bot.container import Container
from bot.mcp.caller import EVERY_RIGHT, READ_ONLY, Caller, Right, client_name
from bot.mcp.limits import Pace
from bot.mcp.oauth import READ_SCOPE, WRITE_SCOPE, OAuthServer
from bot.slack.errors import SlackError, SlackRefused
from bot.slack.messages import is_person
from bot.texts import texts
from uptake import UptakeError

log = logging.getLogger(__name__)

SLACKBOT = "Slackbot"
# Slack's signatures are good for so long before and after their time.
_WINDOW = timedelta(minutes=5)
# The one method by which something is asked or logged.
_CALLS = "tools/call"
Json = dict[str, Any]


class Refused(UptakeError):
    """A request that is not let in.

    Attributes:
        wait: seconds until another try may succeed; 0 where that does not depend on time.
        error: OAuth's word for why, for clients that get tokens by themselves.
    """

    def __init__(self, status: HTTPStatus, sentence: str, wait: float = 0, error: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.wait = wait
        self.error = error


@dataclass(frozen=True)
class Known:
    """Who makes a request.

    Attributes:
        id: names the call, where it is signed; the same one sent again has the same.
        key: what its calls are counted by, beside the person.
    """

    caller: Caller
    key: str
    id: str = ""


class Identity:
    """Lets requests in, at the pace that is allowed."""

    def __init__(self, container: Container) -> None:
        settings = container.settings
        secret = settings.slack_signing_secret
        self._container = container
        self._verifier = SignatureVerifier(secret.get_secret_value()) if secret else None
        self._tool_tokens = ToolTokens(container.engine)
        self._oauth = OAuthServer.of(settings)
        self._pace = Pace(settings.mcp_calls_per_minute, container.clock)
        self._seen = SeenSignatures(container.engine, 2 * _WINDOW)

    def known(self, headers: Mapping[str, str], body: bytes) -> Known:
        """Who makes a request, counted.

        Args:
            headers: by names in lower case.

        Raises:
            Refused: nobody who may, or too often.
        """
        found = self._found(headers, body)
        person = found.caller.account
        wait = self._pace.wait(found.key, *([f"person {person}"] if person else []))
        if wait:
            said = texts("mcp")["too_often"].format(seconds=int(wait) + 1)
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, said, wait=wait)
        return found

    def _found(self, headers: Mapping[str, str], body: bytes) -> Known:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and token:
            return self._of_token(token.strip())
        if "x-slack-signature" in headers:
            return self._of_slack(headers, body)
        raise Refused(HTTPStatus.UNAUTHORIZED, texts("mcp")["unauthorized"])

    def _of_slack(self, headers: Mapping[str, str], body: bytes) -> Known:
        say = texts("mcp")
        signature = headers["x-slack-signature"]
        if not self._is_signed(headers, body):
            raise Refused(HTTPStatus.UNAUTHORIZED, say["not_signed"])
        said = _message(body)
        slack = _slack_meta(said)
        name = hashlib.sha256(signature.encode("utf-8", "replace")).hexdigest()[:32]
        if said.get("method") == _CALLS and not self._is_new(signature):
            raise Refused(HTTPStatus.UNAUTHORIZED, say["sent_before"])
        user, team = slack.get("user_id"), slack.get("team_id")
        if not user and not team:
            # Slackbot lists the tools before it calls one in a person's name.
            return Known(Caller(client=SLACKBOT), "slackbot")
        caller = self._person(f"{team}:{user}", SLACKBOT, EVERY_RIGHT)
        return Known(caller, f"slackbot {caller.account}", f"mcp:{name}")

    def _is_new(self, signature: str) -> bool:
        return self._seen.is_new(signature, self._container.now())

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        if self._verifier is None:
            return False
        try:
            return self._verifier.is_valid_request(body, dict(headers))
        # A timestamp that is no number.
        except (ValueError, TypeError, OverflowError):
            return False

    def _of_token(self, token: str) -> Known:
        key = f"token {hashlib.sha256(token.encode('utf-8', 'replace')).hexdigest()}"
        if token.startswith(tool_tokens.PREFIX):
            tool = self._tool_tokens.tool_of(token)
            if tool is not None:
                return Known(Caller(client=client_name(tool), rights=EVERY_RIGHT, tool=tool), key)
        elif token.startswith(PREFIX):
            found = self._container.record.access_tokens.find(token, self._container.now())
            if found is not None:
                rights = EVERY_RIGHT if found.may_write else READ_ONLY
                return Known(self._person(found.account, found.client, rights), key)
        elif self._oauth is not None:
            return Known(self._of_oauth(self._oauth, token), key)
        said = texts("mcp")["unknown_token"]
        raise Refused(HTTPStatus.UNAUTHORIZED, said, error="invalid_token")

    def _of_oauth(self, server: OAuthServer, token: str) -> Caller:
        say, claims = texts("mcp"), server.claims_of(token)
        if claims is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, say["unknown_token"], error="invalid_token")
        if READ_SCOPE not in claims.scopes:
            said = say["no_scope"].format(scope=READ_SCOPE)
            raise Refused(HTTPStatus.FORBIDDEN, said, error="insufficient_scope")
        rights = {Right.READ} | ({Right.WRITE} if WRITE_SCOPE in claims.scopes else set())
        account = self._account_of(claims.who)
        return self._person(account, client_name(claims.client), frozenset(rights))

    def _account_of(self, who: str) -> str:
        """The account of an e-mail address or a Slack user id."""
        admins, slack = self._container.admins, self._container.slack
        try:
            if is_person(who):
                return admins.account_of(who)
            return admins.account_of(slack.user_with_email(who)) if who else ""
        except SlackRefused:
            return ""
        except SlackError:
            raise _slack_silent() from None

    def _person(self, account: str, client: str, rights: frozenset[Right]) -> Caller:
        """Somebody as Slack knows them now.

        Raises:
            Refused: they are no colleague and no guest here, or Slack does not say.
        """
        try:
            standing = self._container.admins.standing_of(account)
        except SlackError:
            raise _slack_silent() from None
        if not (standing.member or standing.guest):
            log.warning("An AI tool called for somebody who is no colleague: %r", account)
            raise Refused(HTTPStatus.FORBIDDEN, texts("mcp")["no_colleague"])
        allowed = READ_ONLY & rights if standing.guest else rights
        return Caller(account, client, allowed, is_guest=standing.guest)


def _slack_silent() -> Refused:
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, texts("mcp")["slack_silent"], wait=60)


def _message(body: bytes) -> Json:
    """The one message of a body; empty where it is none, which the protocol refuses later."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _slack_meta(message: Json) -> Json:
    """What Slack says of whoever Slackbot calls for."""
    found: Any = message
    for name in ("params", "_meta", "slack"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def id_in(body: bytes) -> Any:
    """The id of the message in a body, to answer it by; None where there is none."""
    found = _message(body).get("id")
    return found if isinstance(found, str | int) else None
