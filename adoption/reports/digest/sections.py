"""The digest as sections in the order in which it is read, for every format alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from adoption.privacy.groups import OTHERS
from adoption.reports.digest.digest import Digest, Tally
from adoption.reports.digest.use_section import GroupUse
from adoption.reports.wording import Line, Section, Table, Words, percent, share_in_words

NOTHING = "nothing this week"
# The further reasons of a tool are in the JSON.
_MOST_REASONS = 5


def sections(digest: Digest) -> list[Section]:
    """All sections; those that need data nobody brought in are left out."""
    made = [
        Section("changed", "What changed", digest.headline, plain=True),
        Section("figures", "Figures", table=_figures(digest)),
    ]
    if digest.use.known:
        made.append(Section("tools", "Use by tool", table=_use("tool", digest.use.tools)))
    if digest.use.teams:
        made.append(Section("teams", "Use by team", table=_use("team", digest.use.teams)))
    made.append(Section("gaps", "What could not be answered", _tallies(digest.unanswered)))
    if digest.overrides or digest.use.known:
        made.append(Section("overrides", "Why people override", _overrides(digest)))
    made.append(Section("topics", "What people asked about", _tallies(digest.topics)))
    if digest.themes:
        made.append(Section("themes", "What they say", _themes(digest)))
    if digest.stories:
        made.append(Section("stories", "Stories", _stories(digest)))
    made.append(Section("reasons", "Why answers did not help", _tallies(digest.reasons)))
    if digest.mend:
        made.append(Section("mend", "Content to mend", _mend(digest)))
    if digest.followed:
        made.append(Section("followed", "You said, we did", _followed(digest)))
    if digest.actions:
        made.append(Section("actions", "What to do", _actions(digest)))
    return made


def in_words(time: timedelta | None) -> str:
    """A time as people say it: `45 min`, `3 h`, `2 days`, or `–`."""
    if time is None:
        return "–"
    minutes = time.total_seconds() / 60
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"


def _figures(digest: Digest) -> Table:
    now, before, use, was = digest.figures, digest.before, digest.use.now, digest.use.before
    rows = [
        ("questions", str(now.questions), str(before.questions)),
        ("people", str(now.people), str(before.people)),
        ("answered", share_in_words(now.answered), share_in_words(before.answered)),
        ("helpful", share_in_words(now.helpful), share_in_words(before.helpful)),
    ]
    if now.handed_on or before.handed_on:
        rows += [
            ("contained", share_in_words(now.contained), share_in_words(before.contained)),
            ("time to answer", in_words(now.to_answer), in_words(before.to_answer)),
            ("waiting", str(now.waiting), str(before.waiting)),
        ]
    if digest.use.known:
        rows += [
            ("eligible", str(use.eligible), str(was.eligible)),
            ("active", share_in_words(use.weekly), share_in_words(was.weekly)),
            ("in 28 days", share_in_words(use.adoption), share_in_words(was.adoption)),
            ("habit", share_in_words(use.habit), share_in_words(was.habit)),
            ("stickiness", percent(use.stickiness), percent(was.stickiness)),
            ("dormant", share_in_words(use.dormant), share_in_words(was.dormant)),
            ("never used", share_in_words(use.never_used), share_in_words(was.never_used)),
            ("accepted", share_in_words(use.acceptance), share_in_words(was.acceptance)),
            ("overridden", share_in_words(use.overrides), share_in_words(was.overrides)),
        ]
    return Table(("", "this week", "the week before"), rows)


def _use(what: str, groups: Sequence[GroupUse]) -> Table:
    rows = []
    for group in groups:
        name = group.name if group.name == OTHERS else Words(group.name)
        arrow = {1: " ↑", -1: " ↓", 0: ""}[group.direction]
        row = [name, share_in_words(group.now.weekly) + arrow, share_in_words(group.before.weekly)]
        row.append(share_in_words(group.now.habit))
        if what == "tool":
            row.append(share_in_words(group.now.overrides))
        rows.append(row)
    columns = [what, "active this week", "the week before", "habit"]
    return Table(columns + (["overridden"] if what == "tool" else []), rows)


def _tallies(tallies: Sequence[Tally]) -> list[Line]:
    return [(f"{tally.count} × ", Words(tally.name)) for tally in tallies]


def _overrides(digest: Digest) -> list[Line]:
    lines: list[Line] = []
    for tool in digest.overrides:
        told = []
        for reason in tool.reasons[:_MOST_REASONS]:
            arrow = {1: " ↑", -1: " ↓", 0: ""}[reason.direction]
            told.append(f"{reason.reason} {percent(reason.share.value)}{arrow}")
        lines.append((Words(tool.tool), f", {tool.count} overrides: {'; '.join(told) or '–'}"))
    return lines


def _themes(digest: Digest) -> list[Line]:
    lines: list[Line] = []
    for theme in digest.themes:
        trend = "new" if theme.new else f"{theme.before} the week before"
        line: Line = (f"{theme.size} × ", Words(theme.name), f" ({trend})")
        for quote in theme.quotes:
            line += (" “", Words(quote), "”")
        lines.append(line)
    return lines


def _stories(digest: Digest) -> list[Line]:
    lines: list[Line] = []
    for story in digest.stories:
        line: Line = ("“", Words(story.text), "”")
        if story.tool:
            line += (", ", Words(story.tool))
        if story.minutes:
            least, most = (f"{minutes:.0f}" for minutes in story.minutes)
            line += (f", saves {least if least == most else f'{least}–{most}'} min a week",)
        lines.append(line)
    return lines


def _mend(digest: Digest) -> list[Line]:
    lines: list[Line] = []
    for guide in digest.mend:
        why = f": {guide.reason}" if guide.reason else ""
        said = [f"{guide.thumbs_down} thumbs down{why}"] if guide.thumbs_down > 1 else []
        if guide.overdue:
            said.append(f"{guide.answers} × cited, {guide.overdue}")
        line: Line = (Words(guide.title), f", {'; '.join(said)}")
        lines.append((*line, " (", Words(guide.owner), ")") if guide.owner else line)
    return lines


def _followed(digest: Digest) -> list[Line]:
    return [
        ("You said: ", Words(point.said), " We did: ", Words(point.did or "nothing yet."))
        for point in digest.followed
    ]


def _actions(digest: Digest) -> list[Line]:
    return [
        (*action.text, " (", *action.evidence, "; ", Words(action.owner), ")")
        for action in digest.actions
    ]
