"""Reads who came to a session from what a meeting or a learning platform exports."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from adoption.errors import FileUnreadable
from adoption.usage.importers.tables.opening import open_table
from adoption.usage.importers.tables.rows import Line

# Columns by plain name: Microsoft Teams' attendance report, Zoom's report of participants,
# Moodle, Cornerstone and other learning platforms.
_PEOPLE = ("email", "useremail", "emailaddress", "participantidupn", "username", "login", "person")
_DURATIONS = ("inmeetingduration", "duration", "durationminutes", "totaldurationminutes")
_STATES = ("status", "attended", "attendance", "completed", "completionstatus", "present")
_PRESENT = frozenset(
    "yes y true 1 x attended present completed complete passed came joined".split()
)
_ABSENT = frozenset(
    "no n false 0 absent registered enrolled failed cancelled canceled late-cancelled".split()
)
# Who was there for less than this share of the session did not attend it.
LEAST_SHARE = 0.5
# A report of Teams has several tables, each below a line such as “3. In-Meeting Activities”.
_NEXT_TABLE = re.compile(r"\d+\. \w")
_UNITS = re.compile(r"(\d+)\s*(h|m|s)")
_CLOCK = re.compile(r"(\d+):(\d\d)(?::(\d\d))?")


@dataclass(frozen=True)
class Attendees:
    """Who is in a file.

    Attributes:
        came: addresses and logins of those who were there.
        left_early: those who were there for too short a time.
        faults: lines that name nobody, or say nothing that can be read, with their reason.
    """

    came: Collection[str]
    left_early: Collection[str]
    faults: Collection[str]


def read_attendance(path: Path, minutes: int) -> Attendees:
    """Who came, by a CSV file.

    Where the file has durations, somebody's are added up, and half of the session counts as
    having come; where it has a state, that counts; otherwise everybody in it came.

    Args:
        minutes: how long the session took.

    Raises:
        FileUnreadable: the file cannot be read, or names nobody.
    """
    table = open_table(path, _is_header)
    person = [name for name in _PEOPLE if name in table.names]
    if not person:
        there = ", ".join(table.names.values())
        raise FileUnreadable(
            f"{path} names nobody: it needs a column with e-mail addresses, such as Email. "
            f"Its columns are: {there}."
        )
    duration = next((name for name in _DURATIONS if name in table.names), "")
    state = next((name for name in _STATES if name in table.names), "")
    there_for: dict[str, float] = {}
    faults: list[str] = []
    for line in _first_table(table.lines()):
        try:
            who, present = _read(line, person, duration, state)
        except ValueError as wrong:
            faults.append(f"line {line.number} {wrong}")
            continue
        there_for[who] = there_for.get(who, 0.0) + present
    least = minutes * LEAST_SHARE if duration else 1.0
    came = [who for who, present in there_for.items() if present >= least]
    left = [who for who, present in there_for.items() if 0 < present < least]
    return Attendees(came, left, faults)


def _is_header(columns: Collection[str]) -> bool:
    """Whether columns are those of people; Zoom's first line is about the meeting and its host."""
    return not set(_PEOPLE).isdisjoint(columns) and "meetingid" not in columns


def _first_table(lines: Iterator[Line]) -> Iterator[Line]:
    for line in lines:
        first = str(next(iter(line.row.values()), "")) or line.raw
        if _NEXT_TABLE.match(first):
            return
        yield line


def _read(line: Line, person: list[str], duration: str, state: str) -> tuple[str, float]:
    """Who a line names, and for how many minutes they were there; 1 where it does not say.

    Raises:
        ValueError: it names nobody, or cannot be read.
    """
    if line.fault:
        raise ValueError(line.fault)
    who = next((found for name in person if (found := _cell(line.row, name))), "")
    if not who:
        raise ValueError("names nobody")
    if duration:
        return who.casefold(), minutes_in(_cell(line.row, duration))
    return who.casefold(), float(_was_there(_cell(line.row, state))) if state else 1.0


def _cell(row: Mapping[str, object], name: str) -> str:
    return str(row.get(name) or "").strip()


def _was_there(text: str) -> bool:
    word = text.casefold()
    if word in _PRESENT:
        return True
    if word in _ABSENT or not word:
        return False
    raise ValueError(f"has “{text[:40]}”, which says neither present nor absent")


def minutes_in(text: str) -> float:
    """A duration in minutes: `1h 2m 3s`, `1:02:03`, or a number of minutes.

    Raises:
        ValueError: it is none of these.
    """
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 60 + minutes + seconds / 60
    parts = _UNITS.findall(text)
    if parts:
        return sum(int(number) * {"h": 60.0, "m": 1.0, "s": 1 / 60}[unit] for number, unit in parts)
    try:
        return max(float(text.replace(",", ".")), 0.0)
    except ValueError:
        raise ValueError(f"has “{text[:40]}”, which is not a duration") from None
