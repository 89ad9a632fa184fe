"""The rollout's waves: planned, launched, and at their gates passed or paused.

    planned ──launch──▶ live ──decide──▶ passed
       ▲                 │  │
       │ (dates move)    │  └─▶ paused ──decide──▶ passed, or paused again
       └─────────────────┘

Of two who change, launch or decide at the same moment, one does. Every write can be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update

from adoption.db.texts import storable
from adoption.db.writes import insert_all_new, insert_new, write_lock
from adoption.errors import WaveWrong
from adoption.people.models import Team
from adoption.rollout.membership import GoLive, go_live_of
from adoption.rollout.models import (
    Advice,
    WaveDecisionRow,
    WaveRow,
    WaveState,
    WaveTeamRow,
)
from adoption.rollout.rows import columns_of, read_waves, row_of
from adoption.rollout.wave import Wave, WaveDecision, WavePlan

LONGEST_NAME, LONGEST_REASON = 60, 1000
MOST_WAVES = 30
_DECIDABLE = (WaveState.LIVE, WaveState.PAUSED)


class Waves:
    """Stores waves, and what was decided at their gates."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Wave]:
        """Every wave, in the order of the go-lives."""
        with self._engine.connect() as connection:
            return read_waves(connection)

    def get(self, id: str) -> Wave | None:
        """One wave, or None."""
        return next((wave for wave in self.all() if wave.id == id), None)

    def after(self, id: str) -> Wave | None:
        """The planned wave that comes next after one, or None."""
        waves = self.all()
        own = next((wave for wave in waves if wave.id == id), None)
        return next((each for each in waves if own and each.comes_after(own)), None)

    def go_live_of(self, account: str) -> GoLive | None:
        """When somebody gets the tools; None where they are not on the roster, or left."""
        return go_live_of(self._engine, account)

    def teams(self) -> dict[int, str]:
        """The names of all teams by id."""
        with self._engine.connect() as connection:
            return dict(connection.execute(select(Team.id, Team.name).order_by(Team.name)).all())

    def create(self, id: str, name: str, plan: WavePlan) -> None:
        """Stores a new wave; again under the same id, it changes nothing.

        Raises:
            WaveWrong: the name or a team is taken, there are too many, or there is no such team.
        """
        name = storable(" ".join(name.split()))
        if not 0 < len(name) <= LONGEST_NAME:
            raise WaveWrong(f"A wave's name has 1 to {LONGEST_NAME} characters.")
        with write_lock(self._engine) as connection:
            others = read_waves(connection)
            if any(wave.id == id for wave in others):
                return
            if any(wave.name.casefold() == name.casefold() for wave in others):
                raise WaveWrong(f"There is a wave “{name}” already.")
            if len(others) >= MOST_WAVES:
                raise WaveWrong(f"There are {MOST_WAVES} waves already.")
            row = {"id": id, "name": name, "state": WaveState.PLANNED, "version": 1}
            insert_new(connection, WaveRow, row | columns_of(plan))
            _set_teams(connection, id, plan.teams, others)

    def change(self, id: str, version: int, plan: WavePlan) -> bool:
        """Changes a wave; dates, teams and what was agreed stay as they are once it is live.

        Returns:
            False where somebody changed it since `version` was read, or it is gone.

        Raises:
            WaveWrong: a team is in another wave, or there is no such team.
        """
        with write_lock(self._engine) as connection:
            waves = read_waves(connection)
            wave = next((wave for wave in waves if wave.id == id), None)
            if wave is None or wave.version != version:
                return False
            values = columns_of(plan)
            if wave.state is not WaveState.PLANNED:
                values = {"owner": values["owner"], "cost": values["cost"]}
            else:
                _set_teams(connection, id, plan.teams, waves)
            _update(connection, id, values | {"version": version + 1})
            return True

    def remove(self, id: str) -> bool:
        """Removes a wave that is still planned; False where it is not."""
        with write_lock(self._engine) as connection:
            wave = next((wave for wave in read_waves(connection) if wave.id == id), None)
            if wave is None or wave.state is not WaveState.PLANNED:
                return False
            connection.execute(delete(WaveRow).where(WaveRow.id == id))
            return True

    def launch(self, id: str, key: str, today: date) -> bool:
        """Makes a planned wave live; True for the press that did, however often repeated.

        Its go-live becomes today, and its gate moves by as many days.

        Args:
            key: names the press.
        """
        with write_lock(self._engine) as connection:
            wave = next((wave for wave in read_waves(connection) if wave.id == id), None)
            if wave is None:
                return False
            if wave.state is WaveState.PLANNED:
                gate = wave.plan.gate_on + (today - wave.plan.go_live)
                values = {"state": WaveState.LIVE, "go_live": today, "gate_on": gate}
                values |= {"launch_key": key, "version": wave.version + 1}
                _update(connection, id, values)
            stored = connection.scalar(select(WaveRow.launch_key).where(WaveRow.id == id))
            return stored == key

    def decide(self, id: str, decision: WaveDecision) -> WaveDecision | None:
        """Decides go or pause at a gate, and moves later waves by the delay of a pause.

        Returns:
            The decision that counts at this gate: of two, the first. None where there is no such
            gate (any more).

        Raises:
            WaveWrong: it is neither go nor pause, has no reason, or a pause without a delay.
        """
        _check(decision)
        with write_lock(self._engine) as connection:
            waves = read_waves(connection)
            wave = next((wave for wave in waves if wave.id == id), None)
            if wave is None:
                return None
            before = [each for each in wave.decisions if each.gate_on == decision.gate_on]
            if before:
                return before[0]
            if wave.plan.gate_on != decision.gate_on or wave.state not in _DECIDABLE:
                return None
            insert_new(connection, WaveDecisionRow, row_of(id, decision))
            _carry_out(connection, wave, decision, [w for w in waves if w.comes_after(wave)])
            return decision


