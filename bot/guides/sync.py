"""Brings guides into the index while the bot runs, one run at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from adoption.record import Record
from bot.guides.decisions import decisions_in
from bot.guides.index_lock import index_lock
from bot.settings import STARTER, Settings
from ingest.parse.documents import Decision
from ingest.sources.fetch import Fetcher, links_of
from ingest.sources.registry import SourceRegistry
from ingest.sources.source import Source
from ingest.sources.sync import SourceSync, Synced
from ingest.sync.sync import Progress, Sync
from knowledge.index.index import Index


def file_sync(
    settings: Settings,
    index: Index,
    decisions: Mapping[str, Decision],
    progress: Progress | None = None,
) -> Sync:
    """Brings files into the index, with what settings, sources and admins say of them."""
    book = SourceRegistry(settings.data_dir)
    covering = book.among()
    links = {source.id: links_of(book, source) for source in book.sources()}

    def link_of(path: Path, root: Path) -> str:
        source = covering.source_of(path)
        if source is not None:
            return links[source.id](path)
        base = root if root.is_dir() else root.parent
        if settings.link_base is None or base.is_relative_to(STARTER):
            return path.as_uri()
        return settings.link_base + quote(path.relative_to(base).as_posix())

    defaults_of = covering.defaults_of
    return Sync(
        index, link_of=link_of, defaults_of=defaults_of, decisions=decisions, progress=progress
    )


def source_sync(
    settings: Settings,
    index: Index,
    decisions: Mapping[str, Decision],
    progress: Progress | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> SourceSync:
    """Fetches sources and brings them into the index."""
    book = SourceRegistry(settings.data_dir)
    fetch = Fetcher(book, frozenset(settings.private_hosts)).bring
    return SourceSync(book, index, file_sync(settings, index, decisions, progress), fetch, now)


class GuideSync:
    """Brings guides into the index for features; one run at a time, here and on all machines."""

    def __init__(
        self, settings: Settings, index: Index, record: Record, now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._index = index
        self._record = record
        self._now = now
        self._lock = threading.Lock()
        self.sources = SourceRegistry(settings.data_dir)

    def content(self) -> None:
        """Syncs everything that the settings name, and what the programme has published."""
        self._run(self._settings.all_content)

    def guide(self, source: str) -> None:
        """Syncs the place that a guide comes from, as far as it is on this machine."""
        of = self.sources.among().source_of(Path(source))
        self._run([self.sources.place(of)] if of else self._roots(Path(source)))

    def source(self, source: Source, again: bool) -> Synced:
        """Syncs one source, unless another process was faster; with `again`, in any case."""
        with self._locked():
            due = {each.id for each in self.sources.due(self._now())}
            if not again and source.id not in due:
                return Synced(source, skipped=True)
            decisions = decisions_in(self._record)
            sync = source_sync(self._settings, self._index, decisions, now=self._now)
            return sync.run([source])[0]

    def _run(self, paths: list[Path]) -> None:
        with self._locked():
            file_sync(self._settings, self._index, decisions_in(self._record)).run(paths)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock, index_lock(self._settings):
            yield

    def _roots(self, guide: Path) -> list[Path]:
        """All content, or what a guide was indexed from by hand."""
        content = [Path(os.path.abspath(each.expanduser())) for each in self._settings.all_content]
        if any(guide.is_relative_to(each) for each in content):
            return content
        known = {file.source: file.root for file in self._index.catalog.files()}
        root = Path(known.get(str(guide), guide))
        return [root] if root.exists() else []
