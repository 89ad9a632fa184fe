"""Fetches sources and indexes them; one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import ingest.sync.sync as files
from ingest.errors import FolderMissing, SourceBusy, SourceFailed
from ingest.sources.pages import PageProblem
from ingest.sources.registry import Result, SourceRegistry
from ingest.sources.source import PAGE, SITEMAP, Source
from ingest.sync.report import Problem, Report
from ingest.sync.walk import files_under
from knowledge.index.index import Index


@dataclass
class Synced:
    """What became of one source.

    Attributes:
        reason: why it could not be brought here; empty if it could.
        problems: its files and pages that could not be read.
        files: how many of its files are indexed now, and how many of them are new or changed.
        skipped: whether another process is at it, so that this one left it alone.
    """

    source: Source
    reason: str = ""
    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    changed: int = 0
    removed: int = 0
    skipped: bool = False

    @property
    def fine(self) -> bool:
        """Whether all of it could be read."""
        return not self.reason and not self.problems

    @property
    def says(self) -> str:
        """What became of it, in one line."""
        if self.reason:
            return self.reason
        unread = f", {len(self.problems)} not read" if self.problems else ""
        return f"{self.files} guides: {self.changed} changed, {self.removed} removed{unread}"


class SourceSync:
    """Looks at sources and brings what they hold into the index, as one new version."""

    def __init__(
        self,
        book: SourceRegistry,
        index: Index,
        sync: files.Sync,
        bring: Callable[[Source], Sequence[PageProblem]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._book, self._index, self._sync, self._bring = book, index, sync, bring
        self._now = now

    def run(self, sources: Sequence[Source]) -> list[Synced]:
        """What became of each source, in their order.

        Raises:
            IndexBusy: another process is writing to the index.
            IndexUnavailable: the index cannot be read or written.
        """
        if not sources:
            return []
        outcomes = [self._brought(source) for source in sources]
        places = {each.source.id: self._book.place(each.source) for each in outcomes}
        # What was brought earlier is read again, so that who may read it is as it is said now.
        here = [each for each in outcomes if self._check(each, places[each.source.id])]
        absent = [places[each.source.id] for each in outcomes if each not in here]
        report = self._sync.run([places[each.source.id] for each in here], absent=absent)
        held = [Path(file.source) for file in self._index.catalog.files()]
        for each in outcomes:
            _fill(each, places[each.source.id], report, held)
        at = self._now().astimezone(UTC).isoformat(timespec="seconds")
        looked = [each for each in outcomes if not each.skipped]
        results = {each.source.id: Result(at, each.fine, each.says) for each in looked}
        self._book.keep_results(results)
        return outcomes

    def remove(self, source: Source) -> int:
        """Takes what a source gave out of the index; gives how many files that were."""
        place = self._book.place(source)
        return len(self._sync.run([], withdrawn=[place]).removed)

    def _brought(self, source: Source) -> Synced:
        try:
            problems = [Problem(each.url, each.reason) for each in self._bring(source)]
            return Synced(source, problems=problems)
        except SourceBusy as error:
            return Synced(source, str(error), skipped=True)
        except SourceFailed as error:
            return Synced(source, str(error))

    def _check(self, outcome: Synced, place: Path) -> bool:
        """Whether a source's place can be walked and did not lose all of its files."""
        try:
            found = files_under([place])
        except FolderMissing as error:
            outcome.reason = outcome.reason or str(error).rstrip(".")
            return False
        known = any(_below(Path(file.source), place) for file in self._index.catalog.files())
        # Pages leave their place only when their site took them back.
        if not found and known and outcome.source.kind not in (PAGE, SITEMAP):
            outcome.reason = outcome.reason or (
                "it holds no guides any more, so those it had stay; "
                f"if it is meant to be empty, run `uptake sources remove {outcome.source.id}`"
            )
            return False
        if not found:
            outcome.reason = outcome.reason or "it holds no guides"
        return True


def _fill(outcome: Synced, place: Path, report: Report, held: Sequence[Path]) -> None:
    outcome.files = sum(_below(path, place) for path in held)
    outcome.changed = sum(_below(Path(s), place) for s in (*report.added, *report.updated))
    outcome.removed = sum(_below(Path(s), place) for s in report.removed)
    outcome.problems += [each for each in report.failed if _below(Path(each.source), place)]


def _below(path: Path, place: Path) -> bool:
    return path == place or path.is_relative_to(place)
