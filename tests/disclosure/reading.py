"""How the attacker reads digests, reports and Home: use, questions, overrides and value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from adoption.follow_ups.counts import Upcoming
from adoption.follow_ups.occasions import TOOLS, TRAINING
from adoption.measures import Segment, Transition
from adoption.measures.use import MONTH_WEEKS
from adoption.privacy.disclosure import _PARTS, ShownShare
from adoption.reports.feedback.overrides import OTHER_REASONS
from adoption.reports.report.model import Report
from adoption.reports.use import UseFigures
from tests.disclosure import people
from tests.disclosure.attacker import ANYBODY, SHARES, Attacker, Key
from tests.disclosure.company import PLACES, REASONS, WEEK, since_of
from tests.disclosure.figures import SHARE, Figure, figures_in, of_share, size
from tests.disclosure.outputs import REPORT_WEEKS, Row, Shown
from tests.disclosure.people import STRANGER, Count, Kind, event, holds
from tests.disclosure.reading_counts import read_metrics, read_themes
from tests.disclosure.reading_nudges import read_campaign, read_preview
from tests.disclosure.reading_programme import read_programme
from tests.disclosure.reading_value import read_worth

_MEASURES = {
    "Weekly active": "weekly",
    "Monthly active (28 days)": "monthly",
    "Habitual users": "habitual",
    "Never used": "never_used",
}
_FUNNEL = _MEASURES | {"Eligible": "size", "Activated": "activated", "Power users": Segment.POWER}
# What the digest's rows say again of what its JSON says more exactly, and what is of nobody.
_AGAIN = {"headline", "figures", "actions", "teams", "tools", "readiness", "overrides", "topics"}
_AGAIN |= {"gaps", "reasons", "guides", "details", "followed", "places", "themes"}
_MOST = 1_000
_REPORT_AGAIN = {"targets", "readiness"}


def read_all(attacker: Attacker, shown: Shown, back: int) -> None:
    """Takes in everything that is shown of a week."""
    data = json.loads(shown.json)
    _read_use(attacker, data["use"], back)
    _read_questions(attacker, data, back)
    _read_overrides(attacker, data["overrides"], back)
    _read_report(attacker, shown.report, back)
    _read_start(attacker, shown.built, back)
    digest = [row for row in shown.digest if row.section not in _AGAIN]
    read_programme(attacker, digest, (), back, 1)
    programme = {"training", "rollout", "pulse", "follow_ups", "nudges"}
    report = [row for row in shown.report if row.section in programme]
    read_programme(attacker, report, shown.lines, back, REPORT_WEEKS)
    for line in shown.nudges:
        read_campaign(attacker, line, back)
    for tool, texts in shown.previews.items():
        read_preview(attacker, tool, texts, back)
    for team, due in shown.upcoming.items():
        _read_upcoming(attacker, team, due, back)
    _read_guide(attacker, shown.guide, back)
    read_themes(attacker, data["themes"], back)
    read_metrics(attacker, shown.metrics, back)


def _read_use(attacker: Attacker, data: Mapping[str, Any], back: int) -> None:
    everybody = attacker.kinds
    for own, ago in (("now", 0), ("before", 1), ("month_before", MONTH_WEEKS)):
        week = back + ago
        _add(attacker, week, None, everybody, _parsed(data[own]))
        _decided(attacker, (week, "all"), everybody, None, week, 1, data[own])
        teams = attacker.teams_among(kind for kind in everybody if kind.is_there(week))
        for group in data["teams"]:
            members = sorted(teams.get(group["name"], ()), key=str)
            _add(attacker, week, None, members, _parsed(group[own]))
        for group in data["tools"]:
            tool = group["name"]
            seated = attacker.seated(tool, week)
            _add(attacker, week, tool, seated, _parsed(group[own]))
            _decided(attacker, (week, tool), everybody, tool, week, 1, group[own])
    trend = {date.fromisoformat(day): _share(share) for day, share in data["trend"].items()}
    for place, monday in enumerate(sorted(trend, reverse=True)):
        attacker.add(back + place, None, "weekly", everybody, _figures(trend[monday]))


def _read_questions(attacker: Attacker, data: Mapping[str, Any], back: int) -> None:
    everybody = attacker.kinds
    for name, week in (("questions", back), ("before", back + 1)):
        asked, found = event("asked", week, week), data[name]
        answered = event("asked", week, week, (1, True))
        up, thumb = event("asked", week, week, (2, 1)), people.thumb(week, week)
        handed = people.handed_on(week, week)
        # Nobody has an answer from a person yet.
        for figure, whole in (
            ("questions", asked),
            ("people", asked),
            ("handed_on", handed),
            ("waiting", handed),
        ):
            attacker.read_count((week, figure, name), everybody, whole, found[figure])
        for figure, part, whole in (
            ("answered", answered, asked),
            ("resolved", people.resolved(week, week), asked),
            ("helpful", up, thumb),
        ):
            share = _figures(_share(found[figure]))
            attacker.learn_share((week, figure), everybody, part, whole, share)
            if not share:
                attacker.learn_few((week, figure, "few"), everybody, whole, some=False)
    counted = {
        "topics": event("asked", back, back, (1, True)),
        "gaps": event("asked", back, back, (1, False)),
        "reasons": event("asked", back, back, (2, -1)),
    }
    for name, count in counted.items():
        for each in data[name]:
            attacker.read_count((back, name), everybody, count, each["count"])
    for each in data["places"]:
        _read_place(attacker, each["name"], each["count"], back, 1)
    _read_guides(attacker, data["guides"], counted["reasons"], back)


def _read_guides(
    attacker: Attacker, guides: Sequence[Mapping[str, Any]], down: Count, back: int
) -> None:
    """All questions are answered from one guide, which is named where enough thumbs are down."""
    everybody, key = attacker.kinds, (back, "guides")
    for each in guides:
        attacker.learn_sum((*key, "enough"), everybody, down, attacker.minimum, _MOST)
        attacker.read_size(key, everybody, down, each["thumbs_down"])
    if not guides:
        attacker.learn_few((*key, "few"), everybody, down, some=False)


def _read_place(attacker: Attacker, name: str, count: int, back: int, weeks: int) -> None:
    """From where people ask: there are two places, so that no other is counted together."""
    surface = next(each.value for each, place in PLACES.items() if place == name)
    asked = event("asked", back, back + weeks - 1, (3, surface))
    attacker.read_size((back, weeks, name), attacker.kinds, asked, count)


def _read_overrides(attacker: Attacker, tools: Sequence[Mapping[str, Any]], back: int) -> None:
    for tool in tools:
        attacker.read_size(
            (back, "overrides"), attacker.kinds, event("override", back, back), tool["count"]
        )
        named = [each["code"] for each in tool["reasons"]]
        for each in tool["reasons"]:
            for share, first, last in (("share", back, back), ("before", back + 1, back + 4)):
                figures = _figures(_share(each[share]))
                _reason(attacker, each["code"], named, first, last, figures)


def _reason(
    attacker: Attacker,
    code: str,
    named: Sequence[str],
    first: int,
    last: int,
    figures: Sequence[Figure],
) -> None:
    others = [each.value for each in REASONS if each.value not in named]
    behind = others if code == OTHER_REASONS else [code]
    whole = event("override", first, last)
    part = people.gave(first, last, frozenset(behind))
    attacker.learn_share((first, last, "reason", code), attacker.kinds, part, whole, figures)


def _read_report(attacker: Attacker, rows: Sequence[Row], back: int) -> None:
    names = {
        dimension: {row.name for row in rows if row.section == dimension}
        for dimension in ("team", "wave", "cohorts")
    }
    mondays = sorted({row.name for row in rows if row.section == "trend"}, reverse=True)
    reasons = [row.name.split(": ", 1)[1] for row in rows if row.section == "overrides"]
    for row in rows:
        key = (back, "report", *row[:3])
        if row.section in ("all", "team", "wave", "tool"):
            _read_group(attacker, row, names.get(row.section, set()), back)
        elif row.section == "funnel":
            _measure(attacker, key, attacker.kinds, _FUNNEL[row.name], back, row.value)
        elif row.section == "trend":
            week = back + mondays.index(row.name)
            _measure(attacker, key, attacker.kinds, _MEASURES[row.figure], week, row.value)
        elif row.section == "segments":
            segment = Segment(row.name.removesuffix("s"))
            _measure(attacker, key, attacker.kinds, segment, back, row.value)
        elif row.section == "transitions":
            _measure(attacker, key, attacker.kinds, Transition(row.name), back, row.value)
        elif row.section == "cohorts":
            week = int(row.figure.removeprefix("Week "))
            members = attacker.group("wave", row.name, names["wave"], back)
            part, whole = (people.stayed(back, week, active=each) for each in (True, False))
            attacker.read_share(key, members, part, whole, row.value)
        elif row.section == "overrides":
            _read_reason(attacker, row, reasons, back)
        elif row.section == "places":
            _read_place(attacker, row.name, int(row.value), back, REPORT_WEEKS)
        elif row.section in ("worth", "value"):
            read_worth(attacker, row, names["wave"], back)
        else:
            programme = {"training", "rollout", "pulse", "follow_ups", "nudges"}
            assert row.section in _REPORT_AGAIN | programme, row


def _read_group(attacker: Attacker, row: Row, names: set[str], back: int) -> None:
    tool = row.name if row.section == "tool" else None
    key = (back, "report", row.section, row.name)
    if row.section in ("team", "wave"):
        kinds = attacker.group(row.section, row.name, names, back)
    else:
        kinds = attacker.seated(tool, back) if tool else attacker.kinds
    if row.figure == "Eligible, about":
        if row.value != "–":
            attacker.add(back, tool, "size", kinds, [size(int(row.value))])
    elif row.figure in ("Accepted", "Overridden"):
        what, last = row.figure.lower(), back + REPORT_WEEKS - 1
        part, whole = (people.decisions(back, last, tool, each) for each in (what, ""))
        attacker.read_share((*key, what), attacker.kinds, part, whole, row.value)
    else:
        _measure(attacker, key, kinds, _MEASURES[row.figure], back, row.value, tool)


def _measure(
    attacker: Attacker,
    key: Key,
    kinds: Sequence[Kind],
    measure: str,
    back: int,
    text: str,
    tool: str | None = None,
) -> None:
    there = [kind for kind in kinds if kind.is_there(back)]
    attacker.read_share(key, there, holds(measure, back, tool), ANYBODY, text)


def _read_reason(attacker: Attacker, row: Row, named: Sequence[str], back: int) -> None:
    last = back + REPORT_WEEKS - 1
    figures = figures_in(row.value)
    _reason(attacker, row.name.split(": ", 1)[1], named, back, last, figures)


def _read_start(attacker: Attacker, report: Report, back: int) -> None:
    """The shares at the beginning, which the page shows where they changed."""
    start, everybody = report.start_figures, attacker.kinds
    _add(attacker, back + MONTH_WEEKS, None, everybody, start)


def _read_upcoming(attacker: Attacker, team: str, due: Sequence[Upcoming], back: int) -> None:
    """Who is asked how it goes in the coming weeks; also of which tier is given away."""
    # Those of the team who will come are in it already.
    coming = attacker.those(lambda k: "now" in k.weeks or (back > 0 and k != STRANGER))
    there = [kind for kind in coming if kind.team == team]
    for each in due:
        key, since = (back, team, str(each)), each.due_on - timedelta(weeks=each.weeks)
        week = (WEEK.monday - since).days // 7
        if each.occasion == TOOLS:
            began = [kind for kind in there if since_of(kind) == since]
            attacker.read_size(key, began, ANYBODY, each.people)
        else:
            tier = frozenset({each.occasion.removeprefix(f"{TRAINING} ")})
            attacker.read_size(key, there, people.trained(week, week, tier), each.people)


def _read_guide(attacker: Attacker, texts: Sequence[str], back: int) -> None:
    asked, down = event("asked", 0, back, (1, True)), event("asked", 0, back, (2, -1))
    for text in texts:
        if found := re.search(r"About (\d+) answers", text):
            attacker.read_size((back, "guide"), attacker.kinds, asked, int(found[1]))
        for found in re.finditer(rf"({SHARE}) (?:of the )?thumbs", text):
            thumb = people.thumb(0, back)
            attacker.read_share((back, "guide", text), attacker.kinds, down, thumb, found[1])
    said = sum(text.startswith("“") for text in texts)
    assert said % 5 == 0, texts


def _add(
    attacker: Attacker,
    back: int,
    tool: str | None,
    kinds: Sequence[Kind],
    use: UseFigures,
) -> None:
    if use.eligible:
        # Every size is shown beside some share; alone it says that all are of that size.
        attacker.add(back, tool, "size", kinds, [size(use.eligible)])
    for measure in SHARES:
        attacker.add(back, tool, measure, kinds, _figures(getattr(use, measure)))
    if use.stickiness is not None:
        there = [kind for kind in kinds if kind.is_there(back)]
        _ratio(attacker, back, tool, there, use.stickiness)


def _ratio(
    attacker: Attacker, back: int, tool: str | None, kinds: Sequence[Kind], value: float
) -> None:
    """The mean of four weeks over the month, of all who were active, on the roster or not."""
    parts = min(p for p in _PARTS if abs(value * p - round(value * p)) < 1e-6)
    weeks = people.weeks_used(back, back + MONTH_WEEKS - 1, tool)
    month = people.used(back, back + MONTH_WEEKS - 1, tool)
    low, high = (MONTH_WEEKS * (value + off / parts) for off in (-1, 1))
    attacker.learn_mean((back, tool, "stickiness", tuple(kinds)), kinds, weeks, month, low, high)


def _decided(
    attacker: Attacker,
    key: Key,
    kinds: Sequence[Kind],
    tool: str | None,
    back: int,
    weeks: int,
    data: Mapping[str, Any],
) -> None:
    whole = people.decisions(back, back + weeks - 1, tool)
    for name, what in (("acceptance", "accepted"), ("overrides", "overridden")):
        part = people.decisions(back, back + weeks - 1, tool, what)
        figures = _figures(_share(data[name]))
        attacker.learn_share((*key, name), kinds, part, whole, figures)


def _figures(share: ShownShare) -> list[Figure]:
    found = of_share(share)
    return [found] if found else []


def _parsed(data: Mapping[str, Any]) -> UseFigures:
    """A group's figures as the JSON shows them."""
    return UseFigures(
        eligible=data["eligible"],
        weekly=_share(data["weekly"]),
        monthly=_share(data["monthly"]),
        habitual=_share(data["habitual"]),
        never_used=_share(data["never_used"]),
        stickiness=data["stickiness"],
    )


def _share(data: Mapping[str, Any] | None) -> ShownShare:
    return ShownShare(data["share"], data["step"], data["size"]) if data else ShownShare()