def _check(decision: WaveDecision) -> None:
    if decision.decision is Advice.UNKNOWN:
        raise WaveWrong("Decide go or pause.")
    if not decision.reason.strip():
        raise WaveWrong("A decision needs a reason.")
    if (decision.decision is Advice.PAUSE) != (decision.delay > 0):
        raise WaveWrong("A pause lasts at least a day, and a go has none.")


def _carry_out(
    connection: Connection, wave: Wave, decision: WaveDecision, later: Sequence[Wave]
) -> None:
    """Sets the wave's state, and moves its next gate and the later waves."""
    paused = decision.decision is Advice.PAUSE
    state = WaveState.PAUSED if paused else WaveState.PASSED
    _move(connection, wave, decision.delay, {"state": state}, gate_only=True)
    for each in later if paused else ():
        _move(connection, each, decision.delay)


def _move(
    connection: Connection,
    wave: Wave,
    days: int,
    values: Mapping[str, Any] | None = None,
    gate_only: bool = False,
) -> None:
    delay = timedelta(days=days)
    moved: dict[str, Any] = {"gate_on": wave.plan.gate_on + delay, "version": wave.version + 1}
    if not gate_only:
        moved["go_live"] = wave.plan.go_live + delay
    _update(connection, wave.id, moved | dict(values or {}))


def _update(connection: Connection, id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(WaveRow).where(WaveRow.id == id).values(dict(values)))


def _set_teams(
    connection: Connection, id: str, teams: Collection[int], waves: Sequence[Wave]
) -> None:
    for wave in waves:
        taken = [name for team, name in wave.teams.items() if team in teams and wave.id != id]
        if taken:
            raise WaveWrong(f"{', '.join(taken)}: in “{wave.name}” already.")
    known = set(connection.scalars(select(Team.id).where(Team.id.in_(teams))))
    if known != set(teams):
        raise WaveWrong("There is no such team any more. Open the dialog again.")
    connection.execute(delete(WaveTeamRow).where(WaveTeamRow.wave_id == id))
    rows = [{"team_id": team, "wave_id": id} for team in sorted(teams)]
    insert_all_new(connection, WaveTeamRow, rows)
