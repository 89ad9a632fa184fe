"""What people do later changes no figure of a week that is over: two looks show the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from adoption.feedback.feedback import Override
from adoption.feedback.models import CheckInRow, OverrideReason, TimeSaved, Vote
from adoption.follow_ups.models import Feeling, FollowUpRow, FollowUpState, Obstacle
from adoption.record import Record
from adoption.reports.home import admin_home
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from adoption.usage.queries import UseReader
from tests.adoption.factories import asked
from tests.disclosure.company import WEEK, ZONE, Company
from tests.disclosure.outputs import shown_in

LATER = datetime.combine(WEEK.sunday + timedelta(days=2), time(12), UTC)


def vote(record: Record) -> None:
    for question in record.questions.between(*WEEK.bounds(ZONE)):
        for n in range(9):
            record.feedback.set_vote(question.id, f"T1:late{n}", Vote.NEGATIVE, LATER)
            record.feedback.set_time_saved(question.id, f"T1:late{n}", TimeSaved.HOUR, LATER)


def ask(record: Record) -> None:
    for n in range(9):
        record.questions.add(asked(f"late{n}", account=f"T1:late{n}", asked_at=LATER))


def override(record: Record) -> None:
    why = OverrideReason.DISAGREES
    given = [Override(f"late{n}", f"T1:late{n}", "Helper", LATER, why) for n in range(9)]
    record.feedback.add_overrides(given)


def use(record: Record) -> None:
    used = [Usage("s", "Helper", LATER.date(), Event.OVERRIDDEN, 9, f"p{n}") for n in range(9)]
    record.usage.store(used, LATER)


def answer_follow_ups(record: Record) -> None:
    felt = {"how": Feeling.STUCK, "obstacle": Obstacle.TIME, "answered_on": LATER.date()}
    sent = FollowUpRow.state == FollowUpState.SENT
    with record.engine.begin() as connection:
        connection.execute(
            update(FollowUpRow).where(sent).values(state=FollowUpState.ANSWERED, **felt)
        )


def check_in(record: Record) -> None:
    said = {"done_at": LATER, "minutes_low": 500, "minutes_high": 600}
    with record.engine.begin() as connection:
        connection.execute(update(CheckInRow).where(CheckInRow.done_at.is_(None)).values(said))


@pytest.mark.parametrize("do", [vote, ask, override, use, answer_follow_ups, check_in])
def test_what_is_done_later_changes_no_figure_of_the_week(
    tmp_path: Path, do: Callable[[Record], None]
) -> None:
    company = Company(11)
    record = company.record(tmp_path)
    minimum = record.minimum(company.minimum)

    def look() -> list[object]:
        shown = shown_in(record, WEEK, company.minimum)
        home = admin_home(record, UseReader(record.engine), LATER, ZONE, minimum)
        return [shown.digest, shown.json, shown.report, shown.lines, home.figures, home.headline]

    before = look()
    do(record)
    assert look() == before
    record.close()
