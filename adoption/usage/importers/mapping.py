"""Which column of an export means what: four known exports, or a described one."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from adoption.errors import FileUnreadable, RowWrong
from adoption.usage.facts import Usage
from adoption.usage.importers.files import Row, plain_name
from adoption.usage.models import Event

FORMATS = ("generic", "github-copilot", "microsoft-365-copilot", "chatgpt-enterprise")
_FOLDER = Path(__file__).parent / "mappings"
_LARGEST_COUNT = 1_000_000_000
_LONGEST_NAME = 255
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


def _column(name: str) -> str:
    # Only what stands between dots is plain: `totals_by_cli.prompt_count` reads inside.
    return ".".join(plain_name(part) for part in name.split("."))


Column = Annotated[str, AfterValidator(_column), Field(min_length=1)]


class Kind(BaseModel):
    """One kind of use that a row counts in columns of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shown: Column | None = None
    accepted: Column | None = None
    edited: Column | None = None
    overridden: Column | None = None
    ignored: Column | None = None
    rest_is_ignored: bool = Field(False, description="What was shown and not taken was ignored.")

    def columns(self) -> list[tuple[Event, str]]:
        """The events that have a column."""
        found = [(event, getattr(self, event.value)) for event in Event]
        return [(event, column) for event, column in found if column]


