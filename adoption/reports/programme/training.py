"""Training in a digest and a report: who used a tool before and after, and what calls for action.

What counts is use in the 14 days after a session, not who sat there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adoption.measures.training import AROUND, Active, Slot, compared_slots, use_around
from adoption.privacy.disclosure import ShownShare, show_people, show_share
from adoption.privacy.groups import OTHERS, Minimum, groups
from adoption.reports.programme.part import Part, Span
from adoption.reports.recommendations import PROGRAMME, Finding, Recommendation
from adoption.reports.rich_text import RichText, Section, Table, UntrustedText, counted
from adoption.training.models import Tier
from adoption.training.outcomes import Attended, Coming, Outcomes
from adoption.usage.queries import Coverage, UseReader

# Sessions of a quarter are looked at together: a single one has too few people.
_QUARTER = timedelta(weeks=13)
_TIERS = {tier.value: str(tier).capitalize() for tier in Tier} | {OTHERS: "Other tiers"}


@dataclass(frozen=True)
class Effect:
    """Use before and after the sessions of a quarter, as it may be shown.

    Attributes:
        people: how many were trained, rounded; None where they are too few.
    """

    people: int | None
    before: ShownShare
    after: ShownShare


def training_part(reader: UseReader, span: Span, minimum: Minimum) -> Part:
    """How training goes; empty where there is none."""
    outcomes, (_, end) = Outcomes(reader.engine), span.moments
    until = end - timedelta(days=AROUND)
    attended = outcomes.attended(until - _QUARTER, until)
    coming = outcomes.coming(end)
    unmarked = outcomes.unmarked(end - timedelta(days=30), end)
    if not attended and not coming and not unmarked:
        return Part()
    # A digest's message shows the first lines: the interval is for the report.
    lines: list[RichText] = []
    interval: list[RichText] = []
    found: list[Finding] = []
    table = None
    if attended:
        slots, tiers, active, left_out = _read(reader, attended)
        trained = effect_of(slots, active, minimum)
        others = _not_trained(reader, outcomes, slots, active, span.last, minimum)
        lines += _effect_lines(trained, others, left_out)
        interval += _interval_line(trained.after)
        found += _effect_findings(trained)
        table = _table(slots, tiers, active, minimum)
    lines += _coming_lines(coming)
    lines += interval
    found += [*_waiting(coming, minimum), *_unmarked([s.course.title for s in unmarked])]
    return Part(Section("training", "Training", lines, table), found)


def effect_of(slots: dict[str, Slot], active: Active, minimum: Minimum) -> Effect:
    """Use before and after, of the people of some slots."""
    around = use_around(slots, active)
    return Effect(
        show_people(slots, minimum) if slots else None,
        show_share(around.before, minimum),
        show_share(around.after, minimum),
    )


def _read(
    reader: UseReader, attended: Sequence[Attended]
) -> tuple[dict[str, Slot], dict[str, str | None], Active, bool]:
    """Each person's first session of the quarter, their highest tier, use around, what is missing.

    A later session would find use that the first one brought about. Sessions are left out around
    which nothing is known of use.
    """
    margin = timedelta(days=AROUND)
    first, last = attended[0].day - margin, attended[-1].day + margin
    active, coverage = reader.active_people(first, last), reader.coverage(first, last)
    held = {Slot(each.day, each.tools) for each in attended}
    covered = {slot for slot in held if is_covered(coverage, slot)}
    known = [each for each in attended if Slot(each.day, each.tools) in covered]
    slots: dict[str, Slot] = {}
    tiers: dict[str, Tier] = {}
    ranks = list(Tier)
    for each in known:
        slots.setdefault(each.person, Slot(each.day, each.tools))
        tiers[each.person] = max(each.tier, tiers.get(each.person, each.tier), key=ranks.index)
    named: dict[str, str | None] = {who: tier.value for who, tier in tiers.items()}
    return slots, named, active, len(known) < len(attended)


def is_covered(coverage: Coverage, slot: Slot) -> bool:
    """Whether use is known of at least half of the days before and after a session."""
    if not slot.tools:
        days = coverage.any_days
    else:
        days = frozenset().union(*(coverage.days.get(tool, frozenset()) for tool in slot.tools))
    return all(
        sum(first <= day <= last for day in days) * 2 >= AROUND
        for first, last in (slot.before, slot.after)
    )


def _not_trained(
    reader: UseReader,
    outcomes: Outcomes,
    slots: dict[str, Slot],
    active: Active,
    end: date,
    minimum: Minimum,
) -> Effect:
    """The same of those on the roster who were never trained, on the same days."""
    roster, held = reader.roster(), list(slots.values())
    people = roster.eligible(end) - outcomes.ever_trained()
    were = {slot: roster.eligible(slot.before[0]) for slot in set(held)}
    compared = {
        who: slot for who, slot in compared_slots(people, held).items() if who in were[slot]
    }
    return effect_of(compared, active, minimum)


def _effect_lines(trained: Effect, others: Effect, left_out: bool) -> Iterator[RichText]:
    if trained.people is None or trained.after.value is None:
        yield ("Too few people were trained in the last 13 weeks to show what came of it.",)
        return
    yield (
        f"About {counted(trained.people, 'person', 'people')} were trained in the 13 weeks for "
        f"which {AROUND} days have passed: {trained.before} of them used the tool in the {AROUND} "
        f"days before, {trained.after} in the {AROUND} days after.",
    )
    if others.after.value is not None:
        yield (
            f"Of people who were not trained, {others.before} used it on the same days before, "
            f"{others.after} after. People choose whether to come, so the difference is no proof "
            "that training caused it.",
        )
    if left_out:
        yield ("Sessions are left out around which the tools report no use.",)


def _interval_line(after: ShownShare) -> Iterator[RichText]:
    if after.interval is not None:
        low, high = after.interval
        yield (f"95 % interval of use after training: {low * 100:.0f} to {high * 100:.0f} %.",)


def _effect_findings(trained: Effect) -> Iterator[Finding]:
    moved = trained.before.change_to(trained.after)
    if trained.after.value is None or trained.before.value is None:
        return
    figures = f"{trained.before} before, {trained.after} after"
    if moved > 0:
        yield Finding(0.5, (f"More people used the tool after their training: {figures}.",))
    elif moved < 0 or trained.after.value <= trained.before.value:
        recommendation = Recommendation(
            "training:effect",
            ("Ask people of the last sessions what keeps them from using the tool.",),
            (f"use in the {AROUND} days around training: {figures}",),
            PROGRAMME,
        )
        sentence = (f"Use did not rise after training: {figures}.",)
        yield Finding(0.6 if moved < 0 else 0.42, sentence, recommendation)


def _table(
    slots: dict[str, Slot], tiers: dict[str, str | None], active: Active, minimum: Minimum
) -> Table | None:
    """The same by tier, where at least two groups of tiers may be shown."""
    parts = groups(tiers, minimum)
    if len(parts) < 2:
        return None
    order = [*_TIERS]
    rows = []
    for name in sorted(parts, key=order.index):
        effect = effect_of({who: slots[who] for who in parts[name]}, active, minimum)
        people = "–" if effect.people is None else f"{effect.people}"
        rows.append([_TIERS[name], people, str(effect.before), str(effect.after)])
    columns = ["Highest tier", "People", f"Used it {AROUND} days before", f"{AROUND} days after"]
    return Table(columns, rows)


def _coming_lines(coming: Sequence[Coming]) -> Iterator[RichText]:
    if not coming:
        yield ("No session is planned.",)
        return
    first = coming[0].session
    more = f", and {counted(len(coming) - 1, 'more session')}" if len(coming) > 1 else ""
    title = UntrustedText(first.course.title)
    yield ("Next: ", title, f" on {first.day:%a} {first.day.day} {first.day:%b}{more}.")


def _waiting(coming: Sequence[Coming], minimum: Minimum) -> Iterator[Finding]:
    by_course: dict[str, set[str]] = {}
    for each in coming:
        by_course.setdefault(each.session.course.title, set()).update(each.waiting)
    for course, waiting in by_course.items():
        people = show_people(waiting, minimum)
        if people:
            name = UntrustedText(course)
            text: RichText = ("Plan another session of ", name, ".")
            evidence: RichText = (f"about {people} people are on its wait list",)
            recommendation = Recommendation(f"training:{course}", text, evidence, PROGRAMME)
            sentence: RichText = (f"About {people} people wait for a seat in ", name, ".")
            yield Finding(0.4, sentence, recommendation)


def _unmarked(titles: Sequence[str]) -> Iterator[Finding]:
    if not titles:
        return
    more = f" and {counted(len(titles) - 1, 'other session')}" if len(titles) > 1 else ""
    name = UntrustedText(titles[0])
    text: RichText = ("Mark who came to ", name, f"{more}, or import the meeting's list.")
    recommendation = Recommendation(
        "training:attendance", text, ("without it, nobody has completed the training",), PROGRAMME
    )
    yield Finding(0.36, ("Nobody has marked who came to ", name, f"{more}."), recommendation)
