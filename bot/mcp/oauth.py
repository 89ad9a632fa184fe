"""Tokens of a company's own OAuth 2.1 server: this is one of its resource servers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jwt
from jwt import PyJWKClient, PyJWTError

from bot.settings import Settings

# Only signatures by keys that this server does not know itself.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_LEEWAY_SECONDS = 30
READ_SCOPE, WRITE_SCOPE = "uptake:read", "uptake:write"


@dataclass(frozen=True)
class Claims:
    """What a token says.

    Attributes:
        who: an e-mail address or a Slack user id.
        client: the id of the client it was given to.
    """

    who: str
    client: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class OAuthServer:
    """Where tokens come from, and whom they are for."""

    issuer: str
    keys: str
    audience: str
    claim: str

    @classmethod
    def of(cls, settings: Settings) -> OAuthServer | None:
        """The server of the settings; None where there is none."""
        if settings.mcp_issuer is None or settings.mcp_keys is None or settings.mcp_url is None:
            return None
        return cls(settings.mcp_issuer, settings.mcp_keys, settings.mcp_url, settings.mcp_claim)

    @cached_property
    def _keys(self) -> PyJWKClient:
        return PyJWKClient(self.keys, cache_keys=True, lifespan=3600, timeout=5)

    def claims_of(self, token: str) -> Claims | None:
        """What a token says; None where it is not good here.

        Its signature, issuer, audience and times are checked.
        """
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            found: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=_ALGORITHMS,
                issuer=self.issuer,
                audience=self.audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (PyJWTError, ValueError, TypeError):
            return None
        # An address that its owner never confirmed may be anybody's.
        if self.claim == "email" and found.get("email_verified") is False:
            return None
        scopes = found.get("scope") or found.get("scp") or ""
        listed = scopes.split() if isinstance(scopes, str) else map(str, scopes)
        client = str(found.get("client_id") or found.get("azp") or "")
        return Claims(str(found.get(self.claim) or ""), client, frozenset(listed))
