from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from adoption.privacy.groups import Minimum
from adoption.questions.models import Outcome
from adoption.record import Record
from adoption.reports.alerts.alerts import alerts_of
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.home import admin_home
from adoption.reports.questions import Vectors
from adoption.reports.weeks import Week
from adoption.usage.queries import UseReader
from tests.adoption.factories import NOON, asked, fresh_record

UTC = ZoneInfo("UTC")
WEEK = Week(2026, 47)
GYM, SPORT, TRAM = "Where is the gym?", "Where can I do sports here?", "Which tram goes home?"


def meanings(texts: Sequence[str]) -> Vectors:
    """The gym and sports mean the same."""
    return np.array([[0.0, 1.0] if "tram" in text else [1.0, 0.0] for text in texts], np.float32)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    made = fresh_record(tmp_path)
    for number, question in enumerate([GYM, GYM, SPORT, TRAM]):
        made.questions.add(
            asked(str(number), account=f"T:{number}", outcome=Outcome.ABSTAINED, question=question)
        )
    return made


def shown(record: Record) -> tuple[list[str], list[str]]:
    """The gaps in the digest, and those in Home."""
    digest = weekly_digest(record, WEEK, UTC, embed=meanings)
    home = admin_home(
        record, UseReader(record.engine), NOON.replace(day=NOON.day + 7), UTC, Minimum(), meanings
    )
    return [gap.name for gap in digest.gaps], [gap.name for gap in home.gaps.open]


def test_what_means_the_same_is_one_gap_in_digest_and_home(record: Record):
    assert shown(record) == ([GYM, TRAM], [GYM, TRAM])


def test_gaps_that_too_few_asked_are_in_no_order_of_how_many_did(record: Record):
    for number in range(4, 7):
        record.questions.add(
            asked(str(number), account=f"T:{number}", outcome=Outcome.ABSTAINED, question=TRAM)
        )
    assert shown(record) == ([GYM, TRAM], [GYM, TRAM])


@pytest.mark.parametrize("words", [GYM, "where is  the GYM", SPORT])
def test_a_dismissed_gap_goes_in_any_words_from_digest_home_and_alerts(record: Record, words: str):
    record.dismissed_questions.dismiss(words, "T1:U9", NOON)
    assert shown(record) == ([TRAM], [TRAM])
    digest = weekly_digest(record, WEEK, UTC, embed=meanings)
    said = [each.subject for each in digest.recommendations]
    assert not any("gym" in subject.lower() for subject in said)
    alerts = alerts_of(digest, UseReader(record.engine), WEEK.sunday)
    assert not any("gym" in "".join((*each.text, *each.next_step)) for each in alerts)
    home = admin_home(
        record, UseReader(record.engine), NOON.replace(day=NOON.day + 7), UTC, Minimum(), meanings
    )
    assert [(each.gap.name, each.by) for each in home.gaps.dismissed] == [(GYM, "T1:U9")]


def test_without_the_model_the_same_words_are_dismissed(record: Record):
    record.dismissed_questions.dismiss("where is the gym", "T1:U9", NOON)
    digest = weekly_digest(record, WEEK, UTC)
    assert {gap.name for gap in digest.gaps} == {SPORT, TRAM}


def test_a_gap_that_is_brought_back_is_there_again(record: Record):
    record.dismissed_questions.dismiss(GYM, "T1:U9", NOON)
    record.dismissed_questions.restore(GYM)
    assert shown(record) == ([GYM, TRAM], [GYM, TRAM])
