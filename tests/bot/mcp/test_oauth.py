"""Tokens of a company's own OAuth server, signed by real keys that are fetched over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.api.server import listening
from bot.mcp.oauth import OAuthServer
from tests.servers import free_port

ISSUER, AUDIENCE = "https://login.example.com", "https://uptake.example.com/mcp"
GOOD: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "email": "ada@example.com",
    "client_id": "cursor",
    "scope": "openid uptake:read",
}


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def server(key: rsa.RSAPrivateKey) -> Iterator[OAuthServer]:
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": "1", "use": "sig"}
    keys = Route("/keys", lambda _: JSONResponse({"keys": [public]}))
    port = free_port()
    with listening([keys], port, "PORT"):
        yield OAuthServer(ISSUER, f"http://127.0.0.1:{port}/keys", AUDIENCE, "email")


def signed(key: Any, algorithm: str = "RS256", **more: Any) -> str:
    claims = GOOD | {"exp": int(time.time()) + 60} | more
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "1"})


def test_a_good_token_says_who_asks(server: OAuthServer, key: rsa.RSAPrivateKey):
    claims = server.claims_of(signed(key))
    assert claims is not None
    assert (claims.who, claims.client) == ("ada@example.com", "cursor")
    assert claims.scopes == {"openid", "uptake:read"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://other.example.com/mcp"},
        {"iss": "https://evil.example.com"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"aud": None},
        {"email_verified": False},
    ],
)
def test_a_token_for_others_or_of_another_time_is_refused(
    server: OAuthServer, key: rsa.RSAPrivateKey, wrong: dict[str, Any]
):
    assert server.claims_of(signed(key, **wrong)) is None


def test_a_token_that_is_signed_by_others_is_refused(server: OAuthServer):
    other = rsa.generate_private_key(65537, 2048)
    assert server.claims_of(signed(other)) is None
    # A shared secret is no key of the server's, whatever the header says.
    assert server.claims_of(signed("x" * 32, "HS256")) is None
    assert server.claims_of(jwt.encode(GOOD, None, algorithm="none")) is None
    assert server.claims_of("no token") is None
