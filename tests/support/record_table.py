"""Lists every column of the record with the packages that write and read it.

`python -m tests.support.record_table` writes docs/record.md. What counts is found in the
source.
A module that names the table's class writes a column where it names it as a key, a keyword or a
field of a data class. It reads a column where it takes the attribute of the class, or, of a class
that is selected whole, the attribute or key of a row. Export and erasure do not count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from adoption.db.base import Base
from adoption.db.policies import WITH_QUESTION, Policy, policy_of
from adoption.tables import METADATA
from adoption.usage.rollups import EVENTS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "record.md"
_HEAD = """# The record, column by column

Every table with what it says of people, and every column with the packages that write and read it
(beside export and erasure, which take every table). Written by
`python -m tests.support.record_table`; a test fails when it is out of date or a column has no
writer or no reader.

To add a table, put its class into its package's `models.py` with `about(…)`, which says what it
holds about people (`adoption/db/policies.py`): export, erasure, merging and retention follow from
it. Then run `python -m tests.support.initial_migration` (until the first release) and
`python -m tests.support.record_table`.
"""


@dataclass
class Module:
    """What a module says, as far as columns are concerned."""

    name: str
    classes: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str]] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class ColumnUse:
    """Who writes and reads a column."""

    table: str
    column: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]


def column_uses() -> list[ColumnUse]:
    """Every column of every table."""
    modules = list(_modules())
    classes = {
        str(mapper.class_.__tablename__): mapper.class_.__name__ for mapper in Base.registry.mappers
    }
    return [
        _use(modules, table.name, classes[table.name], column.name)
        for table in sorted(METADATA.tables.values(), key=lambda table: table.name)
        for column in table.c
    ]


def page(uses: list[ColumnUse]) -> str:
    """The page about the record."""
    parts = [_HEAD]
    for name in dict.fromkeys(use.table for use in uses):
        parts.append(f"\n## {name}\n\n{_policy(policy_of(METADATA.tables[name]))}\n")
        parts.append("| column | written by | read by |\n| --- | --- | --- |")
        for use in (use for use in uses if use.table == name):
            written, read = ", ".join(use.writers), ", ".join(use.readers)
            parts.append(f"| {use.column} | {written} | {read} |")
    return "\n".join(parts) + "\n"


def _policy(policy: Policy) -> str:
    if not policy.words:
        return "About nobody."
    gone = "" if policy.deletes.__name__ == "nothing" else " Erasing deletes rows."
    old = f" Rows expire {policy.expires}." if policy.expires == WITH_QUESTION else ""
    if policy.expires not in (None, WITH_QUESTION):
        old = f" Rows expire by {policy.expires}."
    return f"Shown to a person as “{policy.words}”.{gone}{old}"


def _use(modules: list[Module], table: str, cls: str, column: str) -> ColumnUse:
    near = [module for module in modules if cls in module.classes]
    writers = [module.name for module in near if column in module.named | module.fields]
    # A row may also come through another's relationship, which is called like the table.
    near = [module for module in modules if module in near or table in module.loaded | module.named]
    is_whole = any(cls in module.whole or table in module.loaded for module in modules)
    readers = [
        module.name
        for module in near
        if (cls, column) in module.attributes
        or (table, column) in module.attributes
        or (is_whole and column in module.loaded)
        or (cls in module.whole and column in module.fields)
    ]
    if policy_of(METADATA.tables[table]).expires == column:
        readers.append("adoption.privacy.retention")
    return ColumnUse(table, column, _packages(writers), _packages(readers))


def _packages(modules: list[str]) -> tuple[str, ...]:
    """The packages of modules: a page that names modules would change with every file."""
    parts = [module.split(".") for module in modules]
    depth = {"features": 3}
    return tuple(sorted({".".join(each[: depth.get(each[1], 2)]) for each in parts}))


def _modules() -> Iterator[Module]:
    for package in ("adoption", "bot"):
        for path in sorted((ROOT / package).rglob("*.py")):
            inside = path.relative_to(ROOT)
            if path.name != "models.py" and "migrations" not in inside.parts:
                yield _read(ast.parse(path.read_text("utf-8")), str(inside.with_suffix("")))


def _read(tree: ast.Module, name: str) -> Module:
    module = Module(name.replace("/", "."))
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=of), attr="__table__"):
                module.classes.add(of)
                module.whole.add(of)
            case ast.Attribute(value=ast.Name(id=of), attr=attribute):
                module.attributes.add((of, attribute))
                module.loaded.add(attribute)
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=of), attr="c"), attr=column):
                module.attributes.add((of, column))
            case ast.Attribute(attr=attribute):
                module.loaded.add(attribute)
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                module.loaded.add(key)
            case ast.Call(func=ast.Name(id="getattr" | "select"), args=[ast.Name(id=of), *more]):
                if not more or not isinstance(more[0], ast.Constant):
                    module.whole.add(of)
                    module.classes.add(of)
            case ast.Name(id="EVENTS"):
                # The counts of the roll-ups, which are handled all alike.
                module.named |= set(EVENTS)
                module.loaded |= set(EVENTS)
            case ast.Name(id=of):
                module.classes.add(of)
            case ast.keyword(arg=str(key)):
                module.named.add(key)
            case ast.Constant(value=str(text)):
                module.named.add(text)
            case ast.AnnAssign(target=ast.Name(id=of)):
                module.fields.add(of)
    return module


if __name__ == "__main__":
    PAGE.write_text(page(column_uses()), "utf-8")