class Mapping(BaseModel):
    """Which column means what. Columns are named without regard to case, spaces and marks.

    A row tells either one event (`event`, `count`), or counts kinds of use in columns of
    their own (`kinds`), or gives the day of the last use by kind (`last_days`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1, max_length=64)
    tool: str | None = Field(None, description="The tool, where all rows are of one.")
    tool_column: Column | None = None
    person: Column | None = None
    team: Column | None = None
    day: Column | None = None
    day_form: str | None = Field(None, description="Form of the day as strptime writes it.")
    id: list[Column] = Field(default_factory=list, description="Columns that name a row for good.")
    event: Column | None = None
    event_names: dict[str, Event] = Field(default_factory=dict)
    count: Column | None = None
    kinds: dict[str, Kind] = Field(default_factory=dict)
    last_days: dict[str, Column] = Field(default_factory=dict)
    attributes: list[Column] = Field(default_factory=list)
    other_columns: bool = Field(False, description="Keep every other column as an attribute.")

    @cached_property
    def used(self) -> frozenset[str | None]:
        """The columns that are told of already."""
        named = (self.tool_column, self.person, self.team, self.day, self.event, self.count)
        return frozenset({*named, *self.id})

    @model_validator(mode="after")
    def _complete(self) -> Mapping:
        if (self.tool is None) == (self.tool_column is None):
            raise ValueError("needs either tool or tool_column")
        if self.person is None and self.team is None:
            raise ValueError("needs person or team")
        if sum((self.event is not None, bool(self.kinds), bool(self.last_days))) != 1:
            raise ValueError("needs exactly one of event, kinds and last_days")
        if self.day is None and not self.last_days:
            raise ValueError("needs day")
        return self


def built_in(name: str) -> Mapping:
    """One of the known exports, by its name in `FORMATS`."""
    return read_mapping(_FOLDER / f"{name}.toml")


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


def facts_of(mapping: Mapping, row: Row, zone: ZoneInfo) -> list[Usage]:
    """What a row tells; nothing where all its counts are zero.

    Raises:
        RowWrong: a value is missing or malformed; the message says which.
    """
    tool = mapping.tool or _text(row, mapping.tool_column, "tool")
    person = _text_or_none(row, mapping.person)
    team = _text_or_none(row, mapping.team)
    if tool is None or (person is None and team is None):
        raise RowWrong("names no tool" if tool is None else "names neither a person nor a team")
    told: Sequence[tuple[str | None, Event, int, date]]
    if mapping.last_days:
        told = _last_days(mapping, row, zone)
    elif mapping.kinds:
        day = _day(row, mapping.day, mapping.day_form, zone)
        told = [(kind, e, n, day) for kind, e, n in _kinds(mapping, row)]
    else:
        day = _day(row, mapping.day, mapping.day_form, zone)
        told = [(None, _event(mapping, row), _count(row, mapping.count, 1), day)]
    kept = _attributes(mapping, row)
    ids = [_text_or_none(row, column) for column in mapping.id]
    id = "\x1f".join(part or "" for part in ids) if any(ids) else None
    return [
        Usage(
            source=mapping.source,
            tool=tool,
            day=day,
            event=event,
            count=count,
            person=person,
            team=None if person else team,
            attributes=kept | {"kind": kind} if kind else kept or None,
            id=f"{id}\x1f{kind}\x1f{event.value}" if id and kind else id,
        )
        for kind, event, count, day in told
    ]


def _kinds(mapping: Mapping, row: Row) -> list[tuple[str, Event, int]]:
    told = []
    for name, kind in mapping.kinds.items():
        counts = {event: _count(row, column, 0) for event, column in kind.columns()}
        if kind.rest_is_ignored:
            decided = sum(n for event, n in counts.items() if event is not Event.SHOWN)
            counts[Event.IGNORED] = max(0, counts.get(Event.SHOWN, 0) - decided)
        told += [(name, event, count) for event, count in counts.items() if count]
    return told


def _last_days(mapping: Mapping, row: Row, zone: ZoneInfo) -> list[tuple[str, Event, int, date]]:
    return [
        (kind, Event.SHOWN, 1, _day(row, column, mapping.day_form, zone))
        for kind, column in mapping.last_days.items()
        if _text_or_none(row, column) is not None
    ]


def _attributes(mapping: Mapping, row: Row) -> dict[str, Any]:
    if mapping.other_columns:
        used = mapping.used
        return {
            name: value
            for name, value in row.items()
            if name not in used and value is not None and value != ""
        }
    found = {name: _inside(row, name) for name in mapping.attributes}
    return {name: value for name, value in found.items() if value is not None and value != ""}


def _inside(row: Row, column: str) -> Any:
    value: Any = row.get(column)
    if value is not None or "." not in column or column in row:
        return value
    value = row
    for part in column.split("."):
        if not isinstance(value, dict):
            return None
        value = {plain_name(name): inner for name, inner in value.items()}.get(part)
    return value


def _text_or_none(row: Row, column: str | None) -> str | None:
    value = _inside(row, column) if column else None
    if value is None or isinstance(value, dict | list):
        return None
    text = (value if isinstance(value, str) else str(value)).strip()
    if "\0" in text:
        text = text.replace("\0", "").strip()
    if len(text) > _LONGEST_NAME:
        raise RowWrong(f"{column} is longer than {_LONGEST_NAME} characters")
    return text or None


def _text(row: Row, column: str | None, what: str) -> str:
    text = _text_or_none(row, column)
    if text is None:
        raise RowWrong(f"has no {what}")
    return text


def _event(mapping: Mapping, row: Row) -> Event:
    text = _text(row, mapping.event, "event").casefold()
    if text in mapping.event_names:
        return mapping.event_names[text]
    try:
        return Event(text)
    except ValueError:
        raise RowWrong(f"“{text[:40]}” is no event; use {', '.join(Event)}") from None


def _count(row: Row, column: str | None, without: int) -> int:
    value = _inside(row, column) if column else None
    if value is None or value == "":
        return without
    try:
        number = float(value) if not isinstance(value, bool) else float("nan")
        if number != int(number) or not 0 <= number <= _LARGEST_COUNT:
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        raise RowWrong(f"{column} “{str(value)[:40]}” is not a count (0, 1, 2 …)") from None
    return int(number)


def _day(row: Row, column: str | None, form: str | None, zone: ZoneInfo) -> date:
    text = _text(row, column, "day")
    try:
        day = _read_day(text, form, zone)
    except (ValueError, OverflowError):
        raise RowWrong(f"“{text[:40]}” is not a day; write it like 2026-11-16") from None
    if not _FIRST_DAY <= day < _LAST_DAY:
        raise RowWrong(f"{day} is not a day in this century")
    return day


@lru_cache(maxsize=10_000)
def _read_day(text: str, form: str | None, zone: ZoneInfo) -> date:
    """A day, or the day of a moment by the clocks of `zone`; a moment without zone is local."""
    if form is not None:
        return datetime.strptime(text, form).date()
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
