"""Brings the index up to date with files: what changed is encoded, what went leaves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from filelock import FileLock, Timeout

from ingest.errors import AudienceWrong, FileUnreadable, IndexBusy
from ingest.parse.audiences import is_within
from ingest.parse.documents import NO_DEFAULTS, NO_RULING, Defaults, Ruling
from ingest.parse.load import load
from ingest.parse.time_limit import patience
from ingest.split.split import split
from ingest.sync.fingerprints import fingerprint, shown_name
from ingest.sync.walk import files_under
from knowledge.index.catalog import IndexedFile
from knowledge.index.index import Index
from knowledge.index.passages import EVERYONE, Passage

_NAMESPACE = "uptake-passages"
_BATCH = 256
_FILES_AT_ONCE = 100
_CLEAN, _DIRTY = "clean", "dirty"

Progress: TypeAlias = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Problem:
    """A file that could not be indexed, and why."""

    source: str
    reason: str


@dataclass
class Report:
    """What a sync did, each list by source.

    Attributes:
        version: the index version that is live now.
        passages: how many passages it has.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Problem] = field(default_factory=list)
    version: str = ""
    passages: int = 0


@dataclass(frozen=True)
class _Leaving:
    """Paths whose files stay only if their audience allows it, and whose files leave."""

    absent: list[str]
    withdrawn: list[str]


