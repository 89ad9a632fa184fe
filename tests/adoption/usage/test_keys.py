from __future__ import annotations

import hashlib
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adoption.usage.facts import Usage, key_of
from adoption.usage.keys import key_of_day, key_of_id
from adoption.usage.models import Event

DAY = date(2026, 11, 16)
WORDS = st.text(max_size=40)


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
