"""What admins are told at once: low use, more overrides, worse answers, a tool gone silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select

from adoption.db.writes import upsert, write_lock
from adoption.measures import changed
from adoption.privacy.groups import Minimum
from adoption.reports.digest.digest import Digest
from adoption.reports.digest.use_section import GroupUse
from adoption.reports.silent_tools import silent_tools
from adoption.reports.wording import Line, Words, percent
from adoption.tracking.models import AlertRow
from adoption.usage.queries import UseReader

# A tool that fewer use three months after people began with it has not been taken up.
LOW_USE, TRIAL = 0.20, timedelta(days=91)


@dataclass(frozen=True)
class Alert:
    """Something that admins should look at.

    Attributes:
        key: names the matter, so that it is told once.
        look: what to look at.
    """

    key: str
    text: Line
    look: Line


def alerts_of(
    digest: Digest, reader: UseReader, today: date, minimum: Minimum | None = None
) -> list[Alert]:
    """Everything in a week that asks for attention, by thresholds and intervals.

    A tool that fewer people than the minimum ever used is named by none.

    Args:
        minimum: the smallest group that is shown; 5 people where it is left out.
    """
    minimum = minimum or Minimum()
    return [
        *_low_use(digest, reader.beginnings(today, minimum.people), today),
        *_overrides(digest),
        *_answers(digest),
        *_silent(silent_tools(reader, today, minimum)),
    ]


def new_alerts(engine: Engine, found: list[Alert]) -> list[Alert]:
    """Those that were not raised before."""
    with engine.connect() as connection:
        raised = set(connection.scalars(select(AlertRow.key)))
    return [alert for alert in found if alert.key not in raised]


def keep_alert(engine: Engine, key: str, now: datetime) -> None:
    """Writes down that an alert was raised."""
    row = {"key": key, "raised_at": now}
    with write_lock(engine) as connection:
        connection.execute(upsert(connection, AlertRow).on_conflict_do_nothing(), [row])


def _low_use(digest: Digest, begun: Mapping[str, date], today: date) -> Iterator[Alert]:
    for tool in digest.use.tools:
        share = tool.now.adoption
        first = begun.get(tool.name)
        if first is None or today - first < TRIAL or share.interval is None:
            continue
        # Even the upper end of the interval is under the threshold.
        if share.interval[1] < LOW_USE:
            yield Alert(
                _key("low use", tool.name),
                (
                    "Three months after people began with it, ",
                    Words(tool.name),
                    f" is used by {percent(share.value)} of those who may.",
                ),
                ("Ask in the teams that never used it what is in the way.",),
            )


def _overrides(digest: Digest) -> Iterator[Alert]:
    for tool in digest.use.tools:
        now, then = tool.now.overrides, tool.before.overrides
        if changed(then, now) > 0:
            yield Alert(
                _key("overrides", tool.name, str(digest.week)),
                (
                    "Recommendations of ",
                    Words(tool.name),
                    f" are overridden more often: {percent(now.value)}, "
                    f"{percent(then.value)} the week before.",
                ),
                _reason(digest, tool),
            )


def _reason(digest: Digest, tool: GroupUse) -> Line:
    for told in digest.overrides:
        if told.tool == tool.name and told.reasons:
            return ("Look at the reason given most: ", told.reasons[0].reason, ".")
    return ("Look at the reasons under “Why people override” in the digest.",)


def _answers(digest: Digest) -> Iterator[Alert]:
    now, then = digest.figures, digest.before
    if changed(then.helpful, now.helpful) < 0:
        guide: Line = ("Look at the thumbs down and their reasons in the digest.",)
        if digest.mend:
            guide = ("Look at the guide “", Words(digest.mend[0].title), "”.")
        yield Alert(
            _key("helpful", str(digest.week)),
            (
                f"Fewer answers help: {percent(now.helpful.value)} of the thumbs are up, "
                f"{percent(then.helpful.value)} the week before.",
            ),
            guide,
        )
    if changed(then.answered, now.answered) < 0:
        gap: Line = ("Look at what could not be answered in the digest.",)
        if digest.unanswered:
            gap = ("Asked most without an answer: “", Words(digest.unanswered[0].name), "”.")
        yield Alert(
            _key("unanswered", str(digest.week)),
            (
                f"More questions stay without an answer: {percent(now.answered.value)} were "
                f"answered, {percent(then.answered.value)} the week before.",
            ),
            gap,
        )


def _silent(last: Mapping[str, date]) -> Iterator[Alert]:
    for tool, day in last.items():
        yield Alert(
            # The day names the silence. It is not told: it may be one person's last day.
            _key("silent", tool, day.isoformat()),
            (Words(tool), " has told of no use for more than a week."),
            ("Look whether its export or token still works.",),
        )


def _key(*parts: str) -> str:
    return ":".join(parts)[:255]
