"""Messages of the rollout: a go-live, a gate, what was decided, a message to send; and Home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
)

from adoption.readiness.items import ChecklistItem
from adoption.reports.programme.rollout import evidence_of, wave_line
from adoption.reports.rich_text import day_in_words
from adoption.reports.rollout.figures import WaveStatus
from adoption.rollout.calendar import WaveMessage
from adoption.rollout.models import Advice, MessageKind
from adoption.rollout.wave import Wave, WaveDecision
from bot.features.rollout.drafts import Draft
from bot.slack.blocks import actions, button, context, header, line, section
from bot.slack.identity import mention
from bot.slack.messages import Message, as_json
from bot.slack.mrkdwn import cut, plain, rich
from bot.texts import texts

OPEN, LAUNCH, DECIDE, SENT = "rollout_open", "rollout_launch", "rollout_decide", "rollout_sent"
_MOST_MISSING, _MOST_WAVES, _LONGEST_NAME = 6, 6, 200
_SEPARATOR = "\n"


def launch_due(status: WaveStatus, today: date) -> Message:
    """Tells admins that a wave is to go live, and what is missing."""
    wave, say = status.wave, texts("rollout")
    late = wave.plan.go_live < today
    text = say["live_late" if late else "live_due"].format(
        wave=plain(wave.name, _LONGEST_NAME), day=day_in_words(wave.plan.go_live)
    )
    press = actions(button(say["launch"], LAUNCH, wave.id, "primary"), _open_button())
    return Message.of(text, section(text), *missing_blocks(status), press)


def gate_due(status: WaveStatus, all_waves: Sequence[WaveStatus], today: date) -> Message:
    """Asks admins for go or pause, with the figures, and shows where every wave is."""
    wave, say = status.wave, texts("rollout")
    late = wave.plan.gate_on < today
    text = say["gate_late" if late else "gate_due"].format(
        wave=plain(wave.name, _LONGEST_NAME),
        day=day_in_words(wave.plan.gate_on),
        advice=advice_text(status.advice),
    )
    press = actions(button(say["decide"], DECIDE, wave.id, "primary"), _open_button())
    others = "\n".join(named_line(each) for each in all_waves[:_MOST_WAVES])
    waves = [context(f"*{say['state']}*\n{others}")] if len(all_waves) > 1 else []
    gates = gate_blocks(status, with_intervals=False)
    return Message.of(text, section(text), *gates, press, *waves)


def gate_blocks(status: WaveStatus, with_intervals: bool = True) -> list[Block]:
    """Every gate with its figure; the interval is for those who look closer, in a dialog."""
    found = evidence_of(status)
    shown = [str(gate) if with_intervals else gate.in_words for gate in found]
    lines = [f"• {plain(each, 300)}" for each in shown]
    return [section("\n".join(lines) or texts("rollout")["no_targets"])]


def missing_blocks(status: WaveStatus) -> list[Block]:
    """What the checklist lacks before a go-live; nothing where none is kept."""
    say, checklist, missing = texts("rollout"), status.checklist, status.missing
    if checklist is None:
        return []
    if not missing:
        return [section(say["launch_all"])]
    lines = [f"☐ {_not_ready(item)}" for item in missing[:_MOST_MISSING]]
    if len(missing) > _MOST_MISSING:
        lines.append(texts("rollout")["more_missing"].format(count=len(missing) - _MOST_MISSING))
    lead = say["launch_missing"].format(missing=len(missing), items=len(checklist.items))
    return [section("\n".join([lead, *lines]))]


def _not_ready(item: ChecklistItem) -> str:
    """An item by its title, and what the data lack of one that is checked."""
    lacks = item.check.missing if item.check else ""
    return plain(f"{item.title} ({lacks})" if lacks else item.title, 400)


def advice_text(advice: Advice) -> str:
    """What the figures say, in a sentence."""
    return texts("rollout")[f"advice_{advice.name.lower()}"]


def launched_message(wave: Wave) -> Message:
    """Says that a wave went live."""
    name, gate = plain(wave.name, _LONGEST_NAME), day_in_words(wave.plan.gate_on)
    return line(texts("rollout")["launched"].format(wave=name, gate=gate))


def decided_message(wave: Wave, decision: WaveDecision, later: Sequence[Wave]) -> Message:
    """Says what was decided, why, and when the later waves go live now."""
    say = texts("rollout")
    paused = decision.decision is Advice.PAUSE
    text = say["pause_done" if paused else "go_done"].format(
        who=mention(decision.account),
        wave=plain(wave.name, _LONGEST_NAME),
        gate=day_in_words(wave.plan.gate_on),
        reason=plain(decision.reason, 1000),
    )
    if not paused or not later:
        return Message.of(text, section(text))
    waves = ", ".join(
        f"{plain(each.name, _LONGEST_NAME)} {day_in_words(each.plan.go_live)}" for each in later
    )
    return Message.of(text, section(text), context(say["moved"].format(waves=waves)))


def faster_text(decision: WaveDecision) -> str:
    """What somebody reads whose decision came second."""
    return texts("rollout")["faster"].format(
        who=mention(decision.account),
        decision=decision.decision,
        reason=plain(decision.reason, 500),
    )


def reminder(wave: Wave, message: WaveMessage, draft: Draft, today: date) -> Message:
    """Asks somebody to send a message, with a draft to copy."""
    say = texts("rollout")
    late = message.due_on < today
    text = say["remind_late" if late else "remind"].format(
        wave=plain(wave.name, _LONGEST_NAME),
        name=say[f"kind_{message.kind}"],
        due=day_in_words(message.due_on),
        day=day_in_words(wave.plan.go_live),
    )
    blocks: list[Block] = [section(text), context(say["draft"]), to_copy(draft.text)]
    if draft.title:
        source = say["from_guide"].format(
            title=plain(draft.title, 150), heading=plain(draft.heading, 150)
        )
        blocks.append(context(source.rstrip(", ")))
    value = value_of(wave.id, message.kind)
    blocks.append(actions(button(say["sent"], SENT, value, "primary")))
    return replace(Message.of(text, *blocks, audiences=draft.audiences), instead=text)


def unreached(reminder: Message, owner: str) -> Message:
    """The same for admins, where its owner can't be reminded; `owner` is empty for none."""
    say = texts("rollout")
    why = say["unreached"].format(who=f"<@{owner}>") if owner else say["unowned"]
    blocks = [*as_json([section(why)]), *reminder.blocks]
    return replace(reminder, text=f"{why} {reminder.text}", blocks=blocks)


