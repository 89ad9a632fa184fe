from __future__ import annotations

from datetime import timedelta

from adoption.record import Record
from tests.adoption.factories import NOON


def test_those_who_opened_home_last_come_first(record: Record):
    views = record.home_views
    for minutes, account in enumerate(["T1:A", "T1:B", "T1:C"]):
        views.store(account, "h", account == "T1:A", NOON + timedelta(minutes=minutes))
    views.store("T1:A", "h2", True, NOON + timedelta(hours=1), opened=False)
    assert views.accounts(most=2) == ["T1:C", "T1:B"]
    assert views.accounts(admins_only=True) == ["T1:A"]
    assert views.content_hash("T1:A") == "h2"
    assert views.content_hash("T1:Z") == ""


def test_a_notice_is_remembered_until_it_is_removed(record: Record):
    notices = record.notices
    assert notices.last("digest-") is None
    notices.add("digest-2026-W46", NOON)
    notices.add("digest-2026-W46", NOON + timedelta(1))
    notices.add("digest-2026-W47", NOON + timedelta(7))
    notices.add("digest_of", NOON + timedelta(9))
    assert notices.is_posted("digest-2026-W46")
    assert notices.first("digest-") == "digest-2026-W46"
    assert notices.last("digest-") == ("digest-2026-W47", NOON + timedelta(7))
    notices.remove("digest-2026-W47")
    assert notices.last("digest-") == ("digest-2026-W46", NOON)
    long = "k" * 300
    notices.add(long, NOON)
    assert notices.is_posted(long)
