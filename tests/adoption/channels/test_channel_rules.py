from __future__ import annotations

from datetime import timedelta

from adoption.channels.channel_rules import DEFAULT, ChannelRule, RuleChange
from adoption.channels.models import AnswerMode
from adoption.record import Record
from tests.adoption.factories import NOON

ME = "T1:U1"


def test_the_newest_rule_of_a_channel_counts(record: Record):
    assert record.channel_rules.get("C1") == DEFAULT
    newer = ChannelRule(AnswerMode.EVERY, True, ("faq",), ("Copilot",), "U5")
    record.channel_rules.set("C1", newer, ME, NOON)
    record.channel_rules.set("C1", DEFAULT, ME, NOON - timedelta(1))
    assert record.channel_rules.get("C1") == newer
    assert record.channel_rules.last_change("C1") == RuleChange(ME, NOON)
    assert record.channel_rules.last_change("C2") is None
