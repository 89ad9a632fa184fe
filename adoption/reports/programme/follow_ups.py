"""Follow-ups in a digest and a report: how it goes, what is in the way, what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from adoption.follow_ups.counts import FollowUpCounts, GroupCounts, follow_up_counts
from adoption.follow_ups.models import Feeling, Obstacle
from adoption.privacy.groups import NO_GROUP, OTHERS, Minimum
from adoption.reports.programme.part import Part, Span
from adoption.reports.recommendations import Finding, Recommendation
from adoption.reports.rich_text import RichText, Section, Table, UntrustedText, counted, joined
from adoption.usage.queries import UseReader

# From this share of those who answered on, an obstacle calls for action.
_IN_THE_WAY = 0.3
_MOST_OBSTACLES = 3
OBSTACLES = {
    Obstacle.TIME: "no time to learn it",
    Obstacle.ACCESS: "no access or seat",
    Obstacle.KNOW_HOW: "not knowing how",
    Obstacle.RESULTS: "results that are not good enough",
    Obstacle.FIT: "no task that it fits",
}
# From the playbook's guides on resistance, training and champions.
_HELPS = {
    Obstacle.TIME: ("Take something off people's lists for two weeks", "Team leads"),
    Obstacle.ACCESS: ("Check seats, access and policy for those who got the tools", "Tool owners"),
    Obstacle.KNOW_HOW: ("Plan a hands-on session for those who got the tools", "Training lead"),
    Obstacle.RESULTS: ("Go through a case that went wrong together, and fix it", "Champions"),
    Obstacle.FIT: ("Show one task in each role that the tools fit", "Champions"),
}


def follow_ups_part(reader: UseReader, span: Span, minimum: Minimum) -> Part:
    """The follow-ups of some days; empty where there were none to show."""
    counts = follow_up_counts(reader.engine, span.first, span.last, minimum)
    if counts.is_empty:
        return Part()
    section = Section("follow_ups", "Follow-ups", list(_lines(counts)), _table(counts))
    return Part(section, list(_findings(counts.everybody)))


def _lines(counts: FollowUpCounts) -> Iterator[RichText]:
    everybody = counts.everybody
    if everybody.answered.value is not None:
        yield (
            f"Of about {counted(everybody.answered.size, 'person', 'people')} who were asked how "
            f"it goes, {everybody.answered} answered.",
        )
    if everybody.feelings:
        well, mixed, stuck = (everybody.feelings[each] for each in Feeling)
        yield (
            f"Of those who answered, {well} say it's going well, {mixed} say it's mixed, and "
            f"{stuck} are stuck.",
        )
        obstacles = [f"{name} ({everybody.obstacles[each]})" for each, name in _ranked(everybody)]
        if obstacles:
            yield (f"Most often in the way: {joined(obstacles)}.",)
    if counts.points:
        yield (
            f"About {counts.points} open points were handed to a person; {counts.solved} of them "
            "have an answer.",
        )
    kinds = [
        f"about {count} {name}"
        for count, name in ((counts.stories, "stories"), (counts.entries, "FAQ entries"))
        if count
    ]
    if kinds:
        yield (f"Practices that people shared became drafts of {joined(kinds)}.",)


def _ranked(group: GroupCounts) -> list[tuple[Obstacle, str]]:
    """The obstacles that were named most, each with its words."""
    known = [(share.value or 0.0, each) for each, share in group.obstacles.items()]
    wanted = [(value, each) for value, each in known if value and each in OBSTACLES]
    ranked = sorted(wanted, key=lambda pair: (-pair[0], list(OBSTACLES).index(pair[1])))
    return [(each, OBSTACLES[each]) for _, each in ranked[:_MOST_OBSTACLES]]


def _table(counts: FollowUpCounts) -> Table | None:
    if len(counts.teams) < 2:
        return None
    names = {OTHERS: "Smaller teams", NO_GROUP: "No team"}
    rows = [
        [names.get(name) or UntrustedText(name), *(str(group.feelings[each]) for each in Feeling)]
        for name, group in sorted(
            counts.teams.items(), key=lambda item: (item[0] in names, item[0])
        )
    ]
    return Table(["Team", *(each.capitalize() for each in Feeling)], rows)


def _findings(group: GroupCounts) -> Iterator[Finding]:
    for obstacle, name in _ranked(group)[:1]:
        share = group.obstacles[obstacle]
        if share.value is None or share.value < _IN_THE_WAY:
            return
        help, owner = _HELPS[obstacle]
        evidence: RichText = (
            f"{name}: {share} of about {counted(share.size, 'person', 'people')} who answered",
        )
        recommendation = Recommendation(f"follow-ups:{obstacle}", (f"{help}.",), evidence, owner)
        sentence: RichText = (f"In follow-ups, {share} say that {name} is in the way.",)
        yield Finding(0.35 + 0.3 * share.value, sentence, recommendation)
