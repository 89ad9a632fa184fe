"""OAuth 2.1 over `/mcp`, from the first refusal to an answer, with a real authorization server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import httpx2
import jwt
import pytest
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.oauth2 import AuthorizationCodeResult
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import (
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthToken,
    ProtectedResourceMetadata,
)

from adoption.questions.models import Surface
from bot.api.server import listening
from bot.mcp.endpoint import mcp_service
from tests.bot.mcp.world import World, ask_with, rejected
from tests.servers import free_port
from tests.support.app import BUDGET
from tests.support.mcp import session
from tests.support.oauth_server import AuthorizationServer, authorization_server


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    with authorization_server() as server:
        yield server


@pytest.fixture(scope="module")
def guarded(world: World, server: AuthorizationServer) -> Iterator[World]:
    """The same app behind an endpoint whose settings name the authorization server."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/mcp"
    more = {"mcp_url": url, "mcp_issuer": server.issuer, "mcp_keys": server.keys}
    settings = world.app.container.settings.model_copy(update=more)
    container = replace(world.app.container, settings=settings)
    service = mcp_service(container)
    with listening(service.routes, port, "PORT", 1, service.endpoint.running):
        yield World(replace(world.app, container=container), url)


@pytest.fixture(autouse=True)
def maya(world: World, server: AuthorizationServer) -> str:
    """Who signs in: the address that Slack knows of her."""
    user = world.app.container.slack.user(world.app.slack.user().id)
    server.email, server.scope = user["profile"]["email"], "uptake:read"
    return server.email


@dataclass
class Browser:
    """A client's sign-in: follows the redirect as somebody's browser would, and keeps tokens."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None
    seen: list[str] = field(default_factory=list)

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info

    async def redirected(self, url: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as browser:
            answer = await browser.get(url)
        self.seen.append(answer.headers["location"])

    async def came_back(self) -> AuthorizationCodeResult:
        said = parse_qs(urlsplit(self.seen[-1]).query)
        return AuthorizationCodeResult(
            code=said["code"][0], state=said["state"][0], iss=said["iss"][0]
        )


def test_a_client_finds_the_server_signs_in_and_asks(guarded: World, world: World):
    browser = Browser()
    metadata = OAuthClientMetadata(
        client_name="Editor", redirect_uris=["http://127.0.0.1:9/back"], scope="uptake:read"
    )
    auth = OAuthClientProvider(
        guarded.url, metadata, browser, browser.redirected, browser.came_back
    )
    http = httpx2.AsyncClient(auth=auth, trust_env=False, timeout=60)
    with session(streamable_http_client(guarded.url, http_client=http)) as client:
        assert client.gives("ask", question=BUDGET)["outcome"] == "answered"
        assert not any(name.startswith("log_") for name in client.tools())
    assert len(browser.seen) == 1
    row = world.asked("budget")
    assert (row.surface, row.client) == (Surface.MCP, "editor")
    maya = world.app.record.personal_data.export(world.app.account("user"))["interactions"]
    assert row.id in {each["id"] for each in maya}


def test_who_comes_without_a_token_hears_where_to_sign_in(
    guarded: World, server: AuthorizationServer
):
    answer = httpx.post(guarded.url, json={}, trust_env=False)
    rejected(answer, 401, "token")
    challenge = answer.headers["www-authenticate"]
    assert 'scope="uptake:read"' in challenge
    where = challenge.split('resource_metadata="')[1].split('"')[0]
    assert where == guarded.url.replace("/mcp", "/.well-known/oauth-protected-resource/mcp")
    found = httpx.get(where, trust_env=False).json()
    ProtectedResourceMetadata.model_validate(found)
    assert found["resource"] == guarded.url
    assert found["authorization_servers"] == [server.issuer]
    assert {"uptake:read", "uptake:write"} <= set(found["scopes_supported"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://other.example.com/mcp"},
        {"aud": None},
        {"iss": "https://evil.example.com"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"email_verified": False},
        {"algorithm": "none"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_here_is_refused(
    guarded: World, server: AuthorizationServer, wrong: dict[str, Any]
):
    good = server.token(guarded.url)
    assert ask_with(guarded, good).status_code == 200
    answer = ask_with(guarded, server.token(guarded.url, **wrong))
    rejected(answer, 401, "unknown, revoked or expired")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_token_signed_by_a_stranger_or_with_the_public_key_is_refused(
    guarded: World, server: AuthorizationServer
):
    stranger = replace(server, key=AuthorizationServer("x").key)
    rejected(ask_with(guarded, stranger.token(guarded.url)), 401, "unknown")
    claims = jwt.decode(server.token(guarded.url), options={"verify_signature": False})
    forged = jwt.encode(claims, "p" * 64, algorithm="HS256", headers={"kid": "1"})
    rejected(ask_with(guarded, forged), 401, "unknown")


def test_a_scope_that_is_missing_is_named(guarded: World, server: AuthorizationServer):
    answer = ask_with(guarded, server.token(guarded.url, scope="openid email"))
    rejected(answer, 403, "lacks the scope uptake:read")
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_the_scope_to_write_lets_a_token_log(guarded: World, server: AuthorizationServer):
    for scope, may in (("uptake:read", False), ("uptake:read uptake:write", True)):
        with guarded.session(server.token(guarded.url, scope=scope)) as client:
            assert ("log_feedback" in client.tools()) is may


@pytest.mark.parametrize(
    ("email", "status"), [("nobody@elsewhere.example", 403), ("", 403), ("<!channel>", 403)]
)
def test_whom_slack_does_not_know_is_refused(
    guarded: World, server: AuthorizationServer, email: str, status: int
):
    answer = ask_with(guarded, server.token(guarded.url, email=email))
    rejected(answer, status, "this Slack workspace")


def test_an_address_reads_what_its_person_may_read_in_slack(
    guarded: World, server: AuthorizationServer, world: World
):
    admin = world.app.container.slack.user(world.app.slack.user("admin").id)["profile"]["email"]
    for email, sees in ((admin, True), (server.email, False)):
        with guarded.session(server.token(guarded.url, email=email)) as client:
            found = client.gives("search_guides", query="Licence costs", limit=20)["sections"]
            assert ("Licence costs" in {each["title"] for each in found}) is sees
