"""What a week tells an admin to do: three sentences, and at most five actions with evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adoption.feedback.models import OverrideReason
from adoption.feedback.overrides import OTHER_REASONS, ToolOverrides
from adoption.measures import changed
from adoption.privacy.groups import OTHERS
from adoption.reports.digest.said_section import ToMend
from adoption.reports.digest.use_section import GroupUse, UseSection
from adoption.reports.figures import Figures, Tally
from adoption.reports.wording import Line, Words, percent

MOST_ACTIONS, SENTENCES = 5, 3
PROGRAMME = "AI programme team"
# A share of people who never used the tool from which on it is worth an invitation.
_MANY_NEVER = 0.2
# A single reason behind this share of a tool's overrides is worth an action without a rise.
_MAIN_REASON = 0.4

_REMEDIES = {
    OverrideReason.DOES_NOT_APPLY: "Say in the guide when it does not apply",
    OverrideReason.BAD_MOMENT: "Change when and to whom it speaks up",
    OverrideReason.DISAGREES: "Show why it recommends what it does",
    OverrideReason.NOT_POSSIBLE: "Clear what stands in the way (policy, access, cost)",
    OverrideReason.WRONG_DATA: "Have its data mended",
}


@dataclass(frozen=True)
class Action:
    """Something to do about a week.

    Attributes:
        subject: names the matter, the same from week to week.
        evidence: the figures that it rests on.
    """

    subject: str
    text: Line
    evidence: Line
    owner: str


@dataclass(frozen=True)
class Finding:
    """Something that changed or matters, with what to do about it.

    Attributes:
        weight: how much it matters beside others, 0 to 1; only orders them.
    """

    weight: float
    sentence: Line
    action: Action | None = None


def findings(
    use: UseSection,
    overrides: Sequence[ToolOverrides],
    figures: Figures,
    before: Figures,
    gaps: Sequence[Tally],
    mend: Sequence[ToMend],
    owners: Mapping[str, str],
) -> list[Finding]:
    """Everything that changed or calls for action, the weightiest first."""
    found = [
        *_teams(use.teams),
        *_reasons(overrides, owners),
        *_tools(use.tools, owners),
        *_all_use(use),
        *_answers(figures, before),
        *_content(gaps, mend),
        *_waiting(figures),
    ]
    return sorted(found, key=lambda finding: -finding.weight)


def headline(found: Sequence[Finding], use: UseSection, figures: Figures) -> list[Line]:
    """Three sentences on what changed and matters; where little did, they say how things are."""
    said = [finding.sentence for finding in found if finding.weight >= 0.5][:SENTENCES]
    return (said + list(_as_things_are(use, figures)))[:SENTENCES]


def actions(found: Sequence[Finding]) -> list[Action]:
    """At most five actions, one a matter, the weightiest first."""
    wanted: dict[str, Action] = {}
    for finding in found:
        if finding.action is not None:
            wanted.setdefault(finding.action.subject, finding.action)
    return list(wanted.values())[:MOST_ACTIONS]


def _teams(teams: Sequence[GroupUse]) -> Iterator[Finding]:
    for team in teams:
        now, then = team.now.weekly, team.before.weekly
        if team.since != "since last week":
            then = team.month_before
        if not team.direction or now.value is None or then.value is None:
            continue
        name: Line = ("the smaller teams",) if team.name == OTHERS else (Words(team.name),)
        moved = (
            f" {'fell' if team.direction < 0 else 'rose'} from {percent(then.value)} to "
            f"{percent(now.value)} of its people {team.since}."
        )
        sentence: Line = ("Weekly use in ", *name, moved)
        weight = 0.6 + 0.4 * abs(now.value - then.value)
        if team.direction > 0:
            yield Finding(weight - 0.2, sentence)
            continue
        evidence: Line = (
            f"{now.part} of {now.whole} people active, {then.part} of {then.whole} before",
        )
        text: Line = ("Ask the champion and the lead of ", *name, " what changed.")
        yield Finding(weight, sentence, Action(f"team:{team.name}", text, evidence, PROGRAMME))


def _reasons(overrides: Sequence[ToolOverrides], owners: Mapping[str, str]) -> Iterator[Finding]:
    for tool in overrides:
        for reason in tool.reasons:
            if reason.reason == OTHER_REASONS or reason.share.value is None:
                continue
            rose = reason.direction > 0
            if not rose and reason.share.value < _MAIN_REASON:
                continue
            was = f", up from {percent(reason.before.value)}" if rose else ""
            sentence: Line = (
                f"“{reason.reason}” is behind {percent(reason.share.value)} of the overrides of ",
                Words(tool.tool),
                f"{was}.",
            )
            remedy = _REMEDIES[OverrideReason(reason.reason.split(":")[0])]
            action = Action(
                f"override:{tool.tool}:{reason.reason}",
                (f"{remedy}: ", Words(tool.tool), f" is overridden for “{reason.reason}”."),
                (f"{reason.share.part} of {reason.share.whole} overrides with a reason",),
                owners.get(tool.tool, PROGRAMME),
            )
            grown = reason.share.value - (reason.before.value or 0)
            weight = 0.6 + 0.4 * max(0.0, grown) if rose else 0.35
            yield Finding(weight, sentence, action)


def _tools(tools: Sequence[GroupUse], owners: Mapping[str, str]) -> Iterator[Finding]:
    for tool in tools:
        then, now = tool.before.overrides, tool.now.overrides
        if changed(then, now) and now.value is not None and then.value is not None:
            rose = now.value > then.value
            sentence: Line = (
                Words(tool.name),
                f" is overridden {'more' if rose else 'less'}: {percent(now.value)} of what it "
                f"recommends, {percent(then.value)} the week before.",
            )
            action = Action(
                f"overrides:{tool.name}",
                ("Look through the latest overrides of ", Words(tool.name), " with its owner."),
                (f"{now.part} of {now.whole} recommendations overridden",),
                owners.get(tool.name, PROGRAMME),
            )
            weight = 0.55 + 0.4 * abs(now.value - then.value)
            yield Finding(weight, sentence, action if rose else None)


def _all_use(use: UseSection) -> Iterator[Finding]:
    now, then = use.now, use.before
    if changed(then.weekly, now.weekly) and now.weekly.value is not None:
        fell = now.weekly.value < (then.weekly.value or 0)
        yield Finding(
            0.9 if fell else 0.6,
            (
                f"Weekly use of all tools {'fell' if fell else 'rose'} from "
                f"{percent(then.weekly.value)} to {percent(now.weekly.value)} of the people.",
            ),
        )
    never = now.never_used
    if never.value is not None and never.value >= _MANY_NEVER:
        action = Action(
            "never-used",
            (f"Invite the {never.part} people who have never used a tool to a first session.",),
            (f"{percent(never.value)} of {never.whole} eligible people",),
            PROGRAMME,
        )
        yield Finding(0.3, (f"{percent(never.value)} have never used a tool.",), action)


def _answers(figures: Figures, before: Figures) -> Iterator[Finding]:
    for name, now, then in (
        ("answered", figures.answered, before.answered),
        ("found helpful", figures.helpful, before.helpful),
    ):
        direction = changed(then, now)
        if direction:
            yield Finding(
                0.7 if direction < 0 else 0.5,
                (
                    f"{'Fewer' if direction < 0 else 'More'} questions were {name}: "
                    f"{percent(now.value)}, {percent(then.value)} the week before.",
                ),
            )


def _content(gaps: Sequence[Tally], mend: Sequence[ToMend]) -> Iterator[Finding]:
    for gap in gaps[:2]:
        if gap.count > 1:
            action = Action(
                f"gap:{gap.name}"[:255],
                ("Write a guide that answers “", Words(gap.name), "”."),
                (f"asked {gap.count} times without an answer",),
                PROGRAMME,
            )
            sentence: Line = ("Nobody could be told: “", Words(gap.name), "”.")
            yield Finding(0.4, sentence, action)
    for guide in mend[:2]:
        why = f", mostly “{guide.reason}”" if guide.reason else ""
        voted = guide.thumbs_down > 1
        cited = f"{guide.answers} answers" if guide.answers > 1 else "an answer"
        action = Action(
            f"guide:{guide.title}"[:255],
            ("Mend" if voted else "Review", " the guide “", Words(guide.title), "”."),
            (
                f"{guide.thumbs_down} thumbs down{why}"
                if voted
                else f"cited by {cited}, {guide.overdue}",
            ),
            guide.owner or PROGRAMME,
        )
        said = "did not help." if voted else f"answers, but was {guide.overdue}."
        yield Finding(0.38 if voted else 0.33, ("“", Words(guide.title), f"” {said}"), action)


def _waiting(figures: Figures) -> Iterator[Finding]:
    if figures.waiting:
        one = figures.waiting == 1
        action = Action(
            "waiting",
            (
                "Answer the question that was handed on and still waits."
                if one
                else f"Answer the {figures.waiting} questions that were handed on and still wait.",
            ),
            (f"{figures.waiting} of {figures.handed_on} handed on this week",),
            PROGRAMME,
        )
        waits = "A question waits" if one else f"{figures.waiting} questions wait"
        yield Finding(0.45, (f"{waits} for a person.",), action)


def _as_things_are(use: UseSection, figures: Figures) -> Iterator[Line]:
    weekly = use.now.weekly
    if weekly.value is not None:
        yield (
            f"{weekly.part} of {weekly.whole} eligible people used an AI tool "
            f"({percent(weekly.value)}), not clearly more or fewer than the week before."
            if not changed(use.before.weekly, weekly)
            else f"{weekly.part} of {weekly.whole} eligible people used an AI tool.",
        )
    if figures.questions:
        asked = "one question" if figures.questions == 1 else f"{figures.questions} questions"
        yield (f"People asked {asked} and {percent(figures.answered.value)} got an answer.",)
    else:
        yield ("Nobody asked a question.",)
    if figures.helpful.whole:
        yield (f"{percent(figures.helpful.value)} of the thumbs were up.",)
    else:
        yield ("Nobody said whether an answer helped.",)
    yield ("Nothing else changed beyond chance.",)
