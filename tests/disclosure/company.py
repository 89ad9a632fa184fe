"""Small random companies, and their records as the roster, the tools and Slack would fill them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Dialect, insert

from adoption.feedback.feedback import CheckIn, Override
from adoption.feedback.models import OverrideReason, Reason, TimeSaved, Vote
from adoption.follow_ups.models import Feeling, FollowUpRow, FollowUpState, Obstacle
from adoption.nudges.models import CampaignRow, Excluded, NudgeRow, NudgeState, Reaction
from adoption.people.directory import find_people, plain
from adoption.people.roster import RosterRow
from adoption.pulse import rounds
from adoption.pulse.answers import Answer
from adoption.pulse.statements import ELEMENTS
from adoption.questions.models import Outcome, Surface
from adoption.record import Record
from adoption.reports.targets import Aim, Dimension, Targets
from adoption.reports.weeks import Week
from adoption.rollout.wave import WavePlan
from adoption.training import catalogue
from adoption.training.models import SeatRow, SeatState, Tier, TrainingRow
from adoption.usage.facts import Covered, Usage
from adoption.usage.models import Event
from tests.adoption.factories import NOON, asked, fresh_record
from tests.disclosure.people import DECIDES, STRANGER, Kind, Use
from tests.disclosure.worlds import Life

WEEK = Week(2026, 47)
ZONE = ZoneInfo("UTC")
BOTH = frozenset({"before", "now"})
TOOLS = ("Helper", "Writer")
REASONS = (OverrideReason.DISAGREES, OverrideReason.BAD_MOMENT, OverrideReason.WRONG_DATA)
# What everybody asks, and what they write about an override.
QUESTION = "How do I ask well?"
WORDS = {
    OverrideReason.DISAGREES: "I disagree with its price",
    OverrideReason.BAD_MOMENT: "a bad moment for me",
    OverrideReason.WRONG_DATA: "the wrong data again",
}
TIERS = (Tier.AWARENESS, Tier.HANDS_ON)
OBSTACLES = (Obstacle.NOTHING, Obstacle.TIME, Obstacle.ACCESS)
PLACES = {Surface.CHANNEL: "in channels", Surface.DIRECT: "in direct messages"}
AWAY = (Excluded.OPTED_OUT, Excluded.PART_TIME)
SKIPPED = (Excluded.USED, Excluded.REFUSED)
MINUTES = (30, 60, 120)
# People on the roster got their tools so many weeks before this one.
ELIGIBLE_WEEKS = 14
SECRET = b"xoxb-secret"
_COMPILED: dict[Any, Any] = {}
_DIALECTS: dict[str, Dialect] = {}
# For so many weeks the tools report every day.
_COVERED_WEEKS = 24


class Company:
    """Random people with their weeks.

    Attributes:
        tool: which tool trainings and the campaign are about; none for a training about any.
        sessions: on the Mondays of which weeks people were trained.
        campaign: in which week the messages were due.
    """

    def __init__(self, seed: int) -> None:
        self.chance = chance = random.Random(seed)
        # What came later: it changes nothing of what the others are.
        self._more = random.Random(f"more {seed}")
        self.minimum = chance.choice([5, 5, 5, 6, 8])
        self.tools = TOOLS[: chance.choice([1, 1, 2])]
        self.tool = chance.choice(["", "Helper"])
        self.sessions = chance.choice([(2,), (3,), (2, 3), (3, 5)])
        self.campaign = chance.choice([2, 3, 4])
        self.has_waves = chance.random() < 0.6
        teams = ["Sales", "Law", "Board"][: chance.randint(1, 3)]
        waves = ["One", "Two"][: chance.randint(1, 2)]
        size = chance.randint(self.minimum, chance.choice([12, 34, 60, 90]))
        rare = chance.choice([0.03, 0.1, 0.25])
        kinds = [self._kind(teams, waves, rare) for _ in range(size)]
        kinds += [STRANGER] * chance.randint(0, 3)
        self.people: list[Life] = [(kind, self._use(kind)) for kind in kinds]

    def _kind(self, teams: list[str], waves: list[str], rare: float) -> Kind:
        chance, weeks = self.chance, BOTH
        if chance.random() < rare:
            weeks = frozenset({chance.choice(["before", "now"])})
        seats = {tool for tool in self.tools if chance.random() > rare}
        team = chance.choices(teams, [9, 6, 1][: len(teams)])[0]
        return Kind(team, chance.choice(waves), frozenset(seats), weeks)

    def _use(self, kind: Kind) -> Use:
        """Some people never use any tool."""
        chance = self.chance
        events = {} if kind == STRANGER else self._events(kind)
        if chance.random() < 0.3:
            return Use(**events)
        back = [week for week in range(14) if chance.random() < chance.choice([0.2, 0.9])]
        weeks = frozenset((chance.choice(self.tools), week) for week in back)
        actions = chance.choice([1, 1, 4, 20])
        overridden = chance.randint(0, min(2, actions))
        accepted = chance.randint(0, min(3, actions - overridden))
        decided = chance.choice([0, 0, 1, 2, 4]), accepted, overridden
        return Use(weeks, actions, decided, **events)

    def _events(self, kind: Kind) -> dict[str, Any]:
        """What happened to somebody, or some of it."""
        found = {name: each for name, each in self._all(kind) if self.chance.random() < 0.6}
        found["away"] = self._more.choice(("", "", "", *(each.value for each in AWAY)))
        found["handed"] = self._more.random() < 0.3
        found["saved"] = self._more.choice(("", *(each.value for each in TimeSaved)))
        return found | {"pulse": tuple(self._score(kind, back) for back in (0, 1))}

    def _all(self, kind: Kind) -> Iterator[tuple[str, Any]]:
        pick, more = self.chance.choice, self._more.choice
        back = [pick([0, 0, 1, 1, 2, 4]) for _ in range(4)]
        yield "check_in", (back[0], pick([True, False]), more(MINUTES))
        feeling = pick([None, *Feeling, *Feeling])
        yield "follow_up", (back[1], feeling, pick(OBSTACLES) if feeling else None)
        answered = pick([True, True, False])
        thumb = pick([0, 1, 1, -1]) if answered else 0
        yield "asked", (back[2], answered, thumb, more([*PLACES]).value)
        yield "override", (back[3], pick(REASONS).value)
        yield "trained", (pick(self.sessions), pick(TIERS).value)
        yield "waits", pick([True, False, False])
        state = pick([NudgeState.SENT, NudgeState.SENT, NudgeState.HELD_OUT, NudgeState.SKIPPED])
        is_pressed = state is NudgeState.SENT and pick([True, False])
        why = more(SKIPPED).value if state is NudgeState.SKIPPED else ""
        yield "nudge", (state.value, is_pressed, why)

    def _score(self, kind: Kind, back: int) -> int | None:
        """People answer a round of a week in which they are there."""
        is_asked = kind.is_there(back) and self.chance.random() < 0.8
        return self.chance.randint(1, 5) if is_asked else None

    def record(self, folder: Path) -> Record:
        """A record of this company; its chances are the same in every run."""
        with patch("uuid.uuid4", lambda: UUID(int=self.chance.getrandbits(128))):
            record = fresh_record(folder)
            # The same queries for every company: they are compiled once for one dialect.
            record.engine.update_execution_options(compiled_cache=_COMPILED)
            record.engine.dialect = _DIALECTS.setdefault("sqlite", record.engine.dialect)
            self._enrol(record)
            self._store_use(record)
            self._store_questions(record)
            self._store_programme(record)
            self._store_pulse(record)
        return record

    def _named(self) -> Iterator[tuple[str, Use]]:
        return ((f"p{n}", use) for n, (_, use) in enumerate(self.people))

    def _enrol(self, record: Record) -> None:
        rows = [
            RosterRow(
                f"p{n}",
                kind.team,
                wave=kind.wave,
                tools=tuple(kind.seats),
                account=f"p{n}",
                eligible_since=since_of(kind),
                part_time=use.away == Excluded.PART_TIME,
                left_on=WEEK.monday if "now" not in kind.weeks else None,
            )
            for n, (kind, use) in enumerate(self.people)
            if kind != STRANGER
        ]
        record.roster.store(rows, NOON)
        for who, use in self._named():
            if use.away == Excluded.OPTED_OUT:
                record.nudges.opt_out(who, NOON)
        if self.has_waves:
            for name in {kind.wave for kind, _ in self.people if kind.wave}:
                _launch(record, name)
            plan = WavePlan(WEEK.sunday + timedelta(weeks=8), WEEK.sunday + timedelta(weeks=20))
            record.waves.create("three", "Three", plan)

    def _store_use(self, record: Record) -> None:
        used = [
            Usage(
                "s",
                tool,
                WEEK.sunday - timedelta(weeks=back),
                event,
                count,
                who,
            )
            for who, use in self._named()
            for tool, back in sorted(use.weeks)
            for event, count in _events_of(use, tool, back)
        ]
        first = WEEK.monday - timedelta(weeks=_COVERED_WEEKS)
        days = [first + timedelta(days=n) for n in range(7 * (_COVERED_WEEKS + 1))]
        record.usage.store(used, NOON, [Covered(t, "s", day) for t in self.tools for day in days])

    def _store_questions(self, record: Record) -> None:
        overrides = []
        for who, use in self._named():
            if use.asked:
                back, is_answered, thumb, place = use.asked
                outcome = Outcome.ANSWERED if is_answered else Outcome.ABSTAINED
                id, at = f"q{who}", _noon(back)
                given = {"asked_at": at, "outcome": outcome, "surface": Surface(place)}
                record.questions.add(asked(id, account=who, question=QUESTION, **given))
                if use.handed:
                    record.handoffs.open(id, who, at, ("C1", "1"))
                if use.saved and is_answered and thumb >= 0:
                    record.feedback.set_time_saved(id, who, TimeSaved(use.saved), at)
                if thumb:
                    vote = Vote.POSITIVE if thumb > 0 else Vote.NEGATIVE
                    record.feedback.set_vote(id, who, vote, at)
                if thumb < 0:
                    record.feedback.set_reason(id, who, Reason.WRONG, "", at)
            if use.override:
                at, reason = _noon(use.override[0]), OverrideReason(use.override[1])
                overrides.append(Override(f"o{who}", who, "Helper", at, reason, text=WORDS[reason]))
        record.feedback.add_overrides(overrides)
        due = [
            CheckIn(
                f"c{who}",
                who,
                _day(back),
                "Helper",
                _noon(back) if done else None,
                minutes // 2,
                minutes,
            )
            for who, use in self._named()
            if use.check_in
            for back, done, minutes in [use.check_in]
        ]
        record.feedback.add_check_ins(due, NOON)

    def _store_programme(self, record: Record) -> None:
        courses = [
            catalogue.Course(tier, f"Course {tier}", tier, tools=self._about) for tier in TIERS
        ]
        record.training.catalogue.put_courses(courses)
        coming = -3
        for tier in TIERS:
            for back in (*self.sessions, coming):
                plan = catalogue.Plan(f"{tier} {back}", tier, _noon(back, 0), 60, "UTC", 99)
                record.training.catalogue.plan(plan, NOON - timedelta(weeks=20))
        at = _noon(self.campaign, 0)
        with record.engine.begin() as connection:
            campaign = {"id": "c", "tool": "Helper", "holdout": 0.2, "approved_by": "T1:A"}
            connection.execute(insert(CampaignRow), campaign | {"approved_at": at})
            people = find_people(connection, [plain(who) for who, _ in self._named()])
            named = [(people[who], use) for who, use in self._named() if who in people]
            _insert(
                connection, FollowUpRow, [_follow_up(*each) for each in named if each[1].follow_up]
            )
            _insert(connection, SeatRow, [each for who, use in named for each in _seats(who, use)])
            nudges = [_nudge(who, use, at) for who, use in named if use.nudge]
            _insert(connection, NudgeRow, nudges)
            completed = [_completed(who, use) for who, use in named if use.trained]
            _insert(connection, TrainingRow, completed)

    @property
    def _about(self) -> tuple[str, ...]:
        return (self.tool,) if self.tool else ()

    def _store_pulse(self, record: Record) -> None:
        """A round that opens on the Monday of each week, and closes that Thursday."""
        opened, minimum = record.pulse_rounds(SECRET), record.minimum(self.minimum)
        answers = record.pulse_answers(SECRET)
        for back in (1, 0):
            id, plan = f"r{back}", rounds.Plan(WEEK.monday - timedelta(weeks=back), 3)
            opens, _, closes = plan.moments(ZONE)
            assert opened.plan(id, plan, ZONE, "T1:A")
            opened.open(id, minimum, opens, plan.first_on)
            given = {
                who: Answer([score] * len(ELEMENTS))
                for who, use in self._named()
                if (score := use.pulse[back])
            }
            answers.add_all(id, given, opens + timedelta(hours=1))
            opened.close(id, minimum, closes + timedelta(hours=1))


def since_of(kind: Kind) -> date:
    """From when on somebody who is on the roster may use the tools."""
    if "before" not in kind.weeks:
        return WEEK.monday
    return WEEK.monday - timedelta(weeks=ELIGIBLE_WEEKS)


def _events_of(use: Use, tool: str, back: int) -> Iterator[tuple[Event, int]]:
    decided = use.decided[1:] if (tool, back) == (DECIDES, use.decided[0]) else (0, 0)
    counts = use.actions - sum(decided), *decided
    for event, count in zip((Event.SHOWN, Event.ACCEPTED, Event.OVERRIDDEN), counts, strict=True):
        if count:
            yield event, count


def _day(back: int, weekday: int = 1) -> date:
    return WEEK.monday + timedelta(days=weekday, weeks=-back)


def _noon(back: int, weekday: int = 1) -> datetime:
    return datetime.combine(_day(back, weekday), time(12), UTC)


def _launch(record: Record, name: str) -> None:
    plan = WavePlan(
        date(2026, 6, 1), WEEK.sunday, helpful_least=0.5, needs_no_barrier=True, hours_promised=9
    )
    record.waves.create(name, name, plan)
    assert record.waves.launch(name, "key", date(2026, 6, 1))
    Targets(record.engine).put(Aim("overrides", Dimension.WAVE, name, 0.4))


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _follow_up(who: str, use: Use) -> dict[str, Any]:
    back, how, obstacle = use.follow_up or (0, None, None)
    return {
        "id": f"f{who}",
        "person_id": who,
        "occasion": "seat",
        "weeks": 2,
        "due_on": _day(back),
        "state": FollowUpState.ANSWERED if how else FollowUpState.SENT,
        "how": how,
        "obstacle": obstacle,
        "answered_on": _day(back) if how else None,
    }


def _seats(who: str, use: Use) -> Iterator[dict[str, Any]]:
    row: Mapping[str, Any] = {
        "person_id": who,
        "pressed_at": NOON,
        "revision": 1,
        "told_revision": 1,
    }
    if use.trained:
        session = f"{use.trained[1]} {use.trained[0]}"
        yield {**row, "session_id": session, "state": SeatState.ATTENDED}
    if use.waits:
        yield {**row, "session_id": f"{TIERS[0]} -3", "state": SeatState.WAITING}


def _nudge(who: str, use: Use, at: datetime) -> dict[str, Any]:
    state, is_pressed, why = use.nudge or ("", False, "")
    return {
        "campaign_id": "c",
        "person_id": who,
        "state": NudgeState(state),
        "due_at": at,
        "sent_at": at if state == NudgeState.SENT else None,
        "reaction": Reaction.WILL_TRY if is_pressed else None,
        "skipped_for": Excluded(why) if why else None,
    }


def _completed(who: str, use: Use) -> dict[str, Any]:
    back, tier = use.trained or (0, "")
    return {"person_id": who, "tier": Tier(tier), "done_on": _day(back, 0)}
