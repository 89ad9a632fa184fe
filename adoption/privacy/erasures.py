"""Who had their data erased and when, so that a restored backup does not bring it back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, MetaData, delete, insert, select

from adoption.db.policies import account_columns, mention_columns
from adoption.db.writes import write_lock
from adoption.privacy.models import ErasureRow

_ACCOUNT = re.compile(r"\w+:[UW]\w+")


@dataclass(frozen=True)
class Erasure:
    """One erasure; `digest` is the SHA-256 of the Slack user id."""

    digest: bytes
    erased_at: datetime


class Erasures:
    """The erasures that were carried out, with at most the last one of each person."""

    def __init__(self, engine: Engine, metadata: MetaData) -> None:
        self._engine = engine
        self._metadata = metadata

    def add(self, account: str, at: datetime) -> None:
        """Stores that somebody's data is erased."""
        self.add_all([Erasure(_digest(account), at)])

    def add_all(self, erasures: Sequence[Erasure]) -> None:
        """Stores erasures, each in place of an earlier one of the same person."""
        with write_lock(self._engine) as connection:
            for each in erasures:
                earlier = ErasureRow.digest == each.digest
                connection.execute(delete(ErasureRow).where(earlier))
                row = {"digest": each.digest, "erased_at": each.erased_at}
                connection.execute(insert(ErasureRow).values(row))

    def since(self, moment: datetime) -> list[Erasure]:
        """The erasures at or after a moment."""
        query = select(ErasureRow.digest, ErasureRow.erased_at)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(ErasureRow.erased_at >= moment))
            return [Erasure(*row) for row in rows]

    def accounts_of(self, erasures: Sequence[Erasure]) -> list[str]:
        """The accounts in this record whose data was erased elsewhere."""
        erased = {each.digest for each in erasures}
        return sorted({each for each in self._accounts() if _digest(each) in erased})

    def _accounts(self) -> Iterator[str]:
        """Every account that some column holds."""
        people = self._metadata.tables["people"].c.account
        with self._engine.connect() as connection:
            for column in (people, *account_columns(self._metadata)):
                yield from filter(None, connection.scalars(select(column).distinct()))
            for column in mention_columns(self._metadata):
                for text in connection.scalars(select(column).distinct()):
                    yield from _ACCOUNT.findall(text or "")


def _digest(account: str) -> bytes:
    """Of the user alone: some columns name people without the workspace."""
    return hashlib.sha256((account.partition(":")[2] or account).encode()).digest()
