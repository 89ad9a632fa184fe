"""What people said of guides, as it may be shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from adoption.feedback.models import Reason, Vote
from adoption.guides.statistics import Complaint, GuideUse
from adoption.privacy.groups import Minimum
from adoption.record import Record
from tests.adoption.factories import NOON, asked, fresh_record


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    record = fresh_record(tmp_path)
    yield record
    record.close()


def complain(record: Record, times: int, people: int) -> None:
    """So many thumbs down by so many people, a minute apart."""
    for n in range(times):
        account, at = f"p{n % people}", NOON + timedelta(minutes=n)
        record.questions.add(asked(f"q{n}", account=account, question=f"Question {n}?"))
        record.feedback.set_vote(f"q{n}", account, Vote.NEGATIVE, at)
        record.feedback.set_reason(f"q{n}", account, Reason.WRONG, f"Ask ada{n}@x.example", at)


def shown(record: Record, least: int = 5, most: int = 5) -> list[Complaint]:
    span = NOON - timedelta(days=1), NOON + timedelta(days=1)
    statistics = record.guide_statistics
    return statistics.complaints("asking.md", span, frozenset(), Minimum(least), most)


@pytest.mark.parametrize(
    ("times", "people", "least", "lines"),
    [(4, 4, 5, 0), (9, 4, 5, 0), (5, 5, 5, 5), (9, 9, 5, 5), (7, 7, 8, 0), (8, 8, 8, 5)],
)
def test_the_length_of_the_list_counts_nobody(
    record: Record, times: int, people: int, least: int, lines: int
):
    complain(record, times, people)
    assert len(shown(record, least)) == lines


def test_that_a_guide_did_not_help_says_no_more_than_its_share_of_thumbs_down():
    said: dict[float | None, set[bool]] = {}
    for up, down in product(range(30), repeat=2):
        people = [f"p{n}" for n in range(up + down)]
        use = GuideUse("asking.md", people, people[:up], people[up:])
        if down >= 5:
            said.setdefault(use.shown(Minimum()).thumbs_down.value, set()).add(
                use.did_not_help(Minimum())
            )
        else:
            assert not use.did_not_help(Minimum())
    assert all(len(answers) == 1 for answers in said.values())
    assert set.union(*said.values()) == {True, False}


def test_the_newest_ones_are_shown_and_redacted(record: Record):
    complain(record, 7, 7)
    found = shown(record)
    assert [each.question for each in found] == [f"Question {n}?" for n in (6, 5, 4, 3, 2)]
    assert {(each.reason, each.comment) for each in found} == {(Reason.WRONG, "Ask [address]")}
