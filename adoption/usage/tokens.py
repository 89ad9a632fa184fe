"""The tokens by which tools report their use; only hashes of them are stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select

from adoption.db.writes import transaction
from adoption.usage.models import ToolToken

PREFIX = "upt_"


class ToolTokens:
    """Makes, checks and revokes tokens."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def make(self, tool: str, now: datetime) -> str:
        """A new token of a tool. It is shown this once; older ones stay good."""
        token = PREFIX + secrets.token_urlsafe(32)
        with transaction(self.engine) as connection:
            row = {"digest": _digest(token), "tool": tool, "made_at": now}
            connection.execute(insert(ToolToken).values(row))
        return token

    def tool_of(self, token: str) -> str | None:
        """The tool that a token belongs to; None if none.

        A token has 256 random bits, so that its plain hash can be looked up: there is nothing
        to guess, and the time of a look-up reveals nothing.
        """
        with self.engine.connect() as connection:
            query = select(ToolToken.tool).where(ToolToken.digest == _digest(token))
            return connection.execute(query).scalar_one_or_none()

    def tools(self) -> dict[str, datetime]:
        """The tools that have a token, by name, and when their newest was made."""
        newest = func.max(ToolToken.made_at)
        query = select(ToolToken.tool, newest).group_by(ToolToken.tool).order_by(ToolToken.tool)
        with self.engine.connect() as connection:
            return dict(connection.execute(query).all())

    def revoke(self, tool: str) -> int:
        """Revokes all tokens of a tool; returns how many."""
        with transaction(self.engine) as connection:
            gone = delete(ToolToken).where(ToolToken.tool == tool).returning(ToolToken.digest)
            return len(connection.execute(gone).all())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
