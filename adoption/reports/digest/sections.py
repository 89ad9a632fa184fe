"""The digest as sections in the order in which it is read, for every format alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from adoption.privacy.disclosure import ShownShare
from adoption.privacy.groups import OTHERS
from adoption.reports.digest.digest import Digest
from adoption.reports.feedback.overrides import ToolOverrides
from adoption.reports.feedback.savings import HoursSaved
from adoption.reports.questions import Tally
from adoption.reports.rich_text import (
    EXAMPLE,
    RichText,
    Section,
    Table,
    UntrustedText,
    percent,
)
from adoption.reports.use import GroupUse

_MOST_REASONS = 5


def sections(digest: Digest) -> list[Section]:
    """All sections; those without content are left out."""
    use = digest.use
    made = [
        Section("headline", "In one sentence", [digest.headline], prose=True),
        Section("figures", "Key figures", table=_key_figures(digest)),
        Section("actions", "Do this week", _recommendations(digest)),
        Section("teams", "Weekly active by team", table=_use("Team", use.teams)),
        Section("tools", "Weekly active by tool", table=_use("Tool", use.tools)),
        *digest.programme,
        Section("gaps", "Questions without an answer", _gaps(digest)),
        Section("comments", "Comments", _comments(digest)),
        Section("themes", "Themes", _themes(digest)),
        Section("stories", "Stories", _stories(digest)),
        Section("saved", "Time saved", _saved(digest.saved), prose=True),
        Section("overrides", "Why people override", _overrides(digest.overrides)),
        Section("instead", "What people did instead", _did_instead(digest)),
        Section("guides", "Guides to fix", _guides(digest)),
        Section("followed", "You said, we did", _followed(digest)),
        Section("places", "Where people ask", _tallies(digest.places)),
        Section("topics", "Guides that answered", _tallies(digest.topics)),
        Section("reasons", "Why answers did not help", _tallies(digest.reasons)),
        # A week that isn't over has no figures.
        Section("details", "All figures", table=_details(digest) if digest.key_figures else None),
    ]
    if digest.is_example:
        made.insert(0, Section("example", "Example", [(EXAMPLE,)], prose=True))
    return [part for part in made if part.lines or (part.table and part.table.rows)]


def _saved(saved: HoursSaved | None) -> list[RichText]:
    if saved is None:
        return []
    hours = f"{saved.hours.low:,.0f} to {saved.hours.high:,.0f} hours"
    return [(f"Answers saved {hours}, according to about {saved.reports} reports.",)]


def in_words(time: timedelta | None) -> str:
    """A time as people say it: `45 min`, `3 h`, `2 days`, or `–`."""
    if time is None:
        return "–"
    minutes = time.total_seconds() / 60
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"


def _key_figures(digest: Digest) -> Table:
    rows = [
        (each.name, str(each.now), str(each.before), each.change or "–", percent(each.target))
        for each in digest.key_figures
    ]
    return Table(("", "This week", "Last week", "Change", "Target"), rows)


def _use(what: str, groups: Sequence[GroupUse]) -> Table:
    rows = []
    for group in groups:
        now, before = group.now, group.before
        change = "–" if now.weekly.value is None or before.weekly.value is None else _change(group)
        name = group.name if group.name == OTHERS else UntrustedText(group.name)
        row = [name, str(now.weekly), str(before.weekly), change, str(now.habitual)]
        rows.append([*row, str(now.overrides)] if what == "Tool" else row)
    columns = [what, "This week", "Last week", "Change", "Habitual users"]
    table = Table([*columns, "Overridden"] if what == "Tool" else columns, rows)
    return table.without_empty_columns()


def _change(group: GroupUse) -> str:
    if not group.direction:
        return "no clear change"
    return f"{'up' if group.direction > 0 else 'down'} {group.compared[0]}"


def _details(digest: Digest) -> Table:
    now, before, use, was = digest.questions, digest.before, digest.use.now, digest.use.before
    rows = [
        ("Questions", _people(now.questions), _people(before.questions)),
        ("People who asked", _people(now.people), _people(before.people)),
        ("Answered", str(now.answered), str(before.answered)),
        ("Time to answer", in_words(now.to_answer), in_words(before.to_answer)),
        ("Awaiting a person", _people(now.waiting), _people(before.waiting)),
    ]
    if digest.use.known:
        shares: list[tuple[str, ShownShare, ShownShare]] = [
            ("Monthly active (28 days)", use.monthly, was.monthly),
            ("Never used", use.never_used, was.never_used),
            ("Recommendations accepted", use.acceptance, was.acceptance),
            ("Recommendations overridden", use.overrides, was.overrides),
        ]
        rows += [("Eligible people, about", str(use.eligible), str(was.eligible))]
        rows += [(name, _with_interval(this), _with_interval(last)) for name, this, last in shares]
        rows += [("Stickiness", percent(use.stickiness), percent(was.stickiness))]
    return Table(("", "This week", "Last week"), rows)


def _people(people: int | None) -> str:
    return "too few to show" if people is None else f"about {people}" if people else "0"


def _with_interval(share: ShownShare) -> str:
    if share.interval is None:
        return "–"
    low, high = share.interval
    return f"{share} ({low * 100:.0f}–{high * 100:.0f} %)"


def _tallies(tallies: Sequence[Tally]) -> list[RichText]:
    return [
        (f"about {tally.count} × " if tally.count else "", UntrustedText(tally.name))
        for tally in tallies
    ]


def _gaps(digest: Digest) -> list[RichText]:
    made: list[RichText] = []
    for gap in digest.gaps:
        more = len(gap.wordings) - 1
        times = [f"asked about {gap.count} times"] if gap.count else []
        times += [f"in {more + 1} wordings"] if more > 0 else []
        made.append((UntrustedText(gap.name), f" ({', '.join(times)})" if times else ""))
    return made


def _overrides(overrides: Sequence[ToolOverrides]) -> list[RichText]:
    lines: list[RichText] = []
    for tool in overrides:
        line: RichText = (UntrustedText(tool.tool), f", about {tool.count} overrides")
        for place, reason in enumerate(tool.reasons[:_MOST_REASONS]):
            more = {1: ", more than before", -1: ", less than before", 0: ""}[reason.direction]
            start = ": " if place == 0 else "; "
            line += (start, UntrustedText(reason.reason), f" {reason.share}{more}")
        lines.append(line)
    return lines


def _did_instead(digest: Digest) -> list[RichText]:
    lines: list[RichText] = []
    for each in digest.did_instead:
        line: RichText = (UntrustedText(each.tool), ": ")
        if each.recommended:
            line += ("recommended “", UntrustedText(each.recommended), "”, ")
        line += ("done instead: “", UntrustedText(each.did), "” (", UntrustedText(each.reason), ")")
        lines.append(line)
    return lines


def _comments(digest: Digest) -> list[RichText]:
    return [
        ("“", UntrustedText(each.text), "”, ", UntrustedText(each.tool or "the programme"))
        for each in digest.comments
    ]


def _themes(digest: Digest) -> list[RichText]:
    lines: list[RichText] = []
    for theme in digest.themes:
        parts = [f"about {theme.size} mentions"]
        if theme.new:
            parts.append("new")
        elif theme.before is not None:
            parts.append(f"about {theme.before} last week" if theme.before else "none last week")
        line: RichText = ("“", UntrustedText(theme.name), f"” ({', '.join(parts)})")
        for quote in theme.quotes:
            line += (" “", UntrustedText(quote), "”")
        lines.append(line)
    return lines


def _stories(digest: Digest) -> list[RichText]:
    lines: list[RichText] = []
    for story in digest.stories:
        line: RichText = ("“", UntrustedText(story.text), "”")
        if story.tool:
            line += (", ", UntrustedText(story.tool))
        if story.minutes:
            line += (f", saves {story.minutes:.0f} min a week",)
        lines.append(line)
    return lines


def _guides(digest: Digest) -> list[RichText]:
    lines: list[RichText] = []
    for guide in digest.guides:
        why = f": {guide.reason}" if guide.reason else ""
        parts = [f"{guide.thumbs}{why}"] if guide.is_disliked else []
        if guide.overdue:
            parts.append(f"{guide.cited}, {guide.overdue}")
        line: RichText = (UntrustedText(guide.title), f", {'; '.join(parts)}")
        lines.append((*line, " (", UntrustedText(guide.owner), ")") if guide.owner else line)
    return lines


def _followed(digest: Digest) -> list[RichText]:
    return [
        (
            "Recommended: ",
            UntrustedText(point.said),
            " Done: ",
            UntrustedText(point.did or "nothing yet."),
        )
        for point in digest.followed
    ]


def _recommendations(digest: Digest) -> list[RichText]:
    return [
        (*each.text, " (", *each.evidence, "; owner: ", UntrustedText(each.owner), ")")
        for each in digest.recommendations
    ]
