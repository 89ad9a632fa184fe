"""The known exports, and which of them a file is by its columns."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

from adoption.errors import FileUnreadable
from adoption.usage.importers.mapping import Mapping, read_mapping
from adoption.usage.importers.tables.opening import open_table
from adoption.usage.importers.tables.rows import Table

_FOLDER = Path(__file__).parent / "mappings"
FORMATS = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
_MOST_SHOWN = 12
# So many columns of one export are no chance.
_RESEMBLES = 2


@cache
def built_in(name: str) -> Mapping:
    """One of the known exports, by its name in `FORMATS`."""
    return read_mapping(_FOLDER / f"{name}.toml")


def format_of(columns: Collection[str]) -> Mapping | None:
    """The known export that has most of the columns that only it has; None if there is none."""
    there = set(columns)
    matches = [
        (len(signature), mapping)
        for mapping in map(built_in, FORMATS)
        for signature in mapping.recognised_by
        if there.issuperset(part.split(".")[0] for part in signature)
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def open_export(path: Path, stated: Mapping | None = None) -> tuple[Table, Mapping]:
    """A file as a table, and what its columns mean.

    Args:
        stated: what they mean, where the user says it; otherwise it is found by the columns.

    Raises:
        FileUnreadable: it cannot be read as rows, or is no known export.
    """

    def is_header(columns: Collection[str]) -> bool:
        return format_of(columns) is not None if stated is None else _fits(stated, columns)

    table = open_table(path, is_header)
    mapping = stated or format_of(table.names)
    if mapping is None:
        raise FileUnreadable(f"{path} is not an export that Uptake knows. {_unknown(table)}")
    return table, mapping


def _unknown(table: Table) -> str:
    """What is not understood of a file's columns, and what can be done about it."""
    nearest = max(map(built_in, FORMATS), key=lambda each: len(_known(each, table.names)))
    known = _known(nearest, table.names)
    unknown = [written for column, written in table.names.items() if column not in known]
    shown = ", ".join(unknown[:_MOST_SHOWN])
    about = (
        f"It has columns of the export “{nearest.title or nearest.source}”, but not these: {shown}."
        if len(known) >= _RESEMBLES
        else f"Its columns are: {shown}."
    )
    return (
        f"{about} If they are translated, switch the site that exports it to English and export it "
        "again. Otherwise describe them in a file for --mapping (docs/measures.md shows one), or "
        "name the export with --format."
    )


def _known(mapping: Mapping, columns: Collection[str]) -> set[str]:
    """The columns that a mapping names."""
    return {head for column in mapping.columns() if (head := column.split(".")[0]) in columns}


def _fits(mapping: Mapping, columns: Collection[str]) -> bool:
    """Whether columns name who used it and, where rows have one, the day."""
    heads = {column.split(".")[0] for column in columns}

    def has(*choices: tuple[str, ...] | None) -> bool:
        return any(name.split(".")[0] in heads for each in choices if each for name in each)

    who = mapping.whole_company or has(mapping.person, mapping.team)
    when = mapping.states_no_day or has(mapping.day, mapping.any_day, *mapping.last_days.values())
    return who and when
