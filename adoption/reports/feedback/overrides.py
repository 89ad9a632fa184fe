"""Why people override, by tool: the reasons of a span beside those of the four weeks before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import Connection, Engine, func, select

from adoption.feedback.models import OverrideReason, OverrideRow
from adoption.measures import Share
from adoption.privacy.disclosure import HIDDEN, ShownShare, show_count, show_share
from adoption.privacy.groups import OTHERS, Minimum, fold, how_many

_BEFORE = timedelta(weeks=4)
# Pseudonyms have none.
_SPACE = " "
# Stands for reasons that fewer people gave than may be shown.
OTHER_REASONS = "other reasons"


@dataclass(frozen=True)
class ReasonShare:
    """A reason for overriding a tool.

    Attributes:
        share: of the span's overrides with a known reason; `before` of the four weeks before,
            hidden where fewer people than may be shown gave the reason then.
        code: the reason as the record has it, `first: second` or `first`; `reason` is its label.
    """

    reason: str
    share: ShownShare
    before: ShownShare
    code: str = ""

    @property
    def direction(self) -> int:
        """1 where the reason has become more frequent, -1 where less, 0 where one cannot tell."""
        return self.before.change_to(self.share)


@dataclass(frozen=True)
class ToolOverrides:
    """The overrides of a tool in a span, by reason, the most frequent first.

    Attributes:
        count: how many, rounded to the nearest 5.
    """

    tool: str
    count: int
    reasons: Sequence[ReasonShare]


# By a reason's code, whoever gave it, once for each override; None stands for no known reason.
_Given = dict[str | None, list[str]]


def overrides_by_tool(
    engine: Engine,
    start: datetime,
    end: datetime,
    minimum: Minimum,
    label: Callable[[str], str] = str,
) -> list[ToolOverrides]:
    """The overrides from `start` up to but without `end`, those most overridden first.

    “Declined” without a reason is left out of the shares. Reasons that fewer people gave than the
    minimum are shown as one, or not at all where fewer gave any; a tool that fewer people
    overrode is left out.

    Args:
        label: what people read for a reason's code (`first: second` or `first`).
    """
    with engine.connect() as connection:
        now = _given(connection, start, end)
        before = _given(connection, start - _BEFORE, start)
    made = []
    for tool, given in sorted(now.items()):
        count = show_count([*chain.from_iterable(given.values())], minimum)
        if count:
            shares = _shares(given, before.get(tool, {}), minimum, label)
            made.append(ToolOverrides(tool, count, shares))
    return sorted(made, key=lambda found: (-found.count, found.tool))


def _given(connection: Connection, start: datetime, end: datetime) -> dict[str, _Given]:
    """By tool, who gave each reason; the database puts the people of a reason together."""
    query = (
        select(
            OverrideRow.tool,
            OverrideRow.reason,
            OverrideRow.detail,
            func.aggregate_strings(OverrideRow.person_id, _SPACE),
        )
        .where(OverrideRow.at >= start, OverrideRow.at < end)
        .group_by(OverrideRow.tool, OverrideRow.reason, OverrideRow.detail)
    )
    found: dict[str, _Given] = {}
    for tool, reason, detail, people in connection.execute(query):
        by_reason = found.setdefault(tool, {})
        by_reason.setdefault(_label(reason, detail), []).extend(people.split(_SPACE))
    return found


def _label(reason: OverrideReason, detail: str | None) -> str | None:
    if reason is OverrideReason.DECLINED:
        return None
    return f"{reason.value}: {detail}" if detail else reason.value


def _shares(
    now: _Given, then: _Given, minimum: Minimum, label: Callable[[str], str]
) -> list[ReasonShare]:
    names = _shown(now, minimum)
    if not names:
        return []

    gave, gave_before = _by_reason(now, names), _by_reason(then, names)

    def shown(code: str, reasons: Mapping[str, Sequence[str]]) -> ShownShare:
        part, whole = reasons.get(code, ()), list(chain.from_iterable(reasons.values()))
        if part and how_many(part) < minimum.people:
            return HIDDEN
        return show_share(Share.of(part, whole), minimum, how_many(whole))

    made = [
        ReasonShare(
            OTHER_REASONS if code == OTHER_REASONS else label(code),
            shown(code, gave),
            shown(code, gave_before),
            code,
        )
        for code in gave
    ]
    # By what is shown: the order of the exact counts would say which is larger.
    last = OTHER_REASONS
    return sorted(made, key=lambda r: (r.code == last, -(r.share.value or 0.0), r.code))


def _by_reason(given: _Given, names: Mapping[str, str]) -> dict[str, list[str]]:
    """Whoever gave each reason, once for each override, by what the reason is shown as."""
    people: dict[str, list[str]] = {}
    for label, who in given.items():
        if label is not None:
            people.setdefault(names.get(label, OTHER_REASONS), []).extend(who)
    return people


def _shown(given: _Given, minimum: Minimum) -> dict[str, str]:
    """What each reason is shown as: itself, its first level, or “other reasons”.

    Nothing where fewer people than the minimum gave a reason at all.
    """
    people = {label: set(who) for label, who in given.items() if label is not None}
    first: dict[str, set[str]] = {}
    level = {}
    for label, who in people.items():
        level[label] = label if how_many(who) >= minimum.people else label.split(":")[0]
        first.setdefault(level[label], set()).update(who)
    to = fold({label: how_many(who) for label, who in first.items()}, minimum)
    folded = {label for label in first if to.get(label, OTHERS) == OTHERS}
    # One person may have given several reasons, and is one person in the fold as well.
    rest = sorted(first.keys() - folded, key=lambda label: (how_many(first[label]), label))
    while folded and how_many(_union(first, folded)) < minimum.people:
        if not rest:
            return {}
        folded.add(rest.pop(0))
    return {label: OTHER_REASONS if upper in folded else upper for label, upper in level.items()}


def _union(people: Mapping[str, set[str]], labels: Iterable[str]) -> set[str]:
    return set().union(*(people[label] for label in labels))
