"""The catalogue of training: courses and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select, update

from adoption.db.writes import StoreCounts, replace, write_lock
from adoption.training.models import OPEN, CourseRow, SeatRow, SeatState, SessionRow, Tier
from adoption.training.wait_list import move_up


@dataclass(frozen=True)
class Course:
    """A course.

    Attributes:
        tools, roles, waves: whom it is for, by tool, role and wave of the roster; empty for all.
        materials: titles of guides to read.
    """

    id: str
    title: str
    tier: Tier
    about: str = ""
    tools: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """When, where and for how many people a session is planned.

    Attributes:
        minutes: how long it takes.
        zone: where it takes place, as IANA names it.
        host: the account of whoever runs it.
        place: a room, or the address of a meeting.
    """

    id: str
    course: str
    starts_at: datetime
    minutes: int
    zone: str
    seats: int
    host: str | None = None
    place: str = ""


@dataclass(frozen=True)
class Session:
    """A session with its course.

    Attributes:
        sequence: how often it was moved.
        attendance_at: when it was stored who came; None before.
    """

    plan: Plan
    course: Course
    sequence: int = 0
    is_cancelled: bool = False
    attendance_at: datetime | None = None

    @property
    def id(self) -> str:
        """Names the session."""
        return self.plan.id

    @property
    def starts_at(self) -> datetime:
        """When it begins, UTC."""
        return self.plan.starts_at

    @property
    def ends_at(self) -> datetime:
        """When it ends, UTC."""
        return self.plan.starts_at + timedelta(minutes=self.plan.minutes)

    @property
    def day(self) -> date:
        """The day on which it takes place, by the clocks there."""
        return self.plan.starts_at.astimezone(ZoneInfo(self.plan.zone)).date()


class Planned(Enum):
    """What became of a plan."""

    NEW = auto()
    MOVED = auto()
    CHANGED = auto()
    UNCHANGED = auto()
    CANCELLED = auto()


# Who has a seat hears of a change of these.
_TOLD = ("starts_at", "minutes", "place")


class Catalogue:
    """Reads and writes courses and sessions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put_courses(self, courses: Sequence[Course]) -> StoreCounts:
        """Stores courses; one that is there is changed."""
        with write_lock(self._engine) as connection:
            there = _courses(connection)
            new = [each for each in courses if each.id not in there]
            changed = [each for each in courses if there.get(each.id, each) != each]
            replace(connection, CourseRow, [_row_of(each) for each in (*new, *changed)])
        return StoreCounts(len(new), len(changed), len(courses) - len(new) - len(changed))

    def courses(self) -> list[Course]:
        """Every course, by tier and title."""
        with self._engine.connect() as connection:
            found = _courses(connection).values()
        tiers = list(Tier)
        return sorted(found, key=lambda each: (tiers.index(each.tier), each.title.casefold()))

    def plan(self, plan: Plan, now: datetime) -> Planned:
        """Plans a session, or changes its plan.

        Who has a seat is owed a message where its time or place changes. Further seats go to the
        wait list; where there are fewer, nobody loses theirs. A cancelled session stays cancelled.

        Raises:
            LookupError: there is no such course.
        """
        with write_lock(self._engine) as connection:
            if plan.course not in _courses(connection):
                raise LookupError(plan.course)
            row = connection.execute(_session(plan.id)).first()
            if row is None:
                fresh = {"sequence": 0, "cancelled_at": None, "attendance_at": None}
                replace(connection, SessionRow, [_values(plan) | fresh])
                return Planned.NEW
            return _change(connection, row, plan, now)

    def cancel(self, id: str, now: datetime) -> bool:
        """Cancels a session, with every open seat; False where it is over or cancelled."""
        with write_lock(self._engine) as connection:
            row = connection.execute(_session(id)).first()
            if row is None or row.cancelled_at is not None or row.starts_at <= now:
                return False
            own = update(SessionRow).where(SessionRow.id == id)
            connection.execute(own.values(cancelled_at=now, sequence=row.sequence + 1))
            seats = update(SeatRow).where(SeatRow.session_id == id, SeatRow.state.in_(OPEN))
            changed = {"state": SeatState.CANCELLED, "revision": SeatRow.revision + 1}
            connection.execute(seats.values(changed))
            return True

    def session(self, id: str) -> Session | None:
        """A session by its id, or None."""
        with self._engine.connect() as connection:
            return session_in(connection, id)

    def sessions(
        self, since: datetime, until: datetime | None = None, *, cancelled: bool = False
    ) -> list[Session]:
        """The sessions that begin from a moment on, the next one first.

        Args:
            cancelled: whether those that were cancelled are among them.
        """
        query = select(SessionRow).where(SessionRow.starts_at >= since)
        if until is not None:
            query = query.where(SessionRow.starts_at < until)
        if not cancelled:
            query = query.where(SessionRow.cancelled_at.is_(None))
        with self._engine.connect() as connection:
            courses = _courses(connection)
            rows = connection.execute(query.order_by(SessionRow.starts_at, SessionRow.id)).all()
        return [_made(row, courses) for row in rows]


def session_in(connection: Connection, id: str) -> Session | None:
    """A session by its id, or None."""
    row = connection.execute(_session(id)).first()
    return None if row is None else _made(row, _courses(connection))


def _session(id: str) -> Any:
    return select(SessionRow).where(SessionRow.id == id)


def _change(connection: Connection, row: Any, plan: Plan, now: datetime) -> Planned:
    if row.cancelled_at is not None:
        return Planned.CANCELLED
    values = _values(plan)
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return Planned.UNCHANGED
    moved = not changed.isdisjoint(_TOLD)
    own = update(SessionRow).where(SessionRow.id == plan.id)
    connection.execute(own.values(values | {"sequence": row.sequence + moved}))
    if moved:
        seats = update(SeatRow).where(SeatRow.session_id == plan.id, SeatRow.state.in_(OPEN))
        connection.execute(seats.values(revision=SeatRow.revision + 1))
    move_up(connection, plan.id, now)
    return Planned.MOVED if moved else Planned.CHANGED


def _values(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.id,
        "course_id": plan.course,
        "starts_at": plan.starts_at,
        "minutes": plan.minutes,
        "zone": plan.zone,
        "seats": plan.seats,
        "host": plan.host,
        "place": plan.place,
    }


def _row_of(course: Course) -> dict[str, Any]:
    return {
        "id": course.id,
        "title": course.title,
        "tier": course.tier,
        "about": course.about,
        "tools": list(course.tools),
        "roles": list(course.roles),
        "waves": list(course.waves),
        "materials": list(course.materials),
    }


def _courses(connection: Connection) -> dict[str, Course]:
    return {
        row.id: Course(
            row.id,
            row.title,
            row.tier,
            row.about,
            tuple(row.tools),
            tuple(row.roles),
            tuple(row.waves),
            tuple(row.materials),
        )
        for row in connection.execute(select(CourseRow))
    }


def _made(row: Any, courses: dict[str, Course]) -> Session:
    return Session(
        Plan(
            row.id,
            row.course_id,
            row.starts_at,
            row.minutes,
            row.zone,
            row.seats,
            row.host,
            row.place,
        ),
        courses[row.course_id],
        row.sequence,
        row.cancelled_at is not None,
        row.attendance_at,
    )
