from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from slack_bolt import BoltRequest

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason
from bot.errors import SettingsWrong
from bot.features.overrides.jobs import common_reasons
from bot.features.overrides.vocabulary import read_vocabulary
from tests.support.app import RunningApp
from tests.support.app import overrides as opens_override

CHOICE = "disagrees/own judgement"


def filled(tool: str = "Copilot", **more):
    values = {
        "tool": {"tool": tool},
        "recommended": {"recommended": "Send the offer today"},
        "did_instead": {"did_instead": "I called first"},
        "reason": {"reason": CHOICE},
        "weight": {"weight": "high"},
        "text": {"text": "She was on holiday"},
    }
    return values | {name: {name: value} for name, value in more.items()}


def overrides(office: RunningApp, tool: str):
    return office.rows(
        f"select reason, detail, weight, named, consent, did_instead from overrides "
        f"where tool = '{tool}'"
    )


def test_a_command_opens_one_screen_and_the_reason_is_written_down(shared: RunningApp):
    maya = shared.slack.user()
    maya.runs("/uptake override Copilot")
    assert maya.modal["title"]["text"] == "Override"
    # One screen: fewer than ten blocks, and one press sends it.
    assert len(maya.modal["blocks"]) <= 9
    assert maya.submits(filled("Copilot")) == {}
    assert "reads the reasons every week" in str(maya.modal["blocks"])
    row = shared.eventually(lambda: overrides(shared, "Copilot"))
    assert row == [("disagrees", "own judgement", "high", 0, 0, "I called first")]
    maya.closes()


def test_a_name_is_shown_only_where_somebody_ticks_it(shared: RunningApp):
    tom = shared.slack.user("second")
    tom.uses_shortcut("override")
    tom.submits(filled("Named tool", options=["named", "consent"]))
    row = shared.eventually(lambda: overrides(shared, "Named tool"))
    assert row[0][3:5] == (1, 1)
    tom.closes()


def test_what_is_missing_is_said_beside_its_field(shared: RunningApp):
    maya = shared.slack.user()
    maya.runs("/uptake override")
    assert "reason" in maya.submits(filled(reason=""))
    assert "tool" in maya.submits(filled(tool=""))
    maya.closes()
    assert shared.slack.user().modal is None


def test_under_an_answer_what_was_recommended_is_filled_in(shared: RunningApp):
    _, answer = shared.asks()
    maya = shared.slack.user()
    opens_override(maya, answer)
    fields = {block.get("block_id"): block for block in maya.modal["blocks"]}
    assert "15–20 %" in fields["recommended"]["element"]["initial_value"]
    maya.closes()


def test_a_message_can_be_what_was_recommended(shared: RunningApp):
    said_so = shared.slack.user("champion").says("Copilot says: sell now", channel="general")
    maya = shared.slack.user()
    maya.uses_shortcut("override_message", said_so)
    fields = {block.get("block_id"): block for block in maya.modal["blocks"]}
    assert fields["recommended"]["element"]["initial_value"] == "Copilot says: sell now"
    maya.closes()


def test_what_others_say_is_shown_from_five_people_on(shared: RunningApp):
    now = datetime.fromtimestamp(shared.clock(), UTC)

    def told(number: int, days_ago: int = 7) -> None:
        shared.record.feedback.add_overrides(
            [
                Override(
                    f"o{number}",
                    f"T9:U{number}",
                    "Claude",
                    now - timedelta(days=days_ago),
                    OverrideReason.NOT_POSSIBLE,
                    detail="policy",
                )
            ]
        )

    for number in range(4):
        told(number)
    # Who logs the fifth would learn from the list that four others did.
    told(4, days_ago=0)
    shared.clock.advance(1)
    assert common_reasons(shared.container, "Claude") == []
    told(5)
    assert common_reasons(shared.container, "Claude") == ["not possible: policy"]
    maya = shared.slack.user()
    maya.runs("/uptake override")
    maya.submits(filled("Claude"))
    assert "A rule or policy forbids it" in str(maya.modal["blocks"])
    assert "%" not in str(maya.modal["blocks"][-1])
    maya.closes()


def test_an_admin_edits_the_reasons_in_a_file(tmp_path: Path):
    own = tmp_path / "reasons.toml"
    own.write_text(
        '[[reason]]\ncode = "not possible"\nlabel = "Ging nicht"\n'
        'detail = [{ code = "works council", label = "Betriebsrat" }]\n',
        "utf-8",
    )
    vocabulary = read_vocabulary(own)
    assert vocabulary.codes("not possible/works council") == (
        OverrideReason.NOT_POSSIBLE,
        "works council",
    )
    assert vocabulary.codes("not possible/policy") is None
    assert vocabulary.label_of("not possible: works council") == "Betriebsrat"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(own.read_text("utf-8").replace("not possible", "a mood"), "utf-8")
    with pytest.raises(SettingsWrong, match="wrong"):
        read_vocabulary(wrong)
    with pytest.raises(SettingsWrong, match="cannot be read"):
        read_vocabulary(tmp_path / "none.toml")


def test_the_same_dialog_sent_twice_is_one_override(shared: RunningApp):
    maya = shared.slack.user()
    maya.runs("/uptake override")
    maya.submits(filled("Twice"))
    shared.eventually(lambda: overrides(shared, "Twice"))
    sent = shared.slack.sent("view_submission")[-1]
    again = BoltRequest(body=sent, mode="socket_mode")
    assert shared.app.dispatch(again).status == 200
    assert len(overrides(shared, "Twice")) == 1
    maya.closes()
