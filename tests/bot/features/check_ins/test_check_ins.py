from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.check_ins.blocks import CHECK_IN_DIALOG, check_in_dialog, minutes_of
from bot.features.check_ins.listeners import check_in_from
from bot.slack.view_values import ViewValues
from slack_emulator.blockkit import check_view
from tests.support.app import RunningApp, written

GIVEN = {
    "tool": {"tool": "Mars"},
    "saved": {"saved": "60-120"},
    "comment": {"comment": "It drafts my offers."},
    "options": {"options": ["consent"]},
}


def test_a_check_in_is_stored_once_with_its_range(shared: RunningApp):
    shared.container.record.tools.store("Mars", "Ada")
    tom = shared.slack.user("second")
    tom.runs("/uptake checkin")
    assert tom.modal["callback_id"] == CHECK_IN_DIALOG
    tom.submits(GIVEN)
    assert "only as a range" in written(tom.modal)
    columns = "tool, minutes_low, minutes_high, comment, consent, done_at is not null"
    rows = shared.eventually(lambda: shared.rows(f"select {columns} from check_ins"))
    assert rows == [("Mars", 60.0, 120.0, "It drafts my offers.", 1, 1)]
    assert shared.container.record.personal_data.export(shared.account("second"))["check_ins"]
    tom.closes()


@given(st.lists(st.text(max_size=300), min_size=1, max_size=120))
def test_the_dialog_holds_whatever_tools_there_are(tools: list[str]):
    check_view(check_in_dialog([tool.strip() or "x" for tool in tools]).to_dict())


@pytest.mark.parametrize(("saved", "minutes"), [("30-60", (30, 60)), ("0-9999", None), ("", None)])
def test_only_the_ranges_of_the_dialog_count(saved: str, minutes: tuple[float, float] | None):
    assert minutes_of(saved) == minutes
    state = {"tool": {"tool": {"selected_option": {"value": "Mars"}}}}
    state["saved"] = {"saved": {"selected_option": {"value": saved}}}
    found = check_in_from(ViewValues({"id": "V1", "state": {"values": state}}), "T1:U1")
    assert (found is None) == (minutes is None)
