"""A small OAuth 2.1 authorization server for tests: it signs in whoever it is given.

Metadata, registration of clients, the authorization code with PKCE (S256) for one resource, and
tokens signed with a key of its own. A code is good once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.api.server import listening
from tests.servers import free_port


@dataclass
class AuthorizationServer:
    """The server at `issuer`; whoever signs in is `email`, and gets the `scope`."""

    issuer: str
    email: str = "maya@example.com"
    scope: str = "uptake:read"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def keys(self) -> str:
        """Where its public keys are."""
        return f"{self.issuer}/keys"

    def token(self, audience: str, *, algorithm: str = "RS256", **claims: Any) -> str:
        """A token of its own; a claim that is None is left out."""
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": audience,
            "exp": now + 60,
            "iat": now,
            "email": self.email,
            "scope": self.scope,
            "client_id": "editor",
        } | claims
        said = {name: value for name, value in said.items() if value is not None}
        key = self.key if algorithm == "RS256" else None
        return jwt.encode(said, key, algorithm=algorithm, headers={"kid": "1"})

    def routes(self) -> list[Route]:
        """Its endpoints."""
        return [
            Route("/.well-known/oauth-authorization-server", self._metadata),
            Route("/keys", self._keys),
            Route("/register", self._register, methods=["POST"]),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
        ]

    async def _metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "registration_endpoint": f"{self.issuer}/register",
                "jwks_uri": self.keys,
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "scopes_supported": ["uptake:read", "uptake:write"],
            }
        )

    async def _keys(self, _: Request) -> Response:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return JSONResponse({"keys": [public | {"kid": "1", "use": "sig"}]})

    async def _register(self, request: Request) -> Response:
        asked = await request.json()
        return JSONResponse(asked | {"client_id": "editor"}, 201)

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if asked["response_type"] != "code" or asked["code_challenge_method"] != "S256":
            return JSONResponse({"error": "invalid_request"}, 400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked.get("state", ""), "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != proof:
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self.token(asked["resource"])
        said = {"access_token": token, "token_type": "Bearer", "expires_in": 60}
        return JSONResponse(said | {"scope": self.scope})


@contextmanager
def authorization_server() -> Iterator[AuthorizationServer]:
    """The server on a free port."""
    port = free_port()
    server = AuthorizationServer(f"http://127.0.0.1:{port}")
    with listening(server.routes(), port, "PORT"):
        yield server
