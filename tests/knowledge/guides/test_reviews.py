from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers.answerer import Answerer
from knowledge.guides.reviews import Reviews, overdue_in_words
from knowledge.index.index import Index
from knowledge.index.passages import Hit
from knowledge.retrieval.confidence import Evidence
from knowledge.retrieval.retriever import Found
from tests.knowledge.passages import passage

TODAY = date(2026, 11, 21)
RULE = Reviews(180, lambda: TODAY)


@pytest.mark.parametrize(
    ("reviewed", "overdue", "wanted"),
    [
        ("2026-11-21", False, False),
        ("2026-05-25", False, False),
        ("2026-05-24", True, True),
        ("", False, True),
        ("soon", False, True),
        ("2027-01-01", False, False),
    ],
)
def test_a_review_is_too_long_ago_after_its_days(reviewed: str, overdue: bool, wanted: bool):
    assert (RULE.overdue(reviewed), RULE.wanted(reviewed)) == (overdue, wanted)


def test_a_story_is_never_to_be_reviewed():
    assert not RULE.overdue("2020-01-01", "story")
    assert not RULE.wanted("", "story")


@given(st.dates(date(2000, 1, 1), TODAY), st.integers(1, 3650))
def test_what_is_overdue_is_also_wanted_and_said_with_its_month(day: date, days: int):
    rule = Reviews(days, lambda: TODAY)
    assert rule.overdue(day.isoformat()) == (TODAY - day > timedelta(days=days))
    assert rule.wanted(day.isoformat()) or not rule.overdue(day.isoformat())
    assert overdue_in_words(day.isoformat()) == f"not reviewed since {day:%B} {day.year}"


SURE = Evidence(section=0.9, weakest=0.9, lead=9.0, nearest=0.9, score=30.0)


def test_a_citation_says_when_its_guide_was_last_reviewed():
    made = passage("A pilot lasts six weeks, with 20 people in it.")
    answerer = Answerer(cast(Index, None), reviews=RULE)
    said = []
    for reviewed in ("2025-05-03", "2026-11-01", ""):
        hit = Hit(replace(made, reviewed=reviewed), 1.0, 0.9)
        (cited,) = answerer.answer(Found("How long?", (hit,), {"long": 1.0}, "v", SURE)).citations
        said.append((cited.stale, cited.warning))
    assert said == [(True, "not reviewed since May 2025"), (False, ""), (False, "")]
