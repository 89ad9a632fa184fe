"""Alerts by thresholds and intervals: use that fell, missed targets, overrides, worse answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select

from adoption.db.writes import upsert, write_lock
from adoption.privacy.disclosure import ShownShare
from adoption.privacy.groups import OTHERS, Minimum
from adoption.reports.alerts.silent_tools import silent_tools
from adoption.reports.digest.digest import Digest
from adoption.reports.rich_text import RichText, UntrustedText, percent
from adoption.reports.targets import MEASURES, Aim, Dimension, Targets, Verdict, share_of
from adoption.reports.use import GroupUse, UseFigures, WeeklyUse
from adoption.tracking.models import AlertRow
from adoption.usage.queries import UseReader

# A tool that fewer use three months after people began with it has not been adopted.
LOW_USE, TRIAL = 0.20, timedelta(days=91)
# Named figures, in the order in which a chart shows them.
Series = Sequence[tuple[str, ShownShare]]


@dataclass(frozen=True)
class Alert:
    """Something that admins should look at.

    Attributes:
        key: names the matter, so that it is raised once.
        next_step: what to look at.
        series: the figures behind it, for a chart; empty where there are none.
    """

    key: str
    text: RichText
    next_step: RichText
    series: Series = ()


def alerts_of(
    digest: Digest, reader: UseReader, today: date, minimum: Minimum | None = None
) -> list[Alert]:
    """Everything in a week that needs attention, against the past and against the targets.

    A tool that fewer people than the minimum ever used is not named.

    Args:
        minimum: the smallest group that is shown; 5 people where it is left out.
    """
    minimum = minimum or Minimum()
    return [
        *_falls(digest),
        *_targets(digest.use, Targets(reader.engine).all(), today),
        *_low_use(digest.use.tools, reader.beginnings(today, minimum.people), today),
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
    """Stores that an alert was raised."""
    row = {"key": key, "raised_at": now}
    with write_lock(engine) as connection:
        connection.execute(upsert(connection, AlertRow).on_conflict_do_nothing(), [row])


def _falls(digest: Digest) -> Iterator[Alert]:
    """Weekly or 28-day use that fell: of everybody, a team, or a tool."""
    use = digest.use
    whole = GroupUse("", use.now, use.before, use.month_before)
    groups = [(Dimension.ALL, whole)]
    groups += [(Dimension.TEAM, team) for team in use.teams]
    groups += [(Dimension.TOOL, tool) for tool in use.tools]
    for dimension, group in groups:
        now, before, month = group.now, group.before, group.month_before
        weekly = [("four weeks ago", month.weekly), ("last week", before.weekly)]
        monthly = [("four weeks ago", month.monthly)]
        for measure, now_share, past in (
            ("Weekly use", now.weekly, weekly),
            ("Use in 28 days", now.monthly, monthly),
        ):
            worst = [(when, then) for when, then in past if then.change_to(now_share) < 0]
            if worst:
                when, then = worst[-1]
                where = _whose(dimension, group.name)
                yield Alert(
                    _key("fall", measure, dimension.value, group.name, str(digest.week)),
                    (f"{measure}", *where, f" fell to {now_share}, from {then} {when}."),
                    _ask(dimension, group.name),
                    [*past, ("this week", now_share)],
                )
                break


def _whose(dimension: Dimension, name: str) -> RichText:
    if dimension is Dimension.ALL:
        return (" of all tools",)
    if name == OTHERS:
        return (" in the smaller teams",)
    return (" of " if dimension is Dimension.TOOL else " in ", UntrustedText(name))


def _ask(dimension: Dimension, name: str) -> RichText:
    if dimension is Dimension.TEAM and name != OTHERS:
        return ("Ask the champion and the lead of ", UntrustedText(name), " what changed.")
    return ("Check for an outage or holidays, then ask the champions what changed.",)


def _targets(use: WeeklyUse, aims: Sequence[Aim], today: date) -> Iterator[Alert]:
    """Targets that are clearly missed on their day, or clearly unmet where they have no day."""
    by_name: dict[tuple[Dimension, str], UseFigures] = {(Dimension.ALL, "all"): use.now}
    by_name |= {(Dimension.TEAM, team.name): team.now for team in use.teams}
    by_name |= {(Dimension.TOOL, tool.name): tool.now for tool in use.tools}
    for aim in aims:
        found = by_name.get((aim.dimension, aim.name))
        if found is None or (aim.by is not None and today < aim.by):
            continue
        share = share_of(aim.measure, found)
        if aim.verdict(share) is Verdict.MISSED:
            name = "all" if aim.dimension is Dimension.ALL else aim.name
            yield Alert(
                # Once a month, for as long as it is missed.
                _key("target", aim.measure, aim.dimension.value, name, f"{today:%Y-%m}"),
                (
                    f"The target for {MEASURES[aim.measure]}",
                    *_whose(aim.dimension, aim.name),
                    f" is missed: {share}, target {percent(aim.value)}.",
                ),
                ("Look at the recommendations in the digest, or change the target.",),
            )


def _low_use(tools: Sequence[GroupUse], begun: Mapping[str, date], today: date) -> Iterator[Alert]:
    for tool in tools:
        share, first = tool.now.monthly, begun.get(tool.name)
        if first is None or today - first < TRIAL or share.interval is None:
            continue
        # Even the upper end of the interval is under the threshold.
        if share.interval[1] < LOW_USE:
            yield Alert(
                _key("low use", tool.name),
                (
                    "Three months after people began with it, ",
                    UntrustedText(tool.name),
                    f" is used by {share} of those who may use it.",
                ),
                ("Ask the teams that never used it what is in the way.",),
            )


def _overrides(digest: Digest) -> Iterator[Alert]:
    for tool in digest.use.tools:
        now, then = tool.now.overrides, tool.before.overrides
        if then.change_to(now) > 0:
            name = UntrustedText(tool.name)
            yield Alert(
                _key("overrides", tool.name, str(digest.week)),
                ("People override ", name, f" more often: {now}, {then} last week."),
                _reason(digest, tool),
                [("last week", then), ("this week", now)],
            )


def _reason(digest: Digest, tool: GroupUse) -> RichText:
    for each in digest.overrides:
        if each.tool == tool.name and each.reasons:
            return ("The most frequent reason: ", UntrustedText(each.reasons[0].reason), ".")
    return ("Look at the reasons under “Why people override” in the digest.",)


def _answers(digest: Digest) -> Iterator[Alert]:
    now, then = digest.questions, digest.before
    if then.helpful.change_to(now.helpful) < 0:
        guide: RichText = ("Look at the thumbs down and their reasons in the digest.",)
        if digest.guides:
            guide = ("Look at the guide “", UntrustedText(digest.guides[0].title), "”.")
        yield Alert(
            _key("helpful", str(digest.week)),
            (f"Fewer answers help: {now.helpful} thumbs up, {then.helpful} last week.",),
            guide,
            [("last week", then.helpful), ("this week", now.helpful)],
        )
    if then.answered.change_to(now.answered) < 0:
        gap: RichText = ("Look at the questions without an answer in the digest.",)
        if digest.gaps:
            gap = ("Most asked without an answer: “", UntrustedText(digest.gaps[0].name), "”.")
        yield Alert(
            _key("unanswered", str(digest.week)),
            (f"Fewer questions get an answer: {now.answered}, {then.answered} last week.",),
            gap,
            [("last week", then.answered), ("this week", now.answered)],
        )


def _silent(last: Mapping[str, date]) -> Iterator[Alert]:
    for tool, day in last.items():
        yield Alert(
            # The day names the silence. It isn't shown: it may be one person's last day.
            _key("silent", tool, day.isoformat()),
            (UntrustedText(tool), " has reported no use for more than a week."),
            ("Check whether its export or token still works.",),
        )


def _key(*parts: str) -> str:
    return ":".join(parts)[:255]
