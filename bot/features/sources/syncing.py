"""Brings guides into the index for the programme, in turns with everybody else who does."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.features.guides.decisions import rulings_in
from ingest.sources.registry import SourceRegistry
from ingest.sources.source import Source
from ingest.sources.sync import Synced

if TYPE_CHECKING:
    from bot.container import Container


class Syncing:
    """What the programme has brought into the index; one at a time, here and on all machines."""

    def __init__(self, house: Container, book: SourceRegistry, now: Callable[[], datetime]) -> None:
        self._house = house
        self._book = book
        self._now = now
        self._turn = threading.Lock()

    def content(self) -> None:
        """Everything that the settings name, and what the programme has published."""
        self._run(self._house.settings.all_content)

    def guide(self, source: str) -> None:
        """The place that a guide comes from, read anew as far as it is here."""
        of = self._book.among().source_of(Path(source))
        self._run([self._book.place(of)] if of else self._roots(Path(source)))

    def source(self, source: Source, anew: bool) -> Synced:
        """One source, unless another process was faster; with `anew`, in any case."""
        from bot.app import source_syncer

        house = self._house
        with self._turns():
            if not anew and source.id not in {each.id for each in self._book.due(self._now())}:
                return Synced(source, skipped=True)
            rulings = rulings_in(house.record)
            sync = source_syncer(house.settings, house.index, rulings, now=self._now)
            return sync.run([source])[0]

    def _run(self, paths: list[Path]) -> None:
        from bot.app import syncer

        house = self._house
        with self._turns():
            syncer(house.settings, house.index, rulings_in(house.record)).run(paths)

    @contextmanager
    def _turns(self) -> Iterator[None]:
        from bot.features.sources.index_lock import indexing_turn

        with self._turn, indexing_turn(self._house.settings):
            yield

    def _roots(self, guide: Path) -> list[Path]:
        """All content, or what a guide was indexed from by hand."""
        house = self._house
        content = [Path(os.path.abspath(each.expanduser())) for each in house.settings.all_content]
        if any(guide.is_relative_to(each) for each in content):
            return content
        known = {file.source: file.root for file in house.index.catalog.files()}
        root = Path(known.get(str(guide), guide))
        return [root] if root.exists() else []
