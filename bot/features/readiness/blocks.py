"""The checklist: its dialog, that of one item, a message to an owner, and Home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from adoption.readiness.items import Checklist, ChecklistItem, Item
from adoption.readiness.readiness import LONGEST_EVIDENCE, LONGEST_TITLE
from adoption.reports.rich_text import day_in_words
from adoption.rollout.wave import Wave
from bot.slack.blocks import (
    actions,
    button,
    checkboxes_input,
    context,
    date_input,
    header,
    line,
    modal,
    section,
    text_input,
    user_input,
)
from bot.slack.identity import mention, user_of
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain
from bot.texts import texts

WAVE, EDIT, DONE, ADD = "readiness_wave", "readiness_edit", "readiness_done", "readiness_add"
OPEN = "readiness_open"
LIST_DIALOG, ITEM_DIALOG = "readiness", "readiness_item"
DONE_DIALOG, ADD_DIALOG = "readiness_done", "readiness_add"
OWNER, DUE, SHOW, AGAIN, TITLE = "owner", "due", "show", "again", "title"
REOPEN, REMOVE = "reopen", "remove"
_MOST_WAVES, _MOST_ITEMS, _MOST_HOME = 5, 40, 5
_SEPARATOR = "\n"


@dataclass(frozen=True)
class OwnItem:
    """An item that somebody sees to, with its wave."""

    wave: Wave
    item: ChecklistItem


def list_dialog(waves: Sequence[Wave], wave: Wave, checklist: Checklist, today: date) -> View:
    """The checklist of one wave, for admins; with buttons for the other planned ones."""
    say = texts("readiness")
    others = [each for each in waves if each.id != wave.id][:_MOST_WAVES]
    # Beside each other, buttons need ids of their own.
    buttons = [button(each.name, f"{WAVE}:{n}", each.id) for n, each in enumerate(others)]
    blocks: list[Block] = [
        section(_lead(wave, checklist)),
        actions(button(say["add"], ADD, wave.id, "primary"), *buttons),
        *(_shown(wave, item, today) for item in checklist.items[:_MOST_ITEMS]),
    ]
    return modal(LIST_DIALOG, say["title"], blocks, close=say["close"])


def own_dialog(items: Sequence[OwnItem], today: date) -> View:
    """What somebody sees to, who is no admin."""
    say = texts("readiness")
    blocks: list[Block] = [section(say["yours"])]
    blocks += [_own(each, today) for each in items[:_MOST_ITEMS]]
    return modal(LIST_DIALOG, say["title"], blocks, close=say["close"])


def item_dialog(wave: Wave, item: ChecklistItem) -> View:
    """Sets an item's owner, day and evidence; opens it again, or removes one's own."""
    say = texts("readiness")
    blocks: list[Block] = [section(f"*{plain(item.title, 300)}*")]
    if item.check:
        state = say["is_met"] if item.check.is_met else plain(item.check.missing, 500)
        blocks.append(context(say["checked_text"].format(state=state)))
    blocks += [
        user_input(OWNER, say["owner"], user_of(item.owner), optional=True),
        date_input(DUE, say["due"], item.due_on.isoformat(), optional=True, hint=say["due_hint"]),
    ]
    if item.check is None and item.done_at is None:
        blocks.append(_evidence(optional=True))
    if choices := _choices(item):
        blocks.append(checkboxes_input(AGAIN, say["again"], choices))
    value = value_of(wave.id, item.key)
    return modal(ITEM_DIALOG, say["item_title"], blocks, submit=say["save"], metadata=value)


def done_dialog(wave: Wave, item: ChecklistItem) -> View:
    """Asks an owner what shows that an item is done."""
    say = texts("readiness")
    blocks = [section(f"*{plain(item.title, 300)}*"), _evidence()]
    value = value_of(wave.id, item.key)
    return modal(DONE_DIALOG, say["item_title"], blocks, submit=say["save"], metadata=value)


def add_dialog(wave: Wave) -> View:
    """Asks for an item of the company's own."""
    say = texts("readiness")
    title = text_input(TITLE, say["new"], multiline=False, most=LONGEST_TITLE, hint=say["new_hint"])
    return modal(ADD_DIALOG, say["new_title"], [title], submit=say["save"], metadata=wave.id)


