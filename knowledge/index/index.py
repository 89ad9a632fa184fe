"""The index: one place that holds what can be answered from, in versions."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from knowledge.encoding.encoder import Encoder
from knowledge.errors import IndexEmpty, IndexUnavailable, VersionUnknown
from knowledge.index import snapshot as snapshots
from knowledge.index.catalog import Catalog, Version
from knowledge.index.snapshot import Snapshot
from knowledge.index.space import is_full, no_space

if TYPE_CHECKING:
    from knowledge.index.store import PassageStore

# How many versions are kept to go back to.
KEPT_VERSIONS = 3
_STALE_SECONDS = 3600.0


class Index:
    """Passages in Chroma, the catalogue of versions, and the snapshot that answers questions.

    Reading needs only the live snapshot; Chroma is opened when something is written, or when
    a snapshot has to be derived from it.
    """

    def __init__(
        self, folder: Path, engine: Engine, encoder: Encoder, chroma_url: str | None = None
    ) -> None:
        self.folder = folder
        self.engine = engine
        self.encoder = encoder
        self.catalog = Catalog(engine)
        self._chroma_url = chroma_url
        self._loading = threading.Lock()
        self._snapshot: Snapshot | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        encoder: Encoder,
        chroma_url: str | None = None,
        engine: Engine | None = None,
    ) -> Index:
        """The index below `folder`; its catalogue is a SQLite file there unless `engine` is given.

        Raises:
            IndexUnavailable: the folder or its files cannot be used.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return cls(folder, engine or _catalog_engine(folder), encoder, chroma_url)
        except (OSError, SQLAlchemyError) as error:
            raise IndexUnavailable(_why_unopened(folder)) from error

    @cached_property
    def store(self) -> PassageStore:
        """Chroma, opened at first use; reading the live snapshot does not need it."""
        from knowledge.index.store import PassageStore, connect

        folder = self.folder / "chroma"
        client = connect(folder, self._chroma_url)
        return PassageStore(
            client, self.encoder, self.catalog, None if self._chroma_url else folder
        )

    def live(self) -> Version | None:
        """The version that questions are answered from, or None before the first sync."""
        try:
            return self.catalog.live()
        except SQLAlchemyError as error:
            raise IndexUnavailable(_why_unopened(self.folder)) from error

    def snapshot(self) -> Snapshot:
        """The live snapshot; another one as soon as another version is live.

        Raises:
            IndexEmpty: nothing has been indexed yet.
            IndexUnavailable: the version's files are damaged.
        """
        try:
            version = self.live()
        except IndexUnavailable:
            # The snapshot in memory goes on answering while the catalogue is away.
            if self._snapshot is not None:
                return self._snapshot
            raise
        if version is None or version.passages == 0:
            raise IndexEmpty("Nothing is indexed yet. Run `uptake ingest` with your guides.")
        with self._loading:
            if self._snapshot is None or self._snapshot.version != version.name:
                self._derive(version.name)
                read = snapshots.read(self._snapshots, version.name)
                if read.encoder != self.encoder.name:
                    raise IndexUnavailable(
                        f"The index was made with the embedding model “{read.encoder}”, not with "
                        f"“{self.encoder.name}”. Run `uptake ingest`, or set "
                        "UPTAKE_EMBEDDING_MODEL back."
                    )
                self._snapshot = read
            return self._snapshot

    @property
    def recipe(self) -> str:
        """What every passage's vectors were made by; another one means encoding all anew."""
        return f"{snapshots.FORMAT} {self.encoder.name}"

    def outdated(self) -> bool:
        """Whether what is indexed was encoded by another recipe than today's."""
        return self.catalog.state("recipe") not in (None, self.recipe)

    def start_anew(self) -> None:
        """Empties the store for another recipe; the live snapshot answers until the next one."""
        self.store.reset_collection()
        self.catalog.delete_all_token_vectors()

    def adopt_recipe(self) -> None:
        """Notes that what is written from now on follows today's recipe."""
        self.catalog.keep_state("recipe", self.recipe)

    def publish(self, members: Sequence[str], rewrite: bool = False) -> Version:
        """Makes the passages `members`, in this order, the live version.

        The snapshot is written before the version goes live, so it is live at once or not at
        all. Versions beyond the newest few are removed, with the passages that only they had.
        With `rewrite`, the snapshot's files are written anew even if they are there.
        """
        name = version_name(self.recipe, members)
        live = self.live()
        same = live is not None and live.name == name
        if rewrite:
            shutil.rmtree(self._snapshots / name, ignore_errors=True)
        self._derive(name, members)
        if live is not None and same:
            return live
        version = self.catalog.publish(name, members)
        self._let_go()
        return version

    def earlier(self, wanted: str | None = None) -> Version:
        """An earlier version that is kept; `wanted` is as for `roll_back`.

        Raises:
            VersionUnknown: no such version is kept, or it cannot be answered from any more.
        """
        version = _chosen(self.catalog.versions(), wanted)
        if version.name != version_name(self.recipe, self.catalog.members(version.name)):
            raise VersionUnknown(
                f"Version {version.number} was made with another embedding model or another "
                "version of Uptake, so it cannot be answered from. Nothing was changed."
            )
        return version

    def roll_back(self, wanted: str | None = None) -> Version:
        """Makes an earlier version that is kept live again, at once.

        `wanted` is its number or name; without, the newest one before the live one. The next
        sync makes a new version from the files as they are then.

        Raises:
            VersionUnknown: no such version is kept, or it cannot be answered from any more.
            IndexUnavailable: the version's files are damaged.
        """
        version = self.earlier(wanted)
        if version.passages:
            self._derive(version.name)
            if len(snapshots.read(self._snapshots, version.name)) != version.passages:
                raise IndexUnavailable(
                    f"Version {version.number} has lost passages. Nothing was changed."
                )
        if not self.catalog.make_live(version.name):
            raise VersionUnknown(f"Version {version.number} has just been removed.")
        return replace(version, live=True)

    def discard(self, ids: Sequence[str]) -> None:
        """Removes passages, and their token vectors, for good."""
        self.store.discard(ids)
        self.catalog.delete_token_vectors(ids)

    @property
    def _snapshots(self) -> Path:
        return self.folder / "snapshots"

    def _derive(self, name: str, members: Sequence[str] | None = None) -> None:
        if (self._snapshots / name).exists():
            return
        ids = self.catalog.members(name) if members is None else list(members)
        rows = self.store.fetch(ids)
        packed = self.catalog.token_vectors(ids)
        snapshots.write(self._snapshots, name, self.encoder.name, rows, packed)

    def _let_go(self) -> None:
        versions = self.catalog.versions()
        kept = [version.name for version in versions if version.live]
        kept += [version.name for version in versions if not version.live][: KEPT_VERSIONS - 1]
        gone = [version.name for version in versions if version.name not in kept]
        held = {id for name in kept for id in self.catalog.members(name)}
        orphans = {id for name in gone for id in self.catalog.members(name)} - held
        # First the versions, then their passages: a version in the catalogue is always whole.
        self.catalog.forget_versions(gone)
        self.discard(sorted(orphans))
        for place in self._snapshots.iterdir():
            if _is_stale(place) if place.name.startswith(".") else place.name not in kept:
                shutil.rmtree(place, ignore_errors=True)


