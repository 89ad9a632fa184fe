"""Signatures of requests that were answered, so that no worker answers the same request again."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from adoption.access.models import SeenSignatureRow
from adoption.db.writes import write_lock


class SeenSignatures:
    """Which signatures were seen lately, by any worker on the same database.

    Args:
        lasts: how long a signature is good for; afterwards it is forgotten.
    """

    def __init__(self, engine: Engine, lasts: timedelta) -> None:
        self._engine = engine
        self._lasts = lasts

    def is_new(self, signature: str, now: datetime) -> bool:
        """Whether a signature comes for the first time; it is noted as seen."""
        row = SeenSignatureRow
        digest = hashlib.sha256(signature.encode("utf-8", "replace")).digest()
        with write_lock(self._engine) as connection:
            connection.execute(delete(row).where(row.seen_at < now - self._lasts))
            seen = connection.scalar(select(row.seen_at).where(row.digest == digest))
            if seen is None:
                connection.execute(insert(row).values(digest=digest, seen_at=now))
            return seen is None
