"""Which wave somebody is in: their team's, or else the one that the roster says."""

from __future__ import annotations

from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func

from adoption.people.models import Member
from adoption.rollout.models import WaveRow, WaveTeamRow

Columns = TypeVarTuple("Columns")


def wave_name() -> ColumnElement[str | None]:
    """The name of a member's wave, in a query that was given to `with_waves`."""
    return func.coalesce(WaveRow.name, Member.wave)


def with_waves(query: Select[*Columns]) -> Select[*Columns]:
    """A query of members, with the wave of each one's team where it has one."""
    return query.outerjoin(WaveTeamRow, WaveTeamRow.team_id == Member.team_id).outerjoin(
        WaveRow, WaveRow.id == WaveTeamRow.wave_id
    )
