"""No figure of two weeks, taken together with all others, gives a small group away."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from adoption.feedback.feedback import CheckIn
from adoption.follow_ups.counts import FollowUpCounts, GroupCounts, follow_up_counts
from adoption.follow_ups.models import Feeling, FollowUpRow, FollowUpState, Obstacle
from adoption.measures import Share
from adoption.people.directory import find_people, plain
from adoption.people.roster import RosterRow
from adoption.privacy.disclosure import (
    HIDDEN,
    ShownShare,
    round_count,
    show_people,
    show_share,
)
from adoption.privacy.groups import Minimum
from adoption.questions.models import Outcome
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import digest_as_json
from adoption.reports.report.report import adoption_report
from adoption.reports.weeks import Week
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from tests.adoption.factories import NOON, asked, fresh_record
from tests.adoption.reports import attacker as attackers
from tests.adoption.reports import worlds
from tests.adoption.reports.attacker import Attacker
from tests.adoption.reports.people import STRANGER, Kind, Use

WEEK = Week(2026, 47)
ZONE = ZoneInfo("UTC")
BOTH = frozenset({"before", "now"})
TOOLS = ("Helper", "Writer")


@pytest.mark.parametrize("people", [3, 4, 5, 7, 9, 13, 20, 44, 110, 333])
def test_every_shown_share_stands_for_two_counts_at_least(people: int):
    names = [f"p{n}" for n in range(people)]
    counts: dict[tuple[int, float | None], set[int]] = {}
    for start in range(12):
        mixed = names[start:] + names[:start]
        for part in range(people + 1):
            shown = show_share(Share.of(mixed[:part], names), Minimum(3))
            counts.setdefault((shown.size, shown.value), set()).add(part)
    assert min(map(len, counts.values())) >= 2


@given(st.integers(0, 400), st.integers(0, 400), st.integers(3, 9))
def test_a_shown_share_is_near_the_true_one_and_its_interval_holds_it(part, more, least):
    people = [f"p{n}" for n in range(part + more)]
    share = Share.of(people[:part], people)
    shown = show_share(share, Minimum(least))
    if share.whole < least:
        assert shown == HIDDEN
        return
    assert abs(shown.value - share.value) < shown.step + 1e-9
    assert abs(shown.size - share.whole) < 5
    low, high = shown.interval
    assert low - 1e-9 <= share.value <= high + 1e-9


def test_a_change_is_clear_only_where_intervals_are_apart():
    def shown(part: int, whole: int):
        return show_share(Share(part, whole), Minimum())

    assert shown(24, 26).change_to(shown(2, 22)) == -1
    assert shown(2, 22).change_to(shown(24, 26)) == 1
    assert shown(12, 20).change_to(shown(9, 21)) == 0
    assert shown(12, 20).change_to(HIDDEN) == 0


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (78, 105, "74 %"),
        (24, 26, "about 90 %"),
        (26, 26, "over 90 %"),
        (3, 13, "about 20 %"),
        (1, 13, "under 20 %"),
        (300, 400, "75 %"),
        (3, 4, "–"),
    ],
)
def test_a_share_reads_as_exactly_as_its_group_allows(part: int, whole: int, words: str):
    assert str(show_share(Share(part, whole), Minimum())) == words


def test_people_are_counted_in_fives_and_few_are_not_counted():
    def shown(people: int) -> int | None:
        return show_people([f"p{n}" for n in range(people)], Minimum())

    assert [shown(n) for n in (0, 1, 4)] == [0, None, None]
    assert all(shown(n) % 5 == 0 and abs(shown(n) - n) < 5 for n in range(5, 60))
    assert [round_count(n) for n in (3, 7, 8)] == [5, 5, 10]


def test_the_same_people_are_shown_alike_and_others_by_another_chance():
    people = [f"p{n}" for n in range(12)]
    shown = {show_share(Share.of(people[:6], order), Minimum()) for order in (people, people[::-1])}
    assert len(shown) == 1
    parts = [people[n : n + 6] for n in range(6)]
    assert len({show_share(Share.of(part, people), Minimum()).value for part in parts}) > 1


class Company:
    """Random people with their weeks, as the roster and the tools report them."""

    def __init__(self, seed: int) -> None:
        self.chance = chance = random.Random(seed)
        self.minimum = chance.choice([3, 4, 5, 5, 5, 6])
        self.tools = TOOLS[: chance.choice([1, 1, 2])]
        teams = ["Sales", "Law", "Board"][: chance.randint(1, 3)]
        waves = ["One", "Two"][: chance.randint(1, 2)]
        size = chance.randint(self.minimum, chance.choice([12, 34, 34, 90]))
        rare = chance.choice([0.03, 0.1, 0.25])
        kinds = []
        for _ in range(size):
            weeks = BOTH
            if chance.random() < rare:
                weeks = frozenset({chance.choice(["before", "now"])})
            seats = {tool for tool in self.tools if chance.random() > rare}
            team = chance.choices(teams, [9, 6, 1][: len(teams)])[0]
            kinds.append(Kind(team, chance.choice(waves), frozenset(seats), weeks))
        kinds += [STRANGER] * chance.randint(0, 3)
        self.people = [(kind, self._use(chance, kind)) for kind in kinds]

    def _use(self, chance: random.Random, kind: Kind) -> Use:
        """Some people never use any tool."""
        events = {} if kind == STRANGER else self._events(chance)
        if chance.random() < 0.3:
            return Use(**events)
        back = [week for week in range(14) if chance.random() < chance.choice([0.2, 0.9])]
        weeks = frozenset((chance.choice(self.tools), week) for week in back)
        return Use(weeks, chance.choice([1, 1, 4, 20]), **events)

    def _events(self, chance: random.Random) -> dict[str, Any]:
        """A check-in, a follow-up and a question of somebody, or some of these."""
        outcomes = {
            "check_in": [True, False],
            "follow_up": [None, *Feeling, *Feeling],
            "asked": [True, True, False],
        }
        return {
            name: (chance.choice([0, 0, 1, 1, 2, 4]), chance.choice(of))
            for name, of in outcomes.items()
            if chance.random() < 0.7
        }

    def record(self, folder: Path) -> Record:
        """A record of this company; its pseudonyms are the same in every run."""
        with patch("uuid.uuid4", lambda: UUID(int=self.chance.getrandbits(128))):
            return self._filled(fresh_record(folder))

    def _filled(self, record: Record) -> Record:
        rows = [
            RosterRow(
                f"p{n}",
                kind.team,
                wave=kind.wave,
                tools=tuple(kind.seats),
                eligible_since=WEEK.monday if "before" not in kind.weeks else date(2026, 1, 1),
                left_on=WEEK.monday if "now" not in kind.weeks else None,
            )
            for n, (kind, _) in enumerate(self.people)
            if kind != STRANGER
        ]
        record.roster.store(rows, NOON)
        used = [
            Usage(
                "s", tool, WEEK.sunday - timedelta(weeks=back), Event.ACCEPTED, use.actions, f"p{n}"
            )
            for n, (_, use) in enumerate(self.people)
            for tool, back in sorted(use.weeks)
        ]
        record.usage.store(used, NOON)
        self._store_events(record)
        return record

    def _store_events(self, record: Record) -> None:
        def day(back: int) -> date:
            return WEEK.monday + timedelta(days=1, weeks=-back)

        def at(back: int) -> datetime:
            return datetime.combine(day(back), time(12), UTC)

        due, follow_ups = [], []
        for n, (_, use) in enumerate(self.people):
            if use.check_in:
                back, done = use.check_in
                done_at = at(back) if done else None
                due.append(CheckIn(f"c{n}", f"p{n}", day(back), "Helper", done_at, 30, 60))
            if use.asked:
                outcome = Outcome.ANSWERED if use.asked[1] else Outcome.ABSTAINED
                question = asked(
                    f"q{n}", account=f"p{n}", asked_at=at(use.asked[0]), outcome=outcome
                )
                record.questions.add(question)
            if use.follow_up:
                follow_ups.append((n, day(use.follow_up[0]), use.follow_up[1]))
        record.feedback.add_check_ins(due, NOON)
        with record.engine.begin() as connection:
            people = find_people(connection, [plain(f"p{n}") for n, _, _ in follow_ups])
            rows = [
                {
                    "id": f"f{n}",
                    "person_id": people[plain(f"p{n}")],
                    "occasion": "seat",
                    "weeks": 2,
                    "due_on": due_on,
                    "state": FollowUpState.ANSWERED if how else FollowUpState.SENT,
                    "how": how,
                    "obstacle": Obstacle.NOTHING if how else None,
                    "answered_on": due_on if how else None,
                }
                for n, due_on, how in follow_ups
                if plain(f"p{n}") in people
            ]
            if rows:
                connection.execute(insert(FollowUpRow), rows)


def attack(company: Company, record: Record) -> list[str]:
    """What an attacker solves from all that two weeks show."""
    minimum = Minimum(company.minimum)
    attacker = Attacker(company.people, company.minimum, company.tools)
    for back, week in enumerate((WEEK, WEEK.previous)):
        digest = weekly_digest(record, week, ZONE, minimum)
        attacker.read_digest(digest_as_json(digest), back)
        start = week.monday - timedelta(weeks=3)
        report = adoption_report(record.engine, start, week.sunday, ZONE, minimum)
        attacker.read_report(report, back)
        for weeks in (0, 3):
            first = week.monday - timedelta(weeks=weeks)
            counts = follow_up_counts(record.engine, first, week.sunday, minimum)
            attacker.read_follow_ups(counts, back, back + weeks)
    return attacker.solved()


class TestWhatExactFiguresGiveAway:
    """The attacker solves for what figures without rounding would show."""

    def attacker(self, *people: tuple[Kind, Use], monkeypatch: pytest.MonkeyPatch) -> Attacker:
        monkeypatch.setattr(attackers, "ROUNDED_TO", 1)
        # Few people: what these tries do not find is not there.
        monkeypatch.setattr(worlds, "_TRIES", 30)
        return Attacker(people, 5, ["Helper"])

    def shown(self, part: int, whole: int) -> ShownShare:
        return ShownShare(part / whole, 1 / whole, whole)

    def test_everybody_less_those_with_a_seat(self, monkeypatch: pytest.MonkeyPatch):
        seat, none = (Kind("Law", None, frozenset(seats), BOTH) for seats in (["Helper"], []))
        used = Use(frozenset({("Helper", 0)}))
        people = [(seat, used)] * 8 + [(seat, Use())] * 9 + [(none, used)] + [(none, Use())] * 2
        attacker = self.attacker(*people, monkeypatch=monkeypatch)
        attacker.add(0, None, "weekly", [seat, none], self.shown(9, 20))
        assert not any(name.startswith("no seat") for name in attacker.solved())
        attacker.add(0, "Helper", "weekly", [seat], self.shown(8, 17))
        solved = attacker.solved()
        assert "no seat for Helper, 0 back: size" in solved
        assert "no seat for Helper, 0 back: weekly" in solved

    def test_one_week_less_the_other(self, monkeypatch: pytest.MonkeyPatch):
        here = Kind("Law", None, frozenset({"Helper"}), BOTH)
        new = Kind("Law", None, frozenset({"Helper"}), frozenset({"now"}))
        used = Use(frozenset({("Helper", 0), ("Helper", 5)}))
        people = [(here, Use())] * 11 + [(here, used)] * 9 + [(new, Use())]
        attacker = self.attacker(*people, monkeypatch=monkeypatch)
        attacker.add(0, None, "never_used", [here, new], self.shown(12, 21))
        assert not attacker.solved()
        attacker.add(1, None, "never_used", [here, new], self.shown(11, 20))
        assert "joined, 0 back: never_used" in attacker.solved()

    def test_a_team_less_the_others_who_answered(self, monkeypatch: pytest.MonkeyPatch):
        here, few = (Kind(team, None, frozenset(), BOTH) for team in ("Law", "Board"))
        well, stuck = (Use(follow_up=(0, each)) for each in (Feeling.WELL, Feeling.STUCK))
        people = [(here, well)] * 9 + [(here, stuck)] * 3 + [(few, stuck)] * 2
        attacker = self.attacker(*people, monkeypatch=monkeypatch)

        def counts(part: int, whole: int) -> GroupCounts:
            felt = {Feeling.STUCK: self.shown(part, whole)}
            return GroupCounts(self.shown(whole, whole), felt)

        attacker.read_follow_ups(FollowUpCounts(counts(5, 14), {}), 0, 0)
        assert not attacker.solved()
        attacker.read_follow_ups(FollowUpCounts(counts(5, 14), {"Law": counts(3, 12)}), 0, 0)
        assert "team Board, 0 back: follow_up stuck" in attacker.solved()


@pytest.mark.parametrize("seed", range(8))
def test_no_small_group_can_be_solved_for(tmp_path: Path, seed: int):
    company = Company(seed)
    record = company.record(tmp_path)
    assert attack(company, record) == []
    record.close()


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_no_small_group_of_two_thousand_records_can_be_solved_for(tmp_path: Path):
    found = {}
    for seed in range(2000):
        company = Company(seed)
        record = company.record(tmp_path)
        if solved := attack(company, record):
            found[seed] = solved
        record.close()
    assert found == {}
