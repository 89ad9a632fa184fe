"""The registry of sources: one TOML file for people, and what became of each source last time."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock

from ingest.errors import SourceWrong
from ingest.parse.audiences import NO_WORDS, TABLE, AudienceWords, words_in
from ingest.parse.documents import NO_DEFAULTS, Defaults
from ingest.sources.files import replace_file
from ingest.sources.source import FILE, FOLDER, GIT, Source, checked, minutes_of, period_of

_HEAD = "# The sources that Uptake answers from; `uptake sources` keeps this file.\n"
_DEFAULT = Source("", "", "")


@dataclass(frozen=True)
class Result:
    """The result of the last sync of a source.

    Attributes:
        at: ISO moment in UTC.
        fine: whether all of it could be read.
        says: one sentence.
    """

    at: str
    fine: bool
    says: str


class SourceRegistry:
    """The sources of one data folder; several processes may keep it at once."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir.absolute()
        self._file = self._folder / "sources.toml"
        self._results = self._folder / "sources" / "results.json"

    def sources(self) -> list[Source]:
        """Every source by id.

        Raises:
            SourceWrong: the file is malformed, in words.
        """
        try:
            tables = tomllib.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise SourceWrong(f"{self._file} cannot be read: {error}.") from None
        return [self._source(id, table) for id, table in sorted(tables.items())]

    def source(self, id: str) -> Source:
        """One source.

        Raises:
            SourceWrong: there is none of that id.
        """
        known = {source.id: source for source in self.sources()}
        if id not in known:
            names = ", ".join(known) or "none so far"
            raise SourceWrong(f"There is no source “{id}”. The sources are: {names}.")
        return known[id]

    def add(self, source: Source) -> Source:
        """Stores a source; returns it in its normal form.

        Raises:
            SourceWrong: it cannot be, its id is taken, or its files are another source's.
        """
        source = checked(source)
        with self._held():
            known = self.sources()
            if any(each.id == source.id for each in known):
                raise SourceWrong(
                    f"There is a source “{source.id}” already. Remove it first, or give another id."
                )
            for each in known:
                if _overlap(self.place(source), self.place(each)):
                    raise SourceWrong(
                        f"Its files are also those of the source “{each.id}”; "
                        "one of the two would decide who may read them."
                    )
            self._write([*known, source])
        return source

    def remove(self, id: str) -> Source:
        """Removes a source and its last result.

        Raises:
            SourceWrong: there is none of that id.
        """
        with self._held():
            source = self.source(id)
            self._write([each for each in self.sources() if each.id != id])
            results = self.results()
            results.pop(id, None)
            self._write_results(results)
        return source

    def results(self) -> dict[str, Result]:
        """The last result of each source that was synced."""
        try:
            kept = json.loads(self._results.read_text("utf-8"))
            return {id: Result(**fields) for id, fields in kept.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def keep_results(self, results: Mapping[str, Result]) -> None:
        """Stores the results of some sources, except those removed meanwhile."""
        with self._held():
            known = {source.id for source in self.sources()}
            kept = self.results() | dict(results)
            self._write_results({id: each for id, each in kept.items() if id in known})

    def due(self, now: datetime) -> list[Source]:
        """The sources with a schedule whose time has come."""
        results = self.results()
        return [each for each in self.sources() if each.every and _is_due(each, results, now)]

    def folder_of(self, source: Source) -> Path:
        """The data folder's own part for what is brought here from a source."""
        return self._folder / "sources" / source.id

    def place(self, source: Source) -> Path:
        """The folder or file that holds a source's guides on this machine."""
        if source.kind in (FOLDER, FILE):
            return Path(source.location)
        if source.kind == GIT:
            return self.folder_of(source) / "repository" / source.within
        return self.folder_of(source) / "pages"

    def among(self) -> Covering:
        """Which file belongs to which source, as the registry is now.

        Raises:
            SourceWrong: the registry or the table of audience words is malformed.
        """
        places = [(Path(os.path.realpath(self.place(s))), s) for s in self.sources()]
        return Covering(places, words_in(self._folder / TABLE))

    def _source(self, id: str, table: Any) -> Source:
        if not isinstance(table, dict):
            raise SourceWrong(f"{self._file}: “{id}” is outside of a source's part.")
        known = {field.name: field.type for field in fields(Source)} | {"every": "str"}
        unknown = [name for name in table if name not in known or name == "id"]
        if unknown:
            raise SourceWrong(f"{self._file}: the source “{id}” has an unknown field {unknown[0]}.")
        given = dict(table)
        for name, value in given.items():
            kinds = {"int": int, "bool": bool, "tuple[str, ...]": list}
            wanted = kinds.get(str(known[name]), str)
            if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
                raise SourceWrong(f"{self._file}: the {name} of the source “{id}” is malformed.")
        given["every"] = minutes_of(given.get("every", "off"))
        given["hosts"] = tuple(str(host) for host in given.get("hosts", ()))
        if not {"kind", "location"} <= given.keys():
            raise SourceWrong(f"{self._file}: the source “{id}” lacks its kind or location.")
        source = Source(id=id, **given)
        # A folder that is away for now is still a source; whether it is there is asked at sync.
        probe = replace(source, kind=FOLDER, location="/") if _is_local(source) else source
        return replace(checked(probe), kind=source.kind, location=source.location)

    def _write(self, sources: list[Source]) -> None:
        replace_file(self._file, (_HEAD + "".join(map(_as_toml, sources))).encode())

    def _write_results(self, results: Mapping[str, Result]) -> None:
        content = {id: asdict(result) for id, result in sorted(results.items())}
        replace_file(self._results, json.dumps(content, indent=1).encode())

    @contextmanager
    def _held(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / "sources.lock", timeout=30):
            yield


class Covering:
    """Which files belong to which source, and what holds for them."""

    def __init__(self, places: list[tuple[Path, Source]], words: AudienceWords = NO_WORDS) -> None:
        self._places, self._words = places, words

    def source_of(self, path: Path) -> Source | None:
        """The source that a file belongs to, also where it is reached by another way."""
        real = Path(os.path.realpath(path))
        return next((s for place, s in self._places if real.is_relative_to(place)), None)

    def defaults_of(self, path: Path) -> Defaults:
        """What holds for a file unless its front matter says otherwise."""
        source = self.source_of(path)
        return replace(source.defaults if source else NO_DEFAULTS, words=self._words)


def _is_local(source: Source) -> bool:
    return source.kind in (FOLDER, FILE) or (source.kind == GIT and source.location.startswith("/"))


def _overlap(one: Path, other: Path) -> bool:
    first, second = Path(os.path.realpath(one)), Path(os.path.realpath(other))
    return first.is_relative_to(second) or second.is_relative_to(first)


def _is_due(source: Source, results: Mapping[str, Result], now: datetime) -> bool:
    last = results.get(source.id)
    if last is None:
        return True
    try:
        return datetime.fromisoformat(last.at) + timedelta(minutes=source.every) <= now
    except (ValueError, TypeError):
        return True


def _as_toml(source: Source) -> str:
    given = {
        field.name: getattr(source, field.name)
        for field in fields(Source)
        if field.name != "id" and getattr(source, field.name) != getattr(_DEFAULT, field.name)
    }
    if source.every:
        given["every"] = period_of(source.every)
    # A JSON string, number or list of these is the same in TOML.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in given.items()]
    return f"\n[{source.id}]\n" + "\n".join(lines) + "\n"
