"""Which wave somebody is in, and from when on they have the tools.

Somebody's wave is that of their team, or else the one that the roster names. Its go-live is the
day on which they get the tools, wherever a decision moves it to; who is in no wave of the rollout
gets them on the day that the roster says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Engine, Select, and_, case, func, or_, select

from adoption.people.models import Member, Person
from adoption.rollout.models import WaveRow, WaveState, WaveTeamRow

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class GoLive:
    """When somebody gets the tools.

    Attributes:
        wave: the one that they are in; empty for none.
        on: the day; None where nobody said one.
        is_planned: whether their wave is still to be launched, also after its day.
    """

    wave: str
    on: date | None
    is_planned: bool


def wave_name() -> ColumnElement[str | None]:
    """The name of a member's wave, in a query that was given to `with_waves`."""
    return func.coalesce(WaveRow.name, Member.wave)


def go_live() -> ColumnElement[date | None]:
    """The day on which a member gets the tools, in a query that was given to `with_waves`.

    Their wave's go-live, or the roster's day for whoever joins a wave that is live already.
    """
    joins_later = Member.eligible_since > WaveRow.go_live
    return case(
        (joins_later, Member.eligible_since),
        else_=func.coalesce(WaveRow.go_live, Member.eligible_since),
    )


def is_launched() -> ColumnElement[bool]:
    """Whether no wave of a member is still to be launched, in such a query."""
    return or_(WaveRow.id.is_(None), WaveRow.state != WaveState.PLANNED)


def with_waves(query: Select[*Columns]) -> Select[*Columns]:
    """A query of members, with the wave of each one's team, or else that of the roster."""
    of_team = WaveRow.id == WaveTeamRow.wave_id
    of_roster = and_(WaveTeamRow.wave_id.is_(None), WaveRow.name == Member.wave)
    return query.outerjoin(WaveTeamRow, WaveTeamRow.team_id == Member.team_id).outerjoin(
        WaveRow, or_(of_team, of_roster)
    )


def go_live_of(engine: Engine, account: str) -> GoLive | None:
    """When somebody gets the tools; None where they are not on the roster, or left."""
    query = with_waves(select(wave_name(), go_live(), is_launched()).select_from(Member))
    query = query.join(Person, Person.id == Member.person_id)
    query = query.where(Person.account == account, Member.left_on.is_(None))
    with engine.connect() as connection:
        found = connection.execute(query).first()
    return GoLive(found[0] or "", found[1], not found[2]) if found else None
