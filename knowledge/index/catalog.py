"""The catalogue of the index: which file gave which passages, and which version is live."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Delete,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

_metadata = MetaData()
_files = Table(
    "index_files",
    _metadata,
    Column("source", Text, primary_key=True),
    Column("root", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("passages", Text, nullable=False),
)
_versions = Table(
    "index_versions",
    _metadata,
    Column("version", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("passages", Integer, nullable=False),
    Column("members", LargeBinary, nullable=False),
    Column("live", Boolean, nullable=False),
)
_tokens = Table(
    "index_tokens",
    _metadata,
    Column("passage_id", String(64), primary_key=True),
    Column("vectors", LargeBinary, nullable=False),
)
_state = Table(
    "index_state",
    _metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
# SQLite takes 32,766 values in one statement.
_AT_ONCE = 5000


@dataclass(frozen=True)
class IndexedFile:
    """One file and the passages that it gave, in order.

    Attributes:
        root: the folder or file that was asked for when it was found.
    """

    source: str
    root: str
    digest: str
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """One state of the index that questions can be answered from.

    Attributes:
        name: a fingerprint of everything in it.
        number: counts up with every new version.
        made_at: ISO moment in UTC.
        passages: how many passages it has.
    """

    name: str
    number: int
    made_at: str
    passages: int
    live: bool


class Catalog:
    """The catalogue's tables; only the process that syncs writes to them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # A server is asked once for what is read, and not also to begin and to end.
        is_file = engine.dialect.name == "sqlite"
        single = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = engine if is_file else single
        _metadata.create_all(engine)

    def files(self) -> list[IndexedFile]:
        """Every indexed file, by source."""
        with self._reading.connect() as connection:
            rows = connection.execute(select(_files).order_by(_files.c.source)).all()
        return [
            IndexedFile(row.source, row.root, row.digest, tuple(json.loads(row.passages)))
            for row in rows
        ]

    def keep_files(self, files: Sequence[IndexedFile]) -> None:
        """Stores what each file gave, replacing what was stored for it."""
        if not files:
            return
        with self.engine.begin() as connection:
            _remove(connection.execute, _files.c.source, [file.source for file in files])
            connection.execute(
                insert(_files),
                [
                    {
                        "source": file.source,
                        "root": file.root,
                        "digest": file.digest,
                        "passages": json.dumps(file.passages),
                    }
                    for file in files
                ],
            )

    def forget_files(self, sources: Sequence[str]) -> None:
        """Removes files."""
        with self.engine.begin() as connection:
            _remove(connection.execute, _files.c.source, sources)

    def token_vectors(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The packed token vectors of those passages that have some."""
        found: dict[str, bytes] = {}
        with self._reading.connect() as connection:
            for begin in range(0, len(ids), _AT_ONCE):
                part = list(ids[begin : begin + _AT_ONCE])
                rows = connection.execute(select(_tokens).where(_tokens.c.passage_id.in_(part)))
                found.update((row.passage_id, row.vectors) for row in rows)
        return found

    def store_token_vectors(self, packed: Mapping[str, bytes]) -> None:
        """Stores packed token vectors by passage."""
        if not packed:
            return
        with self.engine.begin() as connection:
            _remove(connection.execute, _tokens.c.passage_id, list(packed))
            connection.execute(
                insert(_tokens),
                [{"passage_id": id, "vectors": vectors} for id, vectors in packed.items()],
            )

    def delete_token_vectors(self, ids: Sequence[str]) -> None:
        """Deletes the token vectors of passages."""
        with self.engine.begin() as connection:
            _remove(connection.execute, _tokens.c.passage_id, ids)

    def delete_all_token_vectors(self) -> None:
        """Deletes the token vectors of every passage."""
        with self.engine.begin() as connection:
            connection.execute(delete(_tokens))

    def publish(self, name: str, members: Sequence[str]) -> Version:
        """Makes a version live, and every other one not, in one step."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self.engine.begin() as connection:
            number = connection.scalar(select(func.max(_versions.c.number))) or 0
            connection.execute(update(_versions).values(live=False))
            connection.execute(delete(_versions).where(_versions.c.version == name))
            connection.execute(
                insert(_versions).values(
                    version=name,
                    number=number + 1,
                    made_at=now,
                    passages=len(members),
                    members=zlib.compress("\n".join(members).encode()),
                    live=True,
                )
            )
        return Version(name, number + 1, now, len(members), live=True)

    def make_live(self, name: str) -> bool:
        """Makes a kept version live, and every other one not, in one step; False if unknown."""
        with self.engine.begin() as connection:
            if not connection.scalar(
                select(func.count()).select_from(_versions).where(_versions.c.version == name)
            ):
                return False
            connection.execute(update(_versions).values(live=_versions.c.version == name))
            return True

    def live(self) -> Version | None:
        """The version that questions are answered from, or None before the first sync."""
        return next((version for version in self.versions() if version.live), None)

    def versions(self) -> list[Version]:
        """Every version that is kept, the newest first."""
        columns = [column for column in _versions.c if column.name != "members"]
        query = select(*columns).order_by(_versions.c.number.desc())
        with self._reading.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Version(row.version, row.number, row.made_at, row.passages, bool(row.live))
            for row in rows
        ]

    def members(self, version: str) -> list[str]:
        """The ids of a version's passages, in order; empty if it is unknown."""
        query = select(_versions.c.members).where(_versions.c.version == version)
        with self._reading.connect() as connection:
            packed = connection.scalar(query)
        return zlib.decompress(packed).decode().split("\n") if packed else []

    def forget_versions(self, names: Sequence[str]) -> None:
        """Removes versions."""
        with self.engine.begin() as connection:
            _remove(connection.execute, _versions.c.version, names)

    def state(self, name: str) -> str | None:
        """A stored value, or None."""
        with self._reading.connect() as connection:
            return connection.scalar(select(_state.c.value).where(_state.c.name == name))

    def keep_state(self, name: str, value: str) -> None:
        """Stores a value under a name."""
        with self.engine.begin() as connection:
            connection.execute(delete(_state).where(_state.c.name == name))
            connection.execute(insert(_state).values(name=name, value=value))


def _remove(
    execute: Callable[[Delete], object], column: Column[str], values: Sequence[str]
) -> None:
    for begin in range(0, len(values), _AT_ONCE):
        execute(delete(column.table).where(column.in_(list(values[begin : begin + _AT_ONCE]))))