def _is_stale(draft: Path) -> bool:
    """Whether the process that was writing a draft must have been killed."""
    with suppress(OSError):
        return time.time() - draft.stat().st_mtime > _STALE_SECONDS
    return False


def _chosen(versions: Sequence[Version], wanted: str | None) -> Version:
    live = next((version.number for version in versions if version.live), None)
    if live is None:
        raise VersionUnknown("Nothing is indexed yet, so there is nothing to go back to.")
    for version in versions:
        if wanted is None and version.number < live:
            return version
        if wanted is not None and wanted in (str(version.number), version.name):
            return version
    if wanted is None:
        raise VersionUnknown(
            f"No version before {live} is kept, so there is nothing to go back to."
        )
    known = ", ".join(str(version.number) for version in versions)
    raise VersionUnknown(f"Version {wanted} is not kept. These are: {known}.")


def version_name(recipe: str, members: Sequence[str]) -> str:
    """The fingerprint of an ordered set of passages under one recipe."""
    content = json.dumps([recipe, *members])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _why_unopened(folder: Path) -> str:
    """What is wrong, and what to do."""
    if is_full(folder):
        return no_space(folder)
    return (
        f"The index in {folder} cannot be opened. Check the folder's permissions, "
        "or delete it and run `uptake ingest` again."
    )


def _catalog_engine(folder: Path) -> Engine:
    engine = create_engine(f"sqlite:///{folder / 'catalog.sqlite'}")
    event.listen(engine, "connect", _tune)
    return engine


def _tune(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()
