from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from adoption.db.engine import downgrade, migrate
from adoption.questions.record import Record
from adoption.usage.facts import Kept, Usage, UsageStore, key_of
from adoption.usage.keys import key_of_day, key_of_id, old_key
from adoption.usage.models import OLD_KEY, Event, UsageRow

NOW = datetime(2026, 11, 21, tzinfo=UTC)
DAY = date(2026, 11, 16)
WORDS = st.text(max_size=40)


@pytest.fixture(params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "sqlite":
        record = Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")
    else:
        record = Record.open(request.getfixturevalue("postgres"))
    yield record
    downgrade(record.engine, "base")
    record.close()


def fact(person: str = "ada", count: int = 1, **fields: object) -> Usage:
    told = {"source": "s", "tool": "Copilot", "day": DAY, "event": Event.ACCEPTED}
    return Usage(**(told | fields), person=person, count=count)


def places(keys: list[bytes]) -> int:
    return len({key[:4] for key in keys})


@given(st.lists(WORDS, max_size=3), WORDS, st.dates())
def test_keys_of_ids_and_days_lie_apart(owner: list[str], id: str, day: date):
    of_id, of_day = key_of_id(owner, id), key_of_day(day, [*owner, day.isoformat()])
    assert of_day[:1] < b"\x40" <= of_id[:1] < b"\x80"
    assert len(of_id) == len(of_day) == 20


@given(st.lists(st.tuples(WORDS, WORDS), unique=True, max_size=8))
def test_different_ids_have_different_keys(names: list[tuple[str, str]]):
    assert len({key_of_id([owner], id) for owner, id in names}) == len(names)


def test_an_id_has_one_key_however_the_text_was_made():
    # Both are “id”, and only one of them is the very object that the code names.
    assert key_of(fact(id="id")) == key_of(fact(id="".join(["i", "d"])))
    assert key_of(fact(id="id", day=DAY + timedelta(days=1))) == key_of(fact(id="id"))


def test_neighbours_share_a_place():
    counted = [key_of(fact(id=f"{number}")) for number in range(100_000, 110_000)]
    assert places(counted) == 10
    # UUIDs of version 7 made within a minute, which begin with the millisecond.
    made = [
        f"{0x19A9F0000000 + number:012x}"[:8]
        + f"-{number & 0xFFFF:04x}-7"
        + hashlib.md5(bytes([number & 0xFF])).hexdigest()[:22]
        for number in range(0, 60_000, 100)
    ]
    assert places([key_of(fact(id=id)) for id in made]) == 1
    assert places([key_of(fact(f"p{number}")) for number in range(100)]) == 1


def keys(record: Record) -> list[bytes]:
    with record.engine.connect() as connection:
        return sorted(connection.scalars(select(UsageRow.key)))


def test_facts_of_an_older_record_are_known_and_corrected(record: Record):
    store = UsageStore(record.engine)
    told = [fact("ada"), fact("bob", id="7"), fact("cyd", id="8")]
    store.keep(told, NOW)
    downgrade(record.engine, "0008")
    assert {len(key) for key in keys(record)} == {16}
    migrate(record.engine)
    assert keys(record) == sorted(old_key(key_of(each)) for each in told)
    assert store.keep(told, NOW) == Kept(unchanged=3)
    later = [fact("ada", 4), fact("bob", id="7", day=DAY + timedelta(days=1)), fact("dan")]
    assert store.keep(later, NOW) == Kept(new=1, changed=2)
    assert store.keep(later, NOW) == Kept(unchanged=3)
    assert len(keys(record)) == 4


def test_old_keys_are_looked_for_in_their_own_index(tmp_path: Path):
    record = Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")
    with record.engine.connect() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN SELECT id FROM usage WHERE {OLD_KEY}"))
        assert "ix_usage_old" in str(plan.all())
    record.close()
