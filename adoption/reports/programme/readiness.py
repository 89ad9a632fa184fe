"""The readiness checklists in a digest and a report: the share ready, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from adoption.privacy.groups import Minimum
from adoption.readiness.items import Checklist, ChecklistItem
from adoption.readiness.readiness import Readiness
from adoption.reports.programme.part import Part, Span
from adoption.reports.recommendations import PROGRAMME, Finding, Recommendation
from adoption.reports.rich_text import (
    RichText,
    Section,
    Table,
    UntrustedText,
    counted,
    day_in_words,
    percent,
)
from adoption.rollout.models import WaveState
from adoption.rollout.wave import Wave
from adoption.rollout.waves import Waves
from adoption.usage.queries import UseReader

_LATE = 0.58
_MOST_NAMED = 3


def readiness_part(reader: UseReader, span: Span, minimum: Minimum) -> Part:
    """The checklists of the waves that are planned; empty where none is."""
    planned = [wave for wave in Waves(reader.engine).all() if wave.state is WaveState.PLANNED]
    lists = {wave.name: Readiness(reader.engine).of(wave) for wave in planned}
    if not planned:
        return Part()
    lines = [_line(wave, lists[wave.name]) for wave in planned]
    rows = [_row(wave, lists[wave.name]) for wave in planned]
    columns = ["Wave", "Go-live", "Ready", "Share ready", "Not ready yet"]
    today = span.last + timedelta(days=1)
    found = [finding for w in planned for finding in _late(w, lists[w.name], today)]
    return Part(Section("readiness", "Readiness", lines, Table(columns, rows)), found)


def item_text(item: ChecklistItem) -> RichText:
    """What is missing: what the data say, or else the item's title."""
    if item.check and item.check.missing:
        return (UntrustedText(item.check.missing),)
    return (UntrustedText(item.title),)


def _line(wave: Wave, found: Checklist) -> RichText:
    ready = f"{found.ready} of {len(found.items)} items ready ({percent(found.share)})"
    if not found.missing:
        return (UntrustedText(wave.name), f": {ready}.")
    return (UntrustedText(wave.name), f": {ready}. Not ready yet: ", *_named(found), ".")


def _row(wave: Wave, found: Checklist) -> list[str]:
    missing = UntrustedText("".join(_named(found))) if found.missing else "–"
    ready = f"{found.ready} of {len(found.items)}"
    go_live = wave.plan.go_live.isoformat()
    return [UntrustedText(wave.name), go_live, ready, percent(found.share), missing]


def _named(found: Checklist) -> Iterator[str]:
    for at, item in enumerate(found.missing[:_MOST_NAMED]):
        yield ". " if at else ""
        yield from item_text(item)
    more = len(found.missing) - _MOST_NAMED
    if more > 0:
        yield f". And {more} more"


def _late(wave: Wave, found: Checklist, today: date) -> Iterator[Finding]:
    late = [item for item in found.missing if item.is_late(today)]
    if not late:
        return
    name, items = UntrustedText(wave.name), counted(len(late), "item")
    text: RichText = ("Get ready for ", name, ": ", *item_text(late[0]), ".")
    evidence = f"{items} should be ready by now; go-live on {day_in_words(wave.plan.go_live)}"
    action = Recommendation(f"readiness:{wave.id}", text, (evidence,), PROGRAMME)
    verb = "is" if len(late) == 1 else "are"
    yield Finding(_LATE, (f"{items} of the checklist for ", name, f" {verb} late."), action)
