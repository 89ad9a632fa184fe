from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason
from adoption.privacy.disclosure import HIDDEN, ShownShare
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.feedback.overrides import OTHER_REASONS, overrides_by_tool
from tests.adoption.reports.shares import is_near
from tests.support.examples import examples

START = datetime(2026, 11, 9, tzinfo=UTC)
MINIMUM = Minimum()
REASONS = [reason for reason in OverrideReason if reason is not OverrideReason.DECLINED]
tools = (f"Tool {number}" for number in itertools.count())


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    made = Record.open(f"sqlite:///{tmp_path_factory.mktemp('reasons') / 'record.sqlite'}")
    yield made
    made.close()


def keep(record: Record, told: Sequence[tuple[int, OverrideReason, str | None]]) -> str:
    """Overrides of a tool of their own, by person, reason and detail; gives its name."""
    tool = next(tools)
    record.feedback.add_overrides(
        [
            Override(
                id=f"{tool}/{number}",
                account=f"T1:U{person}",
                tool=tool,
                at=START + timedelta(hours=number),
                reason=reason,
                detail=detail,
            )
            for number, (person, reason, detail) in enumerate(told)
        ]
    )
    return tool


def shown(record: Record, tool: str) -> dict[str, ShownShare]:
    week = (START, START + timedelta(days=7))
    found = overrides_by_tool(record.engine, *week, MINIMUM)
    return {each.reason: each.share for of in found if of.tool == tool for each in of.reasons}


told = st.tuples(
    st.integers(0, 9),
    st.sampled_from([*REASONS[:4], OverrideReason.DECLINED]),
    st.sampled_from([None, "a", "b"]),
)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(told, max_size=25))
def test_no_reason_is_shown_that_fewer_people_gave_than_may_be_shown(
    record: Record, rows: list[tuple[int, OverrideReason, str | None]]
):
    found = shown(record, keep(record, rows))
    given_by: dict[str, set[int]] = {name: set() for name in found}
    for person, reason, detail in rows:
        if reason is OverrideReason.DECLINED or not found:
            continue
        names = (f"{reason.value}: {detail}" if detail else reason.value, reason.value)
        # Under its first level where that is shown, it may stand with others that are rare.
        name = next((name for name in names if name in found), OTHER_REASONS)
        given_by[name].add(person)
    assert all(len(people) >= MINIMUM.people for people in given_by.values()), given_by


def test_where_most_say_nothing_nothing_is_told_of_the_others(record: Record):
    rows = [(person, OverrideReason.DECLINED, None) for person in range(6)]
    assert shown(record, keep(record, [*rows, (7, REASONS[0], None), (8, REASONS[1], None)])) == {}


def test_one_person_with_several_rare_reasons_is_one_person(record: Record):
    many = [(person, REASONS[0], None) for person in range(6)]
    rare = [(person, reason, None) for person in (7, 8) for reason in REASONS[1:4]]
    found = shown(record, keep(record, [*many, *rare]))
    assert list(found) == [OTHER_REASONS]
    assert is_near(found[OTHER_REASONS], 12, 12)


@pytest.mark.parametrize(("before", "whole"), [(0, 0), (2, 0), (5, 5)])
def test_what_too_few_said_before_is_not_laid_beside(record: Record, before: int, whole: int):
    tool = keep(record, [(person, REASONS[0], None) for person in range(6)])
    earlier = [
        Override(
            id=f"{tool}/before/{person}",
            account=f"T1:U{person}",
            tool=tool,
            at=START - timedelta(days=3),
            reason=REASONS[0],
        )
        for person in range(before)
    ]
    record.feedback.add_overrides(earlier)
    found = overrides_by_tool(record.engine, START, START + timedelta(days=7), MINIMUM)
    (reason,) = next(each.reasons for each in found if each.tool == tool)
    assert is_near(reason.share, 6, 6)
    assert is_near(reason.before, 5, 5) if whole else reason.before == HIDDEN


def test_reasons_are_in_the_order_of_what_is_shown_of_them(record: Record):
    for more in range(8):
        # The last reason by name was given most often, by a little.
        told = [(n, reason, None) for r, reason in enumerate(REASONS[:4]) for n in range(r + more)]
        keep(record, told)
    found = overrides_by_tool(record.engine, START, START + timedelta(days=7), MINIMUM)
    assert found
    for of in found:
        ranks = [(each.code == OTHER_REASONS, -(each.share.value or 0)) for each in of.reasons]
        assert ranks == sorted(ranks)
        assert [each.code for each in of.reasons] == [
            code for _, code in sorted(zip(ranks, (r.code for r in of.reasons), strict=True))
        ]
