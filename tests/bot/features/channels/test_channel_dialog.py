from __future__ import annotations

from datetime import UTC, datetime

from adoption.channels.channel_rules import ChannelRule, RuleChange
from bot.features.channels.blocks import channel_dialog
from slack_emulator.blockkit import check_view

SET = datetime(2026, 11, 3, 9, tzinfo=UTC)


def test_the_dialog_says_who_set_the_rule_last():
    change = RuleChange("T1:U1ADA", SET)
    view = channel_dialog("C1", ChannelRule(), ["faq"], ["Mars"], change).to_dict()
    check_view(view)
    assert "<@U1ADA> set this on 3 November 2026." in str(view["blocks"][0])


def test_whoever_erased_their_data_is_not_named():
    view = channel_dialog("C1", ChannelRule(), [], [], RuleChange("", SET)).to_dict()
    assert "Last set on 3 November 2026." in str(view["blocks"][0])
    assert "<@" not in str(view)
    assert "November" not in str(channel_dialog("C1", ChannelRule(), [], []).to_dict())
