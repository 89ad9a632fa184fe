from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adoption.people.models import Person
from adoption.questions.models import ModelUse, Outcome
from adoption.questions.spending import EVERYONE_REACHED, GRANTED, PERSON_REACHED
from adoption.record import Record
from knowledge.errors import AllowanceUsed, PersonalAllowanceUsed
from knowledge.llm.spending import Allowance, Cap, Caps, Prices, Use, Verdict, tokens_of
from tests.adoption.factories import NOON, asked

TODAY = date(2026, 11, 18)


class Day:
    """A day that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = TODAY

    def __call__(self) -> date:
        return self.now


def allowance(record: Record, person: Cap, everyone: Cap, day: Day, **prices: float) -> Allowance:
    spending = record.spending(lambda: NOON)
    return Allowance(spending, day, Caps(person, everyone), Prices(**prices))


def test_the_words_of_keeper_and_asker_are_the_same():
    assert {GRANTED, PERSON_REACHED, EVERYONE_REACHED} == {each.value for each in Verdict}


def test_a_person_gets_no_more_than_a_day_holds_and_the_next_day_begins_anew(record: Record):
    day = Day()
    granted = allowance(record, Cap(tokens=250), Cap(), day)
    for _ in range(2):
        granted.reserve("T1:U1", 60, 40)
    with pytest.raises(PersonalAllowanceUsed):
        granted.reserve("T1:U1", 60, 40)
    granted.reserve("T1:U2", 60, 40)
    day.now += timedelta(days=1)
    granted.reserve("T1:U1", 60, 40)
    assert record.spending(lambda: NOON).of_day(TODAY).tokens == 300


def test_all_together_get_no_more_than_a_day_holds(record: Record):
    granted = allowance(record, Cap(), Cap(tokens=250), Day())
    granted.reserve("T1:U1", 60, 40)
    granted.reserve("T1:U2", 60, 40)
    with pytest.raises(AllowanceUsed):
        granted.reserve("T1:U3", 60, 40)


def test_what_was_set_aside_and_not_used_can_be_used_by_the_next(record: Record):
    granted = allowance(record, Cap(tokens=150), Cap(), Day())
    for _ in range(3):
        reservation = granted.reserve("T1:U1", 60, 40)
        granted.settle(reservation, 10, 5)
    assert record.spending(lambda: NOON).of_day(TODAY).tokens == 45


def test_costs_are_kept_and_capped(record: Record):
    granted = allowance(record, Cap(cost=0.5), Cap(), Day(), tokens_in=1000, tokens_out=10_000)
    reservation = granted.reserve("T1:U1", 100, 10)
    granted.settle(reservation, 50, 20)
    assert record.spending(lambda: NOON).of_day(TODAY).cost == pytest.approx(0.25)
    with pytest.raises(PersonalAllowanceUsed):
        granted.reserve("T1:U1", 200, 10)


def test_a_cap_of_nothing_grants_nothing(record: Record):
    with pytest.raises(AllowanceUsed):
        allowance(record, Cap(), Cap(tokens=0), Day()).reserve("T1:U1", 1, 0)


def test_many_at_once_never_go_beyond_the_cap(record: Record):
    granted = allowance(record, Cap(), Cap(tokens=1000), Day())

    def take(number: int) -> bool:
        try:
            granted.reserve(f"T1:U{number % 4}", 60, 40)
        except AllowanceUsed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(24)))
    assert sum(taken) == 10
    assert record.spending(lambda: NOON).of_day(TODAY).tokens == 1000


def test_use_is_kept_under_the_records_pseudonym(record: Record):
    record.questions.add(asked())
    record.spending(lambda: NOON).reserve(
        "T1:U1", TODAY, Use(1, 1), lambda use: True, lambda use: True
    )
    with Session(record.engine) as session:
        (person,) = session.scalars(select(Person))
        (row,) = session.scalars(select(ModelUse))
    assert row.person_id == person.id
    assert "U1" not in row.person_id


def test_tokens_are_rather_overestimated():
    assert tokens_of("") == 0
    assert tokens_of("word " * 100) >= 100


def asked_at(seconds: int, id: str, **fields: object):
    return asked(id, asked_at=NOON + timedelta(seconds=seconds), **fields)


def test_a_thread_remembers_what_one_person_asked_in_order(record: Record):
    threads = record.threads
    rows = [
        asked_at(1, "C1:1", question="first"),
        asked_at(2, "C1:2", question="second"),
        asked_at(3, "C1:3", question="someone else's", account="T1:U2"),
        asked_at(4, "C1:4", question="failed", outcome=Outcome.FAILED),
        asked_at(5, "C1:5", question="later"),
    ]
    for row in rows:
        record.questions.add(row)
        assert threads.add(row.id, "C1", "1")
    record.questions.add(asked_at(2, "C1:9", question="another thread"))
    threads.add("C1:9", "C1", "9")
    before: datetime = NOON + timedelta(seconds=5)
    assert threads.questions("C1", "1", "T1:U1", before) == ["first", "second"]
    assert threads.questions("C2", "1", "T1:U1", before) == []


def test_a_thread_hands_over_the_last_turns_only(record: Record):
    threads = record.threads
    for number in range(8):
        record.questions.add(asked_at(number, f"C1:{number}", question=str(number)))
        threads.add(f"C1:{number}", "C1", "1")
    later = NOON + timedelta(hours=1)
    assert threads.questions("C1", "1", "T1:U1", later) == ["3", "4", "5", "6", "7"]


def test_a_turn_is_kept_once_and_only_its_thread_is_ours(record: Record):
    threads = record.threads
    assert threads.add("C1:1", "C1", "1")
    assert not threads.add("C1:1", "C1", "1")
    assert threads.takes_part("C1", "1")
    assert not threads.takes_part("C1", "2")
    assert not threads.takes_part("C2", "1")
