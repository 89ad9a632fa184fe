"""Waves and decisions as rows of the record, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from adoption.db.texts import storable
from adoption.people.models import Team
from adoption.rollout.models import WaveDecisionRow, WaveRow, WaveTeamRow
from adoption.rollout.wave import Wave, WaveDecision, WavePlan


def columns_of(plan: WavePlan) -> dict[str, Any]:
    """A plan as columns of its wave; teams are rows of their own."""
    return {
        "go_live": plan.go_live,
        "gate_on": plan.gate_on,
        "owner": plan.owner or None,
        "helpful_least": plan.helpful_least,
        "readiness_least": plan.readiness_least,
        "needs_no_barrier": plan.needs_no_barrier,
        "cost": plan.cost,
        "hours_promised": plan.hours_promised,
    }


def row_of(id: str, decision: WaveDecision) -> dict[str, Any]:
    """A decision about a wave as a row."""
    return {
        "wave_id": id,
        "gate_on": decision.gate_on,
        "key": decision.key,
        "decision": decision.decision,
        "advice": decision.advice,
        "figures": storable(decision.figures),
        "reason": storable(decision.reason.strip()),
        "delay_days": decision.delay,
        "account": decision.account,
        "at": decision.at,
    }


def read_waves(connection: Connection) -> list[Wave]:
    """Every wave, in the order of the go-lives."""
    teams: dict[str, dict[int, str]] = {}
    own_teams = select(WaveTeamRow.wave_id, Team.id, Team.name).join(
        Team, Team.id == WaveTeamRow.team_id
    )
    for wave_id, team, name in connection.execute(own_teams.order_by(Team.name)):
        teams.setdefault(wave_id, {})[team] = name
    decisions = _decisions(connection)
    query = select(WaveRow.__table__).order_by(WaveRow.go_live, WaveRow.name)
    return [
        _wave(dict(row), teams.get(row["id"], {}), decisions.get(row["id"], ()))
        for row in connection.execute(query).mappings()
    ]


def _decisions(connection: Connection) -> dict[str, list[WaveDecision]]:
    query = select(WaveDecisionRow.__table__).order_by(WaveDecisionRow.at.desc())
    found: dict[str, list[WaveDecision]] = {}
    for row in connection.execute(query).mappings():
        decision = WaveDecision(
            gate_on=row["gate_on"],
            key=row["key"],
            decision=row["decision"],
            advice=row["advice"],
            figures=row["figures"],
            reason=row["reason"],
            delay=row["delay_days"],
            account=row["account"],
            at=row["at"],
        )
        found.setdefault(row["wave_id"], []).append(decision)
    return found


def _wave(
    row: Mapping[str, Any], teams: Mapping[int, str], decisions: Sequence[WaveDecision]
) -> Wave:
    plan = WavePlan(
        go_live=row["go_live"],
        gate_on=row["gate_on"],
        teams=frozenset(teams),
        owner=row["owner"] or "",
        helpful_least=row["helpful_least"],
        readiness_least=row["readiness_least"],
        needs_no_barrier=row["needs_no_barrier"],
        cost=row["cost"],
        hours_promised=row["hours_promised"],
    )
    return Wave(row["id"], row["name"], row["state"], row["version"], plan, teams, decisions)
