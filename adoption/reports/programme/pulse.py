"""The pulse in a digest and a report: the newest closed round, its barriers, and the trend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from adoption.privacy.groups import OTHERS, Minimum
from adoption.pulse.results import EVERYBODY, GroupResult, RoundResult, closed_rounds
from adoption.pulse.statements import BARRIER, ELEMENTS, HELPS, HIGHEST, LOWEST, Element
from adoption.reports.programme.part import Part, Span
from adoption.reports.recommendations import Finding, Recommendation
from adoption.reports.rich_text import RichText, Section, Table, UntrustedText, counted
from adoption.usage.queries import UseReader

# So many rounds are compared, and so long a round calls for action.
_ROUNDS = 6
_ACTED_ON = timedelta(weeks=8)
_MOST_BARRIERS, _MOST_NAMED, _MOST_COMMENTS = 3, 3, 5


def pulse_part(reader: UseReader, span: Span, minimum: Minimum) -> Part:
    """The rounds that closed until the end of a span; empty where there is none."""
    _, end = span.moments
    rounds = closed_rounds(reader.engine, end, minimum, _ROUNDS)
    if not rounds:
        return Part()
    newest = rounds[0]
    return Part(_section(rounds), _findings(newest) if end - newest.closed_at < _ACTED_ON else ())


def name_of(group: GroupResult) -> RichText:
    """A group as a sentence names it."""
    if group.kind == EVERYBODY:
        return ("everybody",)
    if group.name == OTHERS:
        return ("the smaller teams",)
    return (UntrustedText(group.name),)


def _section(rounds: Sequence[RoundResult]) -> Section:
    newest = rounds[0]
    title = f"Pulse of {_month(newest.first_on)}"
    if not newest.groups:
        return Section("pulse", title, [("Too few people answered to show anything.",)])
    rows = [_row(group) for group in newest.groups]
    columns = ["Group", "Answered", *(each.capitalize() for each in ELEMENTS), "Barrier"]
    lines = [*_barriers(newest), _answered(newest), *_trend(rounds), *_comments(newest)]
    return Section("pulse", title, lines, Table(columns, rows))


def _row(group: GroupResult) -> list[str]:
    means = [str(group.means[each]) for each in ELEMENTS]
    barrier = str(group.barrier).capitalize() if group.barrier else "–"
    return [_title(group), str(group.rate), *means, barrier]


def _title(group: GroupResult) -> str:
    if group.kind == EVERYBODY:
        return "Everybody"
    return "Smaller teams" if group.name == OTHERS else UntrustedText(group.name)


def _barriers(newest: RoundResult) -> Iterator[RichText]:
    for element in ELEMENTS:
        blocked = [group for group in newest.groups if group.barrier is element]
        if blocked:
            yield (f"{element.capitalize()} is the barrier ", *_listed(blocked, element), ".")
    if not any(group.barrier for group in newest.groups):
        yield ("No group has a barrier: every statement is above 3.",)


def _listed(groups: Sequence[GroupResult], element: Element) -> Iterator[str]:
    for at, group in enumerate(groups):
        yield _joint(at, len(groups))
        yield "for " if group.kind == EVERYBODY else "in "
        yield from name_of(group)
        yield f" ({group.means[element]} of {HIGHEST})"


def _joint(at: int, of: int) -> str:
    """What stands before an item of a list in a sentence."""
    return "" if at == 0 else " and " if at == of - 1 else ", "


def _answered(newest: RoundResult) -> RichText:
    group = newest.everybody
    if group is None:
        return ()
    answered = counted(group.answered, "person", "people")
    return (f"{group.rate} of those invited answered, about {answered}.",)


def _trend(rounds: Sequence[RoundResult]) -> Iterator[RichText]:
    """For everybody, each statement over the rounds, the oldest first."""
    known = [each.everybody for each in reversed(rounds) if each.everybody]
    if len(known) < 2:
        return
    for element in ELEMENTS:
        means = [group.means[element] for group in known]
        shown = " → ".join(str(mean) for mean in means)
        low, high = means[-1].interval
        moved = means[0].change_to(means[-1])
        verdict = {1: "up", -1: "down", 0: "no clear change"}[moved]
        yield (
            f"{element.capitalize()} over {len(means)} rounds: {shown} "
            f"(now {low:.1f} to {high:.1f}), {verdict}.",
        )


def _comments(newest: RoundResult) -> Iterator[RichText]:
    for text in list(dict.fromkeys(newest.comments))[:_MOST_COMMENTS]:
        yield ("“", UntrustedText(text), "”")


def _findings(newest: RoundResult) -> list[Finding]:
    """One for each barrier, the deepest first; none where rounding alone may have made it."""
    sure = [group for group in newest.groups if group.has_sure_barrier]
    found = [
        _finding(element, _deepest([group for group in sure if group.barrier is element]))
        for element in {group.barrier for group in sure}
        if element is not None
    ]
    return sorted(found, key=lambda each: -each.weight)[:_MOST_BARRIERS]


def _deepest(blocked: Sequence[GroupResult]) -> list[GroupResult]:
    """Teams; waves and everybody where no team is as deep: the deepest first."""
    wanted: list[GroupResult] = []
    for kind in ("team", "wave", EVERYBODY):
        least = min(map(_depth, wanted), default=float(HIGHEST))
        wanted += [group for group in blocked if group.kind == kind and _depth(group) < least]
    return sorted(wanted, key=_depth)


def _depth(group: GroupResult) -> float:
    """How much its people agree with the statement that is its barrier: the lower, the deeper."""
    return group.means[group.barrier].value if group.barrier else float(HIGHEST)


def _finding(barrier: Element, groups: Sequence[GroupResult]) -> Finding:
    """What holds these groups back, and what helps."""
    help = HELPS[barrier]
    text: RichText = (f"{help.text}.",)
    where: RichText = ("for everybody",)
    if groups[0].kind != EVERYBODY:
        where = ("in ", *_names(groups))
        text = ("In ", *_names(groups), f": {help.text[0].lower()}{help.text[1:]}.")
    evidence = tuple(_evidence(barrier, groups))
    advice = Recommendation(f"pulse:{barrier}", text, evidence, help.owner)
    weight = 0.5 + 0.3 * (BARRIER - _depth(groups[0])) / (BARRIER - LOWEST)
    return Finding(weight, ("What holds people back ", *where, f" is {barrier}."), advice)


def _names(groups: Sequence[GroupResult]) -> Iterator[str]:
    """The deepest by name, and how many others there are."""
    named = [name_of(group) for group in groups[:_MOST_NAMED]]
    if more := len(groups) - len(named):
        named.append((counted(more, "other group"),))
    for at, name in enumerate(named):
        yield _joint(at, len(named))
        yield from name


def _evidence(barrier: Element, groups: Sequence[GroupResult]) -> Iterator[str]:
    for at, group in enumerate(groups[:_MOST_NAMED]):
        mean = group.means[barrier]
        low, high = mean.interval
        if at:
            yield "; "
        if len(groups) > 1:
            yield from (*name_of(group), ": ")
        yield f"{barrier} {mean} of {HIGHEST} ({low:.1f} to {high:.1f}), "
        yield f"about {counted(mean.size, 'answer')}"


def _month(day: date) -> str:
    return f"{day:%B %Y}"