def assigned_message(admin: str, own: OwnItem, today: date) -> Message:
    """Asks somebody to see to an item."""
    say = texts("readiness")
    text = say["assigned_late" if own.item.due_on < today else "assigned"].format(
        who=mention(admin),
        wave=plain(own.wave.name, 200),
        item=plain(own.item.title, 300),
        day=day_in_words(own.item.due_on),
    )
    press = [] if own.item.check else [actions(_done_button(own))]
    return Message.of(text, section(text), *press)


def unreached_message(own: OwnItem) -> Message:
    """Says to an admin that the owner of an item can't be asked to see to it."""
    say, item, wave = texts("readiness"), plain(own.item.title, 300), plain(own.wave.name, 200)
    return line(say["unreached"].format(who=mention(own.item.owner), item=item, wave=wave))


def home_blocks(
    items: Sequence[OwnItem], today: date, waves: Sequence[tuple[Wave, Checklist]] = ()
) -> list[Block]:
    """What somebody sees to, in their Home.

    Args:
        waves: those whose checklists they may open.
    """
    if not items and not waves:
        return []
    shown = [_state(*each) for each in waves[:_MOST_WAVES]]
    shown += [_own(each, today) for each in items[:_MOST_HOME]]
    return [header(texts("readiness")["home"]), *shown]


def value_of(wave: str, item: str) -> str:
    """What names an item in a button or dialog."""
    return f"{wave}{_SEPARATOR}{item}"


def item_in(value: str) -> tuple[str, str]:
    """Wave and item in a value."""
    wave, _, item = value.rpartition(_SEPARATOR)
    return wave, item


def _evidence(optional: bool = False) -> Block:
    say = texts("readiness")
    return text_input(
        SHOW, say["show"], optional=optional, most=LONGEST_EVIDENCE, hint=say["show_hint"]
    )


def _choices(item: ChecklistItem) -> dict[str, str]:
    say = texts("readiness")
    found = {REOPEN: say["reopen"]} if item.done_at and not item.check else {}
    return found if item.key in set(Item) else found | {REMOVE: say["remove"]}


def _shown(wave: Wave, item: ChecklistItem, today: date) -> Block:
    edit = button(texts("readiness")["edit"], EDIT, value_of(wave.id, item.key))
    shown = section(f"{_mark(item)} *{plain(item.title, 300)}*\n{_about(item, today)}", edit)
    shown.block_id = f"item:{item.key}"[:255]
    return shown


def _own(own: OwnItem, today: date) -> Block:
    text = texts("readiness")["home_item"].format(
        item=plain(own.item.title, 300), wave=plain(own.wave.name, 200)
    )
    press = None if own.item.check else _done_button(own)
    shown = section(f"{_mark(own.item)} {text}\n{_about(own.item, today, with_owner=False)}", press)
    shown.block_id = f"own:{own.wave.id}:{own.item.key}"[:255]
    return shown


def _done_button(own: OwnItem) -> ButtonElement:
    value = value_of(own.wave.id, own.item.key)
    return button(texts("readiness")["done"], DONE, value, "primary")


def _state(wave: Wave, checklist: Checklist) -> Block:
    """How ready a wave is, with its checklist."""
    shown = section(_lead(wave, checklist), button(texts("readiness")["open"], OPEN, wave.id))
    shown.block_id = f"wave:{wave.id}"[:255]
    return shown


def _lead(wave: Wave, checklist: Checklist) -> str:
    return texts("readiness")["lead"].format(
        wave=plain(wave.name, 200),
        day=day_in_words(wave.plan.go_live),
        ready=checklist.ready,
        items=len(checklist.items),
    )


def _mark(item: ChecklistItem) -> str:
    return "✓" if item.is_ready else "☐"


def _about(item: ChecklistItem, today: date, with_owner: bool = True) -> str:
    say, day = texts("readiness"), day_in_words(item.due_on)
    parts = [mention(item.owner)] if with_owner and user_of(item.owner) else []
    if item.check:
        parts.append(say["checked"])
    if item.check and item.check.missing:
        parts.append(plain(item.check.missing, 300))
    if not item.is_ready:
        parts.append(say["late" if item.is_late(today) else "by"].format(day=day))
    elif not item.check and item.done_at:
        parts.append(say["done_on"].format(day=day_in_words(item.done_at.date())))
        parts.append(say["evidence"].format(evidence=plain(item.evidence, 300)))
    return " · ".join(parts)
