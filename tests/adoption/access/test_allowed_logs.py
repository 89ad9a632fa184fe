from __future__ import annotations

from datetime import timedelta

from adoption.access.allowed_logs import Allowed
from adoption.record import Record
from tests.adoption.factories import NOON


def test_what_stays_on_keeps_who_switched_it_on_and_when(record: Record):
    logs, later = record.allowed_logs, NOON + timedelta(days=1)
    assert logs.all() == {}
    logs.put(["log_use", "log_feedback"], "T1:U1", NOON)
    logs.put(["log_use", "log_override"], "T1:U2", later)
    assert logs.all() == {
        "log_use": Allowed("T1:U1", NOON),
        "log_override": Allowed("T1:U2", later),
    }
    logs.put([], "T1:U2", later)
    assert logs.all() == {}


def test_who_switched_it_on_is_erased_and_it_stays_on(record: Record):
    record.allowed_logs.put(["log_use"], "T1:U1", NOON)
    record.personal_data.erase("T1:U1")
    assert record.allowed_logs.all() == {"log_use": Allowed("", NOON)}
