from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from adoption.access.signatures import SeenSignatures
from adoption.record import Record
from tests.adoption.factories import NOON

LASTS = timedelta(minutes=10)


def test_a_signature_is_new_once_for_all_workers(record: Record):
    one, other = (SeenSignatures(record.engine, LASTS) for _ in range(2))
    assert one.is_new("v0=a", NOON)
    assert not other.is_new("v0=a", NOON)
    assert other.is_new("v0=b", NOON)
    # As long as it is good it is known; afterwards nothing of it is left.
    assert not one.is_new("v0=a", NOON + LASTS)
    assert one.is_new("v0=a", NOON + LASTS + timedelta(seconds=1))


def test_of_many_at_once_one_is_new(record: Record):
    seen = SeenSignatures(record.engine, LASTS)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: seen.is_new("v0=\ud800", NOON), range(16))) == 1
