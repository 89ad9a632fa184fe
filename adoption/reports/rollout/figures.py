"""Reads how each wave stands: its people's use, overrides and thumbs, and the newest pulse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from adoption.feedback.models import Vote, VoteRow
from adoption.measures import (
    Decisions,
    habit_rate,
    habitual,
    helpful_share,
    override_rate,
)
from adoption.measures.use import MONTH
from adoption.privacy.disclosure import (
    HIDDEN,
    ShownShare,
    show_people,
    show_share,
    show_share_of_many,
)
from adoption.privacy.groups import NO_GROUP, Minimum, fold, groups
from adoption.pulse.results import closed_rounds
from adoption.readiness.items import Checklist, ChecklistItem
from adoption.readiness.readiness import Readiness
from adoption.reports.rollout.gates import Gate, PulseSays, WaveFigures, advice_of, gates_of
from adoption.reports.targets import Aim, Dimension, Targets
from adoption.reports.use import recent_uses
from adoption.rollout.models import Advice
from adoption.rollout.wave import Wave
from adoption.rollout.waves import Waves
from adoption.usage.queries import Roster, UseReader

# A pulse that is older says nothing about a gate.
_PULSE_HOLDS = timedelta(weeks=12)
_WAVE = "wave"


@dataclass(frozen=True)
class WaveStatus:
    """How a wave stands.

    Attributes:
        gates: what was agreed beside what was found, once the wave is live.
        checklist: what must be ready before it goes live; None where no checklists are kept.
        follows: the name of the planned wave after it; empty for none.
    """

    wave: Wave
    figures: WaveFigures
    gates: Sequence[Gate]
    checklist: Checklist | None
    follows: str = ""

    @property
    def missing(self) -> Sequence[ChecklistItem]:
        """What its checklist lacks, where one is kept."""
        return self.checklist.missing if self.checklist else ()

    @property
    def advice(self) -> Advice:
        """What the figures say."""
        return advice_of(self.gates)


def wave_statuses(
    reader: UseReader, today: date, zone: ZoneInfo, minimum: Minimum, with_checklists: bool = True
) -> list[WaveStatus]:
    """How every wave stands as of the last complete week before a day, by go-live.

    Args:
        with_checklists: whether the company keeps readiness checklists.
    """
    engine = reader.engine
    waves = Waves(engine).all()
    if not waves:
        return []
    through = last_sunday(today)
    figures = wave_figures(reader, through, zone, minimum)
    aims = [aim for aim in Targets(engine).all() if aim.dimension is Dimension.WAVE]
    kept = waves if with_checklists else ()
    lists = {wave.id: Readiness(engine).of(wave) for wave in kept}
    return [
        _status(wave, waves, figures.get(wave.name, WaveFigures()), aims, lists, through)
        for wave in waves
    ]


def last_sunday(today: date) -> date:
    """The last day of the last week that is over on a day."""
    return today - timedelta(days=today.weekday() + 1)


def wave_figures(
    reader: UseReader, through: date, zone: ZoneInfo, minimum: Minimum
) -> dict[str, WaveFigures]:
    """The figures of the waves that may be shown, by name, as of a Sunday."""
    roster = reader.roster()
    wave_of = waves_of_eligible(roster, through)
    shown = {n: who for n, who in groups(wave_of, minimum).items() if n in set(wave_of.values())}
    regular = habitual(recent_uses(reader, through).any_days, through)
    first = through - timedelta(days=MONTH - 1)
    overrides = _overrides(reader.decisions_by_person(first, through), wave_of, minimum)
    helpful = _helpful(_votes(reader.engine, first, through, zone), wave_of, minimum)
    pulse = _pulse(reader.engine, _start_of(through + timedelta(days=1), zone), minimum)
    return {
        name: _figures(
            members,
            regular,
            minimum,
            WaveFigures(
                overrides=overrides.get(name, HIDDEN),
                helpful=helpful.get(name, HIDDEN),
                pulse=pulse.get(name),
            ),
        )
        for name, members in shown.items()
    }


def waves_of_eligible(roster: Roster, day: date) -> dict[str, str | None]:
    """The wave of each person who may use the tools on a day."""
    return {person: roster.waves[person] for person in roster.eligible(day)}


def by_wave(wave_of: Mapping[str, str | None], people: Iterable[str]) -> dict[str, set[str]]:
    """Those of some people who are eligible, by their wave; who has none is a group too."""
    found: dict[str, set[str]] = {}
    for person in people:
        if person in wave_of:
            found.setdefault(wave_of[person] or NO_GROUP, set()).add(person)
    return found


def told_apart(
    found: Mapping[str, set[str]], wave_of: Mapping[str, str | None], minimum: Minimum
) -> list[str]:
    """The waves of which a figure of events may be shown: of twice the minimum of people.

    The others are so many people together that no total less what is shown is about fewer.
    """
    shown = fold({name: len(who) for name, who in found.items()}, minimum)
    sizes = Counter(wave or NO_GROUP for wave in wave_of.values())
    return [
        name
        for name, as_shown in shown.items()
        if name == as_shown and sizes[name] >= minimum.doubled.people
    ]


def _status(
    wave: Wave,
    waves: Sequence[Wave],
    figures: WaveFigures,
    aims: Sequence[Aim],
    lists: Mapping[str, Checklist],
    through: date,
) -> WaveStatus:
    own = [aim for aim in aims if aim.name == wave.name]
    after = next((each for each in waves if each.comes_after(wave)), None)
    next_list = lists.get(after.id) if after else None
    ready = next_list.share if next_list else None
    gates = gates_of(wave.plan, own, figures, ready, through)
    return WaveStatus(wave, figures, gates, lists.get(wave.id), after.name if after else "")


def _figures(
    members: frozenset[str],
    regular: AbstractSet[str],
    minimum: Minimum,
    events: WaveFigures,
) -> WaveFigures:
    return WaveFigures(
        eligible=show_people(members, minimum) or 0,
        habitual=show_share_of_many(habit_rate(members, regular), minimum),
        overrides=events.overrides,
        helpful=events.helpful,
        pulse=events.pulse,
    )


def _overrides(
    decided: Mapping[str, Decisions], wave_of: Mapping[str, str | None], minimum: Minimum
) -> dict[str, ShownShare]:
    found = by_wave(wave_of, decided)
    shown = {}
    for name in told_apart(found, wave_of, minimum):
        total = sum((decided[person] for person in found[name]), Decisions())
        share = override_rate(total, found[name])
        shown[name] = show_share(share, minimum, len(found[name]))
    return shown


def _helpful(
    votes: Mapping[str, Sequence[Vote]], wave_of: Mapping[str, str | None], minimum: Minimum
) -> dict[str, ShownShare]:
    found = by_wave(wave_of, votes)
    shown = {}
    for name in told_apart(found, wave_of, minimum):
        given = [(person, vote) for person in found[name] for vote in votes[person]]
        positive = [person for person, vote in given if vote is Vote.POSITIVE]
        share = helpful_share(positive, [person for person, _ in given])
        shown[name] = show_share(share, minimum, len(found[name]))
    return shown


def _votes(engine: Engine, first: date, last: date, zone: ZoneInfo) -> dict[str, list[Vote]]:
    """The thumbs of each person in a span of days."""
    query = select(VoteRow.person_id, VoteRow.vote).where(
        VoteRow.voted_at >= _start_of(first, zone),
        VoteRow.voted_at < _start_of(last + timedelta(days=1), zone),
    )
    found: dict[str, list[Vote]] = {}
    with engine.connect() as connection:
        for person, vote in connection.execute(query):
            found.setdefault(person, []).append(vote)
    return found


def _pulse(engine: Engine, before: datetime, minimum: Minimum) -> dict[str, PulseSays]:
    """What the newest round says about each wave that it shows."""
    rounds = closed_rounds(engine, before, minimum, 1)
    if not rounds or before - rounds[0].closed_at > _PULSE_HOLDS:
        return {}
    found = [group for group in rounds[0].groups if group.kind == _WAVE]
    return {group.name: PulseSays(group.barrier, group.has_sure_barrier) for group in found}


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
