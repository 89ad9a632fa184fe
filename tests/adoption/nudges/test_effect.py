from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adoption.nudges.effect import WINDOW, Known
from adoption.nudges.models import NudgeState, Reaction
from adoption.nudges.preview import people_in, preview_of, standing_of
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.programme.nudges import effects_of, nudges_part
from adoption.reports.programme.part import Span
from adoption.reports.rich_text import plain
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from adoption.usage.queries import UseReader
from tests.adoption.factories import fresh_record
from tests.adoption.nudges.company import (
    NOW,
    TODAY,
    TOOL,
    approve,
    campaign,
    company,
    cover,
    person,
    use,
)

UNTIL = TODAY + timedelta(days=WINDOW - 1)
MINIMUM = Minimum()


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made = fresh_record(tmp_path)
    yield made
    made.close()


def span(last: date = UNTIL) -> Span:
    return Span(last - timedelta(days=6), last, ZoneInfo("UTC"))


def sent(record: Record, people: int, holdout: float = 0.2) -> dict[NudgeState, list[int]]:
    """A campaign whose messages were sent: the numbers of the people in each state."""
    company(record, people)
    assert approve(record, campaign(holdout=holdout))
    for each in record.nudges.planned("c1"):
        record.nudges.set_sent("c1", each.account, NOW)
    found: dict[NudgeState, list[int]] = {state: [] for state in NudgeState}
    holders = record.nudges.audience(TOOL, NOW, TODAY, 0).holders
    for id, pick in record.nudges.picks("c1").items():
        found[pick.state].append(int(holders[id].account.removeprefix("T1:U")))
    return found


def part_of(people: list[int], share: float) -> list[int]:
    return people[: round(len(people) * share)]


def used_by(record: Record, people: list[int], day: date = TODAY + timedelta(days=3)) -> None:
    who = [f"p{number}@example.com" for number in people]
    record.usage.store([Usage("export", TOOL, day, Event.SHOWN, 1, each) for each in who], NOW)


def line(record: Record, when: Span | None = None) -> str:
    section = nudges_part(UseReader(record.engine), when or span(), MINIMUM).section
    return "" if section is None else "\n".join(map(plain, section.lines))


def test_the_effect_is_the_difference_to_those_who_were_held_out(record: Record):
    found = sent(record, 400)
    used_by(record, part_of(found[NudgeState.SENT], 0.5))
    used_by(record, part_of(found[NudgeState.HELD_OUT], 0.2))
    cover(record, TODAY, UNTIL)
    (effect,) = effects_of(record.engine, span(), MINIMUM)
    assert effect.difference is not None
    difference, low, high = effect.difference
    assert 0.2 < difference < 0.4
    assert 0 < low < 0.3 < high
    said = line(record)
    # Shares of so many are rounded to whole points, up or down at random.
    assert re.match("Mars, message of 26 November: (49|50|51) % of those it was for", said)
    assert said.endswith("it helped.")
    (finding,) = nudges_part(UseReader(record.engine), span(), MINIMUM).findings
    assert re.match("The message about Mars helped: (49|50|51) %", plain(finding.sentence))
    assert finding.recommendation is None
    # Later it is still shown, and news no more.
    late = nudges_part(UseReader(record.engine), span(UNTIL + timedelta(days=21)), MINIMUM)
    assert late.section is not None
    assert late.findings == []


def test_a_message_that_puts_people_off_calls_for_another_look(record: Record):
    found = sent(record, 300, holdout=0.5)
    used_by(record, part_of(found[NudgeState.HELD_OUT], 0.6))
    cover(record, TODAY, UNTIL)
    (finding,) = nudges_part(UseReader(record.engine), span(), MINIMUM).findings
    assert finding.recommendation is not None
    assert "fewer began" in line(record)


def test_use_before_and_after_the_two_weeks_does_not_count(record: Record):
    # Some 200 in each group, so that both shares are exact enough whoever is held out.
    found = sent(record, 400, holdout=0.5)
    used_by(record, found[NudgeState.SENT], UNTIL + timedelta(days=1))
    used_by(record, found[NudgeState.HELD_OUT], TODAY - timedelta(days=1))
    cover(record, TODAY, UNTIL)
    (effect,) = effects_of(record.engine, span(), MINIMUM)
    assert (effect.picked.value, effect.held_out.value) == (0, 0)
    assert "The difference is 0 points" in line(record)
    assert line(record).endswith("no clear effect.")


def test_without_enough_data_it_says_so(record: Record):
    sent(record, 60)
    assert "its effect is known after 9 December" in line(record, span(UNTIL - timedelta(days=1)))
    cover(record, TODAY, UNTIL, without={TODAY + timedelta(days=4)})
    assert "not enough data: no export covers every day" in line(record)
    cover(record, TODAY, UNTIL)
    # Of so few the interval would be wider than 50 points.
    assert "not enough data: too few people" in line(record)
    assert line(record, span(TODAY - timedelta(days=7))) == ""


@pytest.mark.parametrize("holdout", [0.0, 0.02])
def test_a_small_holdout_shows_nothing(record: Record, holdout: float):
    found = sent(record, 30, holdout)
    assert len(found[NudgeState.HELD_OUT]) < 5
    used_by(record, found[NudgeState.SENT])
    cover(record, TODAY, UNTIL)
    (effect,) = effects_of(record.engine, span(), MINIMUM)
    assert (effect.known, effect.picked.value, effect.difference) == (Known.TOO_FEW, None, None)
    assert "not enough data: too few people" in line(record)


def test_the_preview_counts_in_fives_and_shows_no_small_group(record: Record):
    company(record, 120)
    record.roster.store(
        [
            *(person(n, team="Law") for n in range(3)),
            *(person(n, on_leave=True) for n in range(10, 16)),
            *(person(n, part_time=True) for n in range(20, 22)),
            *(person(n, team="Ships", account=None) for n in range(200, 203)),
        ],
        NOW,
    )
    for number in range(60, 120):
        use(record, number, TODAY - timedelta(days=1))
    found = preview_of(TOOL, record.nudges.audience(TOOL, NOW, TODAY, 28), MINIMUM)
    # 52 of 123; of Sales 49 of 117. Law and those of the ships are too few to be named.
    assert found.is_enough
    assert people_in(found.picked) in (45, 50, 55)
    assert set(found.teams) == {"Sales"}
    assert list(found.excluded) == ["on leave", "others"]
    assert all(people_in(each) in (5, 10) for each in found.excluded.values())


def test_a_message_for_too_few_shows_no_figure(record: Record):
    company(record, 4)
    found = preview_of(TOOL, record.nudges.audience(TOOL, NOW, TODAY, 28), MINIMUM)
    assert not found.is_enough
    assert (found.teams, found.excluded) == ({}, {})


def test_how_far_a_campaign_is_shows_once_nothing_waits(record: Record):
    company(record, 40)
    assert approve(record, campaign(holdout=0.0))
    waiting = standing_of(record.nudges.picks("c1"), MINIMUM)
    assert (waiting.waits, waiting.sent.value) == (True, None)
    for number, each in enumerate(record.nudges.planned("c1")):
        if number < 30:
            record.nudges.set_sent("c1", each.account, NOW)
            record.nudges.react("c1", each.account, Reaction.WILL_TRY)
        else:
            record.nudges.set_refused("c1", each.account)
    done = standing_of(record.nudges.picks("c1"), MINIMUM)
    assert people_in(done.sent) in (25, 30, 35)
    assert list(done.skipped) == ["refused by Slack"]