def named_line(status: WaveStatus) -> str:
    """Where a wave is, its name in bold."""
    name, *rest = wave_line(status)
    return f"*{plain(name, _LONGEST_NAME)}*{rich(tuple(rest))}"


def to_copy(text: str) -> Block:
    """Text that can be copied as it is; nothing in it acts."""
    parts = [RichTextElementParts.Text(text=cut(text, 2900))]
    return RichTextBlock(elements=[RichTextPreformattedElement(elements=parts)])


def value_of(wave: str, kind: MessageKind) -> str:
    """What names a message of a wave in a button."""
    return f"{wave}{_SEPARATOR}{kind}"


def message_in(value: str) -> tuple[str, str]:
    """Wave and kind of message in a button's value."""
    wave, _, kind = value.rpartition(_SEPARATOR)
    return wave, kind


def rollout_home(statuses: Sequence[WaveStatus], today: date) -> list[Block]:
    """The waves in an admin's Home, with a button where one is to be decided on."""
    if not statuses:
        return []
    say = texts("rollout")
    blocks: list[Block] = [header(say["home"])]
    for status in statuses[-_MOST_WAVES:]:
        shown = section(named_line(status), _press(status.wave, today))
        shown.block_id = f"rollout:{status.wave.id}"[:255]
        blocks.append(shown)
    return [*blocks, actions(_open_button(), block_id="rollout_home")]


def _press(wave: Wave, today: date) -> ButtonElement | None:
    say = texts("rollout")
    if wave.is_gate_due(today):
        return button(say["decide"], DECIDE, wave.id, "primary")
    if wave.is_launch_due(today):
        return button(say["launch"], LAUNCH, wave.id, "primary")
    return None


def _open_button() -> ButtonElement:
    return button(texts("rollout")["open"], OPEN)