class Sync:
    """One run over some paths.

    It can be stopped at any moment and run again: both end in the same index. A file that
    fails keeps the passages it had, unless who may read them cannot be told any more.
    """

    def __init__(
        self,
        index: Index,
        *,
        link_of: Callable[[Path, Path], str] | None = None,
        defaults_of: Callable[[Path], Defaults] | None = None,
        rulings: Mapping[str, Ruling] | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._index = index
        self._link_of = link_of or (lambda path, root: path.as_uri())
        self._defaults_of = defaults_of or (lambda path: NO_DEFAULTS)
        self._rulings = rulings or {}
        self._progress = progress or (lambda done, whole, name: None)
        self._records = _record_manager(index)
        self._unreadable: set[str] = set()

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
            return self._run(work, list(map(str, roots)), rebuild, leaving)

    def _run(
        self, work: list[tuple[Path, Path]], roots: list[str], rebuild: bool, leaving: _Leaving
    ) -> Report:
        self._reconcile()
        report = Report()
        known = {file.source: file for file in self._index.catalog.files()}
        self._index.catalog.keep_state("sync", _DIRTY)
        if self._index.outdated():
            rebuild = True
            work = work + self._elsewhere(known.values(), [*roots, *leaving.withdrawn])
            self._start_anew()
        self._index.adopt_recipe()
        for begin in range(0, len(work), _FILES_AT_ONCE):
            part = work[begin : begin + _FILES_AT_ONCE]
            self._index_files(part, begin, len(work), known, rebuild, report)
        present = {str(file) for _, file in work}
        gone = [
            file.source
            for file in known.values()
            if (file.source not in present and _below_any(file, roots))
            or _below_any(file, leaving.withdrawn)
            or file.source in self._unreadable
            or self._ruling(Path(file.source)).left_out
            or (_below_any(file, leaving.absent) and not self._may_stay(file))
        ]
        self._remove(gone)
        report.removed = sorted(gone)
        members = [id for file in self._index.catalog.files() for id in file.passages]
        version = self._index.publish(list(dict.fromkeys(members)), rewrite=rebuild)
        report.version, report.passages = version.name, version.passages
        self._index.catalog.keep_state("sync", _CLEAN)
        return report

    def _kept_under(self, root: Path) -> list[Path]:
        """The files below a path that the index does not do without."""
        return [file for file in files_under([root]) if not self._ruling(file).left_out]

    def _elsewhere(
        self, files: Iterable[IndexedFile], roots: Sequence[str]
    ) -> list[tuple[Path, Path]]:
        """Files that were indexed from other paths and are still there, with their roots."""
        others = [file for file in files if not _below_any(file, roots)]
        return [
            (Path(file.root), Path(file.source)) for file in others if Path(file.source).exists()
        ]

    def _ruling(self, path: Path) -> Ruling:
        return self._rulings.get(str(path), NO_RULING)

    def _index_files(
        self,
        part: Sequence[tuple[Path, Path]],
        done: int,
        whole: int,
        known: dict[str, IndexedFile],
        rebuild: bool,
        report: Report,
    ) -> None:
        from langchain_core.indexing import index as index_documents

        from knowledge.index.store import as_document

        fresh: list[IndexedFile] = []

        def passages() -> Iterator[Any]:
            for number, (root, path) in enumerate(part, done + 1):
                self._progress(number, whole, path.name)
                for passage in self._passages_of(root, path, known, rebuild, report, fresh):
                    yield as_document(passage)

        index_documents(
            passages(),
            self._records,
            self._index.store,
            batch_size=_BATCH,
            cleanup="scoped_full",
            source_id_key="source",
            key_encoder=lambda document: str(document.id),
            force_update=rebuild,
        )
        self._index.catalog.keep_files(fresh)

    def _passages_of(
        self,
        root: Path,
        path: Path,
        known: dict[str, IndexedFile],
        rebuild: bool,
        report: Report,
        fresh: list[IndexedFile],
    ) -> list[Passage]:
        source = str(path)
        before = known.get(source)
        link, defaults = self._link_of(path, root), self._defaults_of(path)
        try:
            digest = fingerprint(path, link, defaults, self._ruling(path))
            if before is not None and before.digest == digest and not rebuild:
                report.unchanged.append(source)
                return []
            passages = passages_of(path, link, defaults, self._ruling(path))
        except FileUnreadable as error:
            report.failed.append(Problem(shown_name(source), str(error)))
            if before and (isinstance(error, AudienceWrong) or not self._may_stay(before)):
                self._unreadable.add(source)
            return []
        ids = tuple(passage.id for passage in passages)
        fresh.append(IndexedFile(source, str(root), digest, ids))
        (report.added if before is None else report.updated).append(source)
        return passages

    def _may_stay(self, file: IndexedFile) -> bool:
        """Whether what a file gave earlier is for nobody whom its source is not for now."""
        widest = self._defaults_of(Path(file.source)).audience
        kept = self._index.store.fetch(file.passages)
        return widest == EVERYONE or all(is_within(each.audience, widest) for each, _ in kept)

    def _start_anew(self) -> None:
        """Empties store and record manager, so that everything is encoded again."""
        self._index.start_anew()
        keys = self._records.list_keys()
        for begin in range(0, len(keys), 1000):
            self._records.delete_keys(keys[begin : begin + 1000])

    def _remove(self, sources: Sequence[str]) -> None:
        for begin in range(0, len(sources), 1000):
            part = list(sources[begin : begin + 1000])
            self._records.delete_keys(self._records.list_keys(group_ids=part))
            self._index.catalog.forget_files(part)

    def _reconcile(self) -> None:
        """After a run that was stopped midway: what the store lacks is indexed again."""
        if self._index.catalog.state("sync") != _DIRTY:
            return
        stored = self._index.store.all_ids()
        lost = [key for key in self._records.list_keys() if key not in stored]
        for begin in range(0, len(lost), 1000):
            self._records.delete_keys(lost[begin : begin + 1000])
        missing = set(lost)
        broken = [
            file.source
            for file in self._index.catalog.files()
            if missing.intersection(file.passages) or not stored.issuperset(file.passages)
        ]
        self._index.catalog.forget_files(broken)
        versions = self._index.catalog.versions()
        held = {id for version in versions for id in self._index.catalog.members(version.name)}
        self._index.discard(sorted(stored - held - set(self._records.list_keys())))


@contextmanager
def writing(index: Index) -> Iterator[None]:
    """Holds the index for the one process that writes to it.

    Raises:
        IndexBusy: another process holds it.
    """
    lock = FileLock(index.folder / "writing.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            "Another process is writing to the index. Wait until it is done and try again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def passages_of(
    path: Path,
    link: str = "",
    defaults: Defaults = NO_DEFAULTS,
    ruling: Ruling = NO_RULING,
) -> list[Passage]:
    """The passages of a file, each once.

    Raises:
        FileUnreadable: as `ingest.parse.load.load` says, or nothing in it can be quoted.
    """
    with patience():
        document = load(path, link, defaults)
        document = replace(document, reviewed=max(document.reviewed, ruling.reviewed))
        passages = {passage.id: passage for passage in split(document)}
    if not passages:
        raise FileUnreadable("nothing in it can be quoted; it needs some words beside its marks")
    return list(passages.values())


def _record_manager(index: Index) -> Any:
    from langchain_classic.indexes import SQLRecordManager

    records = SQLRecordManager(_NAMESPACE, engine=index.engine)
    records.create_schema()
    return records


def _absolute(paths: Sequence[Path]) -> list[Path]:
    return [Path(os.path.abspath(path.expanduser())) for path in paths]


def _below_any(file: IndexedFile, roots: Sequence[str]) -> bool:
    return any(file.source == root or Path(file.source).is_relative_to(root) for root in roots)
