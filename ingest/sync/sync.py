"""Brings the index up to date with files: what changed is encoded, what went leaves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ingest.errors import AudienceWrong, FileUnreadable
from ingest.parse.audiences import is_within
from ingest.parse.documents import NO_DECISION, NO_DEFAULTS, Decision, Defaults
from ingest.sync.fingerprints import fingerprint, shown_name
from ingest.sync.report import STATE, Problem, Report, as_state, from_state
from ingest.sync.walk import OURS, UNREADABLE, files_under, passed_over
from ingest.sync.writing import writing
from knowledge.index.catalog import IndexedFile
from knowledge.index.index import Index
from knowledge.index.passages import EVERYONE, Passage

_BATCH = 256
_FILES_AT_ONCE = 100
_CLEAN, _DIRTY = "clean", "dirty"

Progress: TypeAlias = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Leaving:
    """Paths whose files stay only if their audience allows it, and whose files leave."""

    absent: list[str]
    withdrawn: list[str]


class Sync:
    """One run over some paths.

    It can be stopped at any moment and run again: both end in the same index. A file that can
    no longer be read keeps its passages only if nothing in it could restrict who reads them.
    """

    def __init__(
        self,
        index: Index,
        *,
        link_of: Callable[[Path, Path], str] | None = None,
        defaults_of: Callable[[Path], Defaults] | None = None,
        decisions: Mapping[str, Decision] | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._index = index
        self._link_of = link_of or (lambda path, root: path.as_uri())
        self._defaults_of = defaults_of or (lambda path: NO_DEFAULTS)
        self._decisions = decisions or {}
        self._progress = progress or (lambda done, whole, name: None)

    def run(
        self,
        paths: Sequence[Path],
        rebuild: bool = False,
        absent: Sequence[Path] = (),
        withdrawn: Sequence[Path] = (),
    ) -> Report:
        """Brings the index up to date with the files below `paths`.

        Files below other paths, indexed earlier, stay. With `rebuild`, unchanged files are
        read anew as well. Files below `absent` cannot be reached now: they stay if their
        audience is still allowed. Files below `withdrawn` leave.

        Raises:
            FolderMissing: a path is not there; nothing is changed.
            IndexBusy: another process is writing to the index.
            IndexUnavailable: the index cannot be read or written.
        """
        roots = _absolute(paths)
        work = [(root, file) for root in roots for file in self._kept_under(root)]
        with writing(self._index):
            leaving = _Leaving(*(list(map(str, _absolute(each))) for each in (absent, withdrawn)))
            report = _Run(self, work, list(map(str, roots)), leaving, rebuild).finish()
        report.passed_over = passed_over(roots)
        return report

    def _kept_under(self, root: Path) -> list[Path]:
        """The files below a path that the index does not do without."""
        return [file for file in files_under([root]) if not self.decision(file).left_out]

    def decision(self, path: Path) -> Decision:
        """What was decided about a file."""
        return self._decisions.get(str(path), NO_DECISION)


class _Run:
    """A sync while it holds the index."""

    def __init__(
        self,
        sync: Sync,
        work: list[tuple[Path, Path]],
        roots: list[str],
        leaving: _Leaving,
        rebuild: bool,
    ) -> None:
        self._sync, self._index, self._catalog = sync, sync._index, sync._index.catalog
        self._work, self._roots, self._leaving = work, roots, leaving
        self._rebuild, self._report = rebuild, Report()
        self._unreadable: set[str] = set()
        self._known: dict[str, IndexedFile] = {}
        self._started_anew = False

    def finish(self) -> Report:
        """Does all of it; gives what was done."""
        stopped = self._begin()
        for begin in range(0, len(self._work), _FILES_AT_ONCE):
            self._index_files(self._work[begin : begin + _FILES_AT_ONCE], begin)
        self._remove_gone()
        self._index.adopt_recipe()
        members = [id for file in self._catalog.files() for id in file.passages]
        version = self._index.publish(list(dict.fromkeys(members)), rewrite=self._rebuild)
        self._report.version, self._report.passages = version.name, version.passages
        self._keep_problems()
        if stopped:
            self._discard_unheld()
        self._catalog.keep_state("sync", _CLEAN)
        return self._report

    def _begin(self) -> bool:
        """Adds what an earlier recipe or a stopped run left to do; whether a run was stopped."""
        stopped = self._catalog.state("sync") == _DIRTY
        self._known = {file.source: file for file in self._catalog.files()}
        self._catalog.keep_state("sync", _DIRTY)
        if self._index.outdated():
            # The recipe is adopted when all is read anew, so that a run stopped before starts over.
            self._rebuild = self._started_anew = True
            self._work = self._work + self._elsewhere(self._known.values())
            self._index.start_anew()
        elif stopped:
            self._work = self._work + self._elsewhere(self._forget_broken())
        if not self._index.outdated():
            self._index.adopt_recipe()
        return stopped

    def _forget_broken(self) -> list[IndexedFile]:
        """Files whose passages the store lacks; they are read again."""
        stored = self._index.store.all_ids()
        broken = [file for file in self._known.values() if not stored.issuperset(file.passages)]
        gone = [file.source for file in broken if not Path(file.source).exists()]
        self._catalog.forget_files(gone)
        for file in broken:
            self._known[file.source] = IndexedFile(file.source, file.root, "", file.passages)
        return broken

    def _elsewhere(self, files: Iterable[IndexedFile]) -> list[tuple[Path, Path]]:
        """Files that were indexed from other paths and are still there, with their roots."""
        roots = [*self._roots, *self._leaving.withdrawn]
        others = [file for file in files if not _below_any(file, roots)]
        return [
            (Path(file.root), Path(file.source)) for file in others if Path(file.source).exists()
        ]

    def _index_files(self, part: Sequence[tuple[Path, Path]], done: int) -> None:
        fresh: list[IndexedFile] = []
        waiting: list[Passage] = []
        for number, (root, path) in enumerate(part, done + 1):
            self._sync._progress(number, len(self._work), path.name)
            waiting += self._passages_of(root, path, fresh)
            if len(waiting) >= _BATCH:
                self._store(waiting)
                waiting = []
        self._store(waiting)
        # A file is known once all of its passages are stored.
        self._catalog.keep_files(fresh)

    def _store(self, passages: Sequence[Passage]) -> None:
        from knowledge.index.store import as_document

        ids = [passage.id for passage in passages]
        present = set() if self._rebuild else self._index.store.present(ids)
        for begin in range(0, len(passages), _BATCH):
            part = [each for each in passages[begin : begin + _BATCH] if each.id not in present]
            if part:
                self._index.store.add_documents([as_document(each) for each in part])

    def _passages_of(self, root: Path, path: Path, fresh: list[IndexedFile]) -> list[Passage]:
        source, decision = str(path), self._sync.decision(path)
        before = self._known.get(source)
        link, defaults = self._sync._link_of(path, root), self._sync._defaults_of(path)
        try:
            if path.name == OURS:
                raise FileUnreadable(UNREADABLE)
            digest = fingerprint(path, link, defaults, decision)
            if before is not None and before.digest == digest and not self._rebuild:
                self._report.unchanged.append(source)
                return []
            # The readers of all kinds of files are imported once one is new or has changed.
            from ingest.sync.read import read

            reading = read(path, link, defaults, decision)
        except FileUnreadable as error:
            self._failed(path, error, defaults)
            return []
        ids = tuple(passage.id for passage in reading.passages)
        fresh.append(IndexedFile(source, str(root), digest, ids))
        (self._report.added if before is None else self._report.updated).append(source)
        owner = reading.passages[0].owner
        self._report.remarks += [Problem(source, each, owner) for each in reading.remarks]
        return reading.passages

    def _failed(self, path: Path, error: FileUnreadable, defaults: Defaults) -> None:
        from ingest.parse.load import may_stay_quoted

        before = self._known.get(str(path))
        leaves = before is not None and (
            isinstance(error, AudienceWrong)
            or self._started_anew
            or not may_stay_quoted(path)
            or not self._may_stay(before)
        )
        owner = error.owner or defaults.owner
        if before is not None and not error.owner:
            owner = next((p.owner for p, _ in self._index.store.fetch(before.passages)), owner)
        if leaves:
            self._unreadable.add(str(path))
        self._report.failed.append(Problem(shown_name(str(path)), str(error), owner, leaves))

    def _may_stay(self, file: IndexedFile) -> bool:
        """Whether what a file gave earlier is for nobody whom its source is not for now."""
        widest = self._sync._defaults_of(Path(file.source)).audience
        kept = self._index.store.fetch(file.passages)
        return widest == EVERYONE or all(is_within(each.audience, widest) for each, _ in kept)

    def _remove_gone(self) -> None:
        present = {str(file) for _, file in self._work}
        gone = [
            file.source
            for file in self._known.values()
            if (file.source not in present and _below_any(file, self._roots))
            or _below_any(file, self._leaving.withdrawn)
            or file.source in self._unreadable
            or self._sync.decision(Path(file.source)).left_out
            or (_below_any(file, self._leaving.absent) and not self._may_stay(file))
        ]
        self._catalog.forget_files(gone)
        self._report.removed = sorted(gone)

    def _keep_problems(self) -> None:
        """Stores what could not be read, replacing earlier problems of these paths."""
        looked_at = [*self._roots, *self._leaving.withdrawn]
        earlier = from_state(self._catalog.state(STATE))
        others = [each for each in earlier if not _is_below(each.source, looked_at)]
        self._catalog.keep_state(STATE, as_state([*others, *self._report.failed]))

    def _discard_unheld(self) -> None:
        """Removes passages that a stopped run stored and no version holds."""
        versions = self._catalog.versions()
        held = {id for version in versions for id in self._catalog.members(version.name)}
        self._index.discard(sorted(self._index.store.all_ids() - held))


def _absolute(paths: Sequence[Path]) -> list[Path]:
    return [Path(os.path.abspath(path.expanduser())) for path in paths]


def _below_any(file: IndexedFile, roots: Sequence[str]) -> bool:
    return _is_below(file.source, roots)


def _is_below(source: str, roots: Sequence[str]) -> bool:
    return any(source == root or Path(source).is_relative_to(root) for root in roots)
