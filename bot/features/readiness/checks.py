"""What is known of a wave, for the items of its checklist that the data can check."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from adoption.measures.use import MONTH
from adoption.people.directory import plain
from adoption.pulse.rounds import PulseRounds
from adoption.readiness.items import Check, Item, Known, checks
from adoption.reports.targets import Dimension, Targets
from adoption.rollout.models import WaveState
from adoption.rollout.wave import Wave
from adoption.training.learners import Learner
from adoption.usage.queries import Roster, UseReader
from bot.container import Container
from bot.settings import OptionalFeature
from bot.tools import tools_in_guides

# Reading which round runs needs no key.
_NO_SECRET = b""


def planned_waves(container: Container) -> list[Wave]:
    """The waves whose checklists count: those that are not live yet."""
    waves = container.record.waves.all()
    return [wave for wave in waves if wave.state is WaveState.PLANNED]


def found_by_data(container: Container, wave: Wave) -> dict[Item, Check]:
    """What the data say about a wave's items."""
    return checks(_known(container, wave), container.minimum.people)


def _known(container: Container, wave: Wave) -> Known:
    reader, today = UseReader(container.engine), _today(container)
    roster = reader.roster()
    people = _people(roster, wave)
    covered = reader.coverage(today - timedelta(days=MONTH), today)
    aims = Targets(container.engine).all()
    tools = {tool for tool, holders in roster.seats.items() if holders & people}
    return Known(
        people=len(people),
        teams_without_champion=_without_champion(container, roster, people),
        tools_without_guide=_without_guide(container, tools),
        help_channel=bool(container.settings.help_channel),
        targets=sum((aim.dimension, aim.name) == (Dimension.WAVE, wave.name) for aim in aims),
        reporting=bool(covered.days),
        session=_session_planned(container, wave, tools),
        pulse=_pulse_planned(container),
    )


def _people(roster: Roster, wave: Wave) -> set[str]:
    """Those who will be in a wave when it goes live."""
    day = wave.plan.go_live
    return {
        person.id
        for person in roster.people
        if roster.waves[person.id] == wave.name and (person.left is None or day < person.left)
    }


def _without_champion(container: Container, roster: Roster, people: Collection[str]) -> list[str]:
    teams = {name for person in people if (name := roster.teams[person])}
    return sorted(teams - {champion.team for champion in container.record.roles.champions()})


def _without_guide(container: Container, tools: Collection[str]) -> list[str]:
    """Those of the tools that people of the wave have a seat for that no guide is about."""
    known = {tool.casefold() for tool in tools_in_guides(container.index)}
    return sorted(tool for tool in tools if tool.casefold() not in known)


def _session_planned(container: Container, wave: Wave, tools: Collection[str]) -> bool | None:
    """Whether a session is to come, up to the gate, that is for this wave and its tools."""
    if OptionalFeature.TRAINING in container.settings.features_off:
        return None
    learner = Learner(wave=plain(wave.name), tools=frozenset(map(plain, tools)))
    return any(
        # Of the roles of a wave, any may be meant.
        learner.fits(replace(session.course, roles=())) and session.day <= wave.plan.gate_on
        for session in container.record.training.catalogue.sessions(container.now())
    )


def _pulse_planned(container: Container) -> bool | None:
    if OptionalFeature.PULSE in container.settings.features_off:
        return None
    return PulseRounds(container.engine, _NO_SECRET).running() is not None


def _today(container: Container) -> date:
    return container.now().astimezone(container.settings.zone).date()
