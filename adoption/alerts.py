"""Alerts: what an admin should look at before the next digest, each raised once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from adoption.digest import Digest
from adoption.directory import writing
from adoption.measures import Share, changed
from adoption.reading import UseReader
from adoption.rollups import upsert
from adoption.voice_models import AlertRow
from adoption.wording import Line, Words, joined, percent


@dataclass(frozen=True)
class Thresholds:
    """When an alert is raised.

    Attributes:
        low_use: adoption under this share is an alert. Without change management, use falls
            below 20 % within three months of launch.
        settled: days since the first use from which on low use counts.
        silent: days without a word from a tool that was in use.
    """

    low_use: float = 0.2
    settled: int = 28
    silent: int = 7


@dataclass(frozen=True)
class Alert:
    """Something that crossed a threshold.

    Attributes:
        key: names the occasion; the same key is raised once.
        look_at: what to do first.
    """

    key: str
    text: Line
    look_at: Line


def alerts_of(
    digest: Digest, reader: UseReader, thresholds: Thresholds | None = None
) -> list[Alert]:
    """The alerts of a week, from its digest, which shows no group that is too small."""
    limits = thresholds or Thresholds()
    sunday = digest.week.monday + timedelta(days=6)
    return [
        *_low_use(digest, reader, sunday, limits),
        *_overrides(digest),
        *_answers(digest),
        *_silent(reader, sunday, limits),
    ]


def raise_new(engine: Engine, alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """The alerts that were never raised before, written down as raised.

    Several workers may call this at once: each alert goes to one of them.
    """
    new = []
    with writing(engine) as connection:
        for alert in alerts:
            row = {"key": alert.key[:255], "text": joined(alert.text), "raised_at": now}
            insert = upsert(connection, AlertRow).values(row).on_conflict_do_nothing()
            if connection.execute(insert.returning(AlertRow.key)).first() is not None:
                new.append(alert)
    return new


def _low_use(
    digest: Digest, reader: UseReader, sunday: date, limits: Thresholds
) -> Iterable[Alert]:
    firsts = reader.uses(sunday, sunday).first_days
    scopes: list[tuple[str, Share, date | None]] = [
        ("", digest.use.now.adoption, _earliest(firsts.values()))
    ]
    scopes += [
        (tool.name, tool.now.adoption, _earliest([firsts.get(tool.name, {})]))
        for tool in digest.use.tools
    ]
    for name, share, first in scopes:
        if first is None or share.value is None or (sunday - first).days < limits.settled:
            continue
        if share.value < limits.low_use:
            who: Line = (Words(name),) if name else ("AI tools",)
            yield Alert(
                f"low-use:{name}:{sunday:%Y-%m}",
                (
                    *who,
                    f": {percent(share.value)} of the eligible people used it in 28 days, under "
                    f"{percent(limits.low_use)}.",
                ),
                ("Look at the teams that never started, and name a champion in each.",),
            )


def _overrides(digest: Digest) -> Iterable[Alert]:
    for tool in digest.use.tools:
        if changed(tool.before.overrides, tool.now.overrides) > 0:
            yield Alert(
                f"overrides:{tool.name}:{digest.week}",
                (
                    Words(tool.name),
                    f" is overridden more: {percent(tool.now.overrides.value)}, "
                    f"{percent(tool.before.overrides.value)} the week before.",
                ),
                ("Look at the reasons in the digest, with the tool's owner.",),
            )


def _answers(digest: Digest) -> Iterable[Alert]:
    now, before = digest.figures, digest.before
    if changed(before.helpful, now.helpful) < 0:
        yield Alert(
            f"helpful:{digest.week}",
            (
                f"Fewer answers helped: {percent(now.helpful.value)}, "
                f"{percent(before.helpful.value)} the week before.",
            ),
            ("Look at the content to mend in the digest.",),
        )
    if changed(before.answered, now.answered) < 0:
        yield Alert(
            f"unanswered:{digest.week}",
            (
                f"Fewer questions were answered: {percent(now.answered.value)}, "
                f"{percent(before.answered.value)} the week before.",
            ),
            ("Look at what could not be answered, and have guides written.",),
        )


def _silent(reader: UseReader, sunday: date, limits: Thresholds) -> Iterable[Alert]:
    for tool, last in sorted(reader.last_days().items()):
        if limits.silent <= (sunday - last).days <= limits.silent * 8:
            yield Alert(
                f"silent:{tool}:{last}",
                (Words(tool), f" has told nothing of its use since {last}."),
                ("Look whether its export or its token still works.",),
            )


def _earliest(firsts: Iterable[dict[str, date]]) -> date | None:
    return min((day for days in firsts for day in days.values()), default=None)
