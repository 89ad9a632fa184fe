"""Whatever waves there are, Slack takes what is shown of them, and nothing in it acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.readiness.items import Check, Checklist, ChecklistItem
from adoption.reports.rollout.figures import WaveStatus
from adoption.reports.rollout.gates import Gate, WaveFigures
from adoption.reports.targets import Verdict
from adoption.rollout.calendar import WaveMessage, due_on
from adoption.rollout.models import Advice, MessageKind, WaveState
from adoption.rollout.wave import Wave
from bot.features.readiness.blocks import OwnItem, home_blocks, item_dialog, list_dialog
from bot.features.rollout import blocks, dialogs
from bot.features.rollout.drafts import Draft
from bot.slack.messages import as_json
from slack_emulator.blockkit import check_message_blocks, check_view
from tests.adoption.rollout.test_waves import TODAY, decision, plan
from tests.support.examples import examples

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOSTILE = st.one_of(
    st.text(min_size=1, max_size=300),
    st.sampled_from(["<!channel> *bold* <https://x.example|here>", "`x` @here #general <@U2>"]),
)


@st.composite
def statuses(draw: st.DrawFn) -> WaveStatus:
    text = draw(HOSTILE)
    wave = Wave("w" * 200, text[:60], draw(st.sampled_from(WaveState)), 1, plan(owner="T1:U1"), {})
    made = replace(
        decision(wave, draw(st.sampled_from([Advice.GO, Advice.PAUSE]))), reason=draw(HOSTILE)
    )
    teams = {n: draw(HOSTILE) for n in range(draw(st.integers(0, 40)))}
    wave = replace(wave, teams=teams, decisions=[made] * draw(st.integers(0, 3)))
    gates = [Gate(draw(HOSTILE), "over 40 %", "50 %", each) for each in Verdict]
    checklist = Checklist(wave.id, [item(draw(HOSTILE), n) for n in range(29)])
    return WaveStatus(wave, WaveFigures(), gates, checklist, draw(HOSTILE))


def item(text: str, number: int) -> ChecklistItem:
    check = Check(False, text) if number % 2 else None
    return ChecklistItem(f"k{number}", text, TODAY, "T1:U1", text, AT, check)


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(statuses(), min_size=1, max_size=3), HOSTILE)
def test_slack_takes_every_dialog_and_message(found: list[WaveStatus], text: str):
    status = found[0]
    wave, waves = status.wave, [replace(each.wave, id=f"{n}") for n, each in enumerate(found)]
    many = [replace(each, wave=wave) for each, wave in zip(found, waves, strict=True)]
    messages = [WaveMessage(kind, due_on(kind, TODAY), "T1:U1") for kind in MessageKind]
    views = [
        dialogs.list_dialog(many, {}, TODAY),
        dialogs.wave_dialog(wave, dict.fromkeys(range(150), text), (), TODAY),
        dialogs.wave_dialog(None, {}, (), TODAY, "T1:U1"),
        dialogs.launch_dialog(status, TODAY, "C1\n1.1"),
        dialogs.decide_dialog(status, TODAY, "C1\n1.1"),
        dialogs.calendar_dialog(wave, messages),
        list_dialog(waves, wave, status.checklist, TODAY),
        item_dialog(wave, status.checklist.items[0]),
    ]
    for view in views:
        check_view(view.to_dict())
    posted = [
        blocks.launch_due(status, TODAY),
        blocks.gate_due(status, found, TODAY + timedelta(weeks=20)),
        blocks.decided_message(wave, decision(wave, Advice.PAUSE), waves),
        blocks.reminder(wave, messages[0], Draft(text * 20, text, text), TODAY),
    ]
    for message in posted:
        check_message_blocks(message.blocks)
    homes = [
        blocks.rollout_home(many, TODAY),
        home_blocks([OwnItem(wave, i) for i in status.checklist.items], TODAY),
    ]
    for home in homes:
        check_message_blocks(as_json(home))
    # Plain text acts nowhere; mrkdwn must not.
    shown = [*(view.to_dict() for view in views), *(message.blocks for message in posted)]
    for words in mrkdwn_in(shown):
        for acting in ("<!channel>", "<https://x.example", "<@U2>"):
            assert acting not in words


def mrkdwn_in(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if found.get("type") == "mrkdwn":
            yield found["text"]
        found = list(found.values())
    if isinstance(found, list):
        for each in found:
            yield from mrkdwn_in(each)
