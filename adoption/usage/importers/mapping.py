"""Which column of an export means what, as a TOML file describes it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as Names
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic import model_validator as validator

from adoption.errors import FileUnreadable
from adoption.usage.importers.tables.rows import plain_name
from adoption.usage.models import Event


class ColumnName(str):
    """A column by plain name, which knows how it was written.

    Only what is between dots is plain: `totals_by_cli.prompt_count` reads inside.
    """

    __slots__ = ("written",)
    written: str


def _column(written: str) -> ColumnName:
    name = ColumnName(".".join(plain_name(part) for part in written.split(".")))
    name.written = written
    return name


def written_name(column: str, names: Names[str, str]) -> str:
    """A column as the file writes it, or else as its mapping does."""
    written = column.written if isinstance(column, ColumnName) else column
    return names.get(column, written)


def _several(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


Column = Annotated[str, Field(min_length=1), AfterValidator(_column)]
# Names that exports of different age give one column; the first that is there counts.
Columns = Annotated[tuple[Column, ...], BeforeValidator(_several)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(_Part):
    """One kind of use that a row counts in columns of its own."""

    shown: Columns | None = None
    accepted: Columns | None = None
    edited: Columns | None = None
    overridden: Columns | None = None
    ignored: Columns | None = None
    rest_is_ignored: bool = Field(False, description="What was shown and not taken was ignored.")

    def columns(self) -> list[tuple[Event, Columns]]:
        """The events that have a column."""
        found = [(event, getattr(self, event.value)) for event in Event]
        return [(event, columns) for event, columns in found if columns]


class Average(_Part):
    """Use of a whole period and the days on which there was any.

    Periods of exports overlap, so a day that is known gets the average of a day of use.
    """

    total: Columns
    days: Columns


class Covers(_Part):
    """The days that an export reports on, where they are not those of its rows."""

    first: Columns = ()
    last: Columns = ()
    length: Columns = Field((), description="How many days end with the last one.")
    days: int | None = Field(None, description="The length, where no column states it.")


class Mapping(_Part):
    """Which column means what. Columns are named without regard to case, spaces and marks.

    A row reports either one event (`event` or `every_row`, `count`), or counts kinds of use in
    columns of their own (`kinds`), or gives the day of the last use by kind (`last_days`).
    """

    title: str = ""
    recognised_by: list[list[Column]] = Field(
        default_factory=list, description="Sets of columns that no other export has."
    )
    source: str = Field(min_length=1, max_length=64)
    tool: str | None = Field(None, description="The tool, where all rows are of one.")
    tool_column: Columns | None = None
    person: Columns | None = None
    team: Columns | None = None
    whole_company: bool = Field(False, description="Rows name neither a person nor a team.")
    day: Columns | None = None
    day_form: str | None = Field(None, description="Form of the day as strptime writes it.")
    states_no_day: bool = Field(False, description="The day is given by option or file name.")
    id: list[Column] = Field(default_factory=list, description="Columns that identify a row.")
    event: Columns | None = None
    every_row: Event | None = Field(None, description="The event of every row.")
    event_names: dict[str, Event] = Field(default_factory=dict)
    count: Columns | None = None
    fractions: bool = Field(False, description="Counts may be parts of one; they are rounded up.")
    adds_up: bool | None = Field(None, description="Equal rows of a file are added up.")
    kinds: dict[str, Kind] = Field(default_factory=dict)
    last_days: dict[str, Columns] = Field(default_factory=dict)
    any_day: Columns | None = Field(None, description="The last day of any use.")
    flags: dict[str, Columns] = Field(
        default_factory=dict, description="True where there was use, if no count says so."
    )
    average: Average | None = None
    not_when: dict[Column, str] = Field(default_factory=dict, description="Rows without use.")
    counts_when: dict[Column, list[str]] = Field(
        default_factory=dict, description="Rows with another value are without use."
    )
    only_when: dict[Column, str] = Field(default_factory=dict, description="Other rows are faults.")
    attributes: list[Column] = Field(default_factory=list)
    other_columns: bool = Field(False, description="Keep every other column as an attribute.")
    covers: Covers | None = None

    def columns(self) -> set[str]:
        """Every column that it names."""
        return set(_columns_in(self))

    @validator(mode="after")
    def _complete(self) -> Mapping:
        if (self.tool is None) == (self.tool_column is None):
            raise ValueError("needs either tool or tool_column")
        if self.person is None and self.team is None and not self.whole_company:
            raise ValueError("needs person or team")
        one = self.event is not None or self.every_row is not None
        ways = (one, bool(self.kinds), bool(self.last_days and not self.kinds))
        if sum(ways) != 1 and not (self.average and not any(ways)):
            raise ValueError("needs exactly one of event, kinds and last_days")
        if self.day is None and not self.last_days and not self.states_no_day:
            raise ValueError("needs day")
        return self


def _columns_in(value: Any) -> Iterator[str]:
    if isinstance(value, ColumnName):
        yield value
    elif isinstance(value, BaseModel):
        yield from _columns_in([*dict(value).values()])
    elif isinstance(value, Names):
        yield from _columns_in([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple):
        yield from chain.from_iterable(map(_columns_in, value))


def read_mapping(path: Path) -> Mapping:
    """A mapping described in TOML.

    Raises:
        FileUnreadable: there is no such file, it is not TOML, or it describes no mapping.
    """
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise FileUnreadable(
            f"{path} cannot be read ({error.strerror}). Check its name and permissions."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path} is not valid TOML ({error}).") from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "it"
        said = fault["msg"].removeprefix("Value error, ")
        raise FileUnreadable(
            f"{path} is not a mapping: {where} {said}. docs/measures.md shows one."
        ) from None
