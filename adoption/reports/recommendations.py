"""A week for an admin: one headline, and at most five things to do with their evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from adoption.feedback.models import OverrideReason
from adoption.privacy.groups import OTHERS, Minimum
from adoption.reports.feedback.overrides import OTHER_REASONS, ToolOverrides
from adoption.reports.guides import GuideToFix
from adoption.reports.questions import Gap, QuestionFigures
from adoption.reports.rich_text import RichText, UntrustedText
from adoption.reports.use import GroupUse, WeeklyUse

MOST_RECOMMENDED = 5
PROGRAMME = "AI programme team"
NOT_OVER: RichText = ("This week isn't over yet. Its figures come with the digest on Monday.",)
# From this share of people who never used a tool on, an invitation is worth while.
_MANY_NEVER = 0.2
# A reason behind this share of a tool's overrides calls for action even where it did not grow.
_MAIN_REASON = 0.4

_REMEDIES = {
    OverrideReason.DOES_NOT_APPLY: "Say in the guide when it does not apply",
    OverrideReason.BAD_MOMENT: "Change when and to whom it speaks up",
    OverrideReason.DISAGREES: "Show why it recommends what it does",
    OverrideReason.NOT_POSSIBLE: "Remove the obstacle (policy, access, cost)",
    OverrideReason.WRONG_DATA: "Have its data corrected",
}


_OVERRIDE, _GUIDE = "override:", "guide:"
_OVERRIDE_SUBJECT = re.compile(
    rf"{_OVERRIDE}(?P<tool>.+):(?P<code>(?:{'|'.join(OverrideReason)})(?:: .+)?)", re.DOTALL
)


@dataclass(frozen=True)
class Recommendation:
    """Something to do this week.

    Attributes:
        subject: names the matter, the same from week to week.
        evidence: the figures behind it.
    """

    subject: str
    text: RichText
    evidence: RichText
    owner: str


@dataclass(frozen=True)
class Finding:
    """Something that changed or matters, and what to do about it.

    Attributes:
        weight: how much it matters beside other findings, 0 to 1; only orders them.
    """

    weight: float
    sentence: RichText
    recommendation: Recommendation | None = None


def findings(
    use: WeeklyUse,
    overrides: Sequence[ToolOverrides],
    now: QuestionFigures,
    before: QuestionFigures,
    gaps: Sequence[Gap],
    guides: Sequence[GuideToFix],
    owners: Mapping[str, str],
) -> list[Finding]:
    """Everything that changed or calls for action, the weightiest first.

    Args:
        owners: who owns each tool.
    """
    found = [
        *_teams(use.teams),
        *_reasons(overrides, owners),
        *_tools(use.tools, owners),
        *_all_use(use),
        *_answers(now, before),
        *_gaps(gaps),
        *_guides(guides),
        *_waiting(now),
    ]
    return by_weight(found)


def by_weight(*found: Iterable[Finding]) -> list[Finding]:
    """All findings, the weightiest first."""
    return sorted(chain.from_iterable(found), key=lambda finding: -finding.weight)


def too_few(minimum: Minimum, people: int) -> RichText:
    """Why no figures about people are shown, in a company of so many; nothing where they are."""
    if not minimum.hides_all_of(people):
        return ()
    return (
        f"The roster has fewer than {minimum.people} people. Figures about so few would show what "
        "somebody did, so there are none: ask people how it goes.",
    )


def headline(
    found: Sequence[Finding],
    use: WeeklyUse,
    questions: QuestionFigures,
    why_none: RichText = (),
) -> RichText:
    """The one sentence a busy reader should take away.

    Args:
        why_none: why there are no figures about people; nothing where there are.
    """
    if why_none:
        return why_none
    if found and found[0].weight >= 0.5:
        return found[0].sentence
    weekly = use.now.weekly
    if weekly.value is not None:
        return (f"{weekly} of people used an AI tool this week: no clear change.",)
    if questions.questions:
        return (f"People asked about {questions.questions} questions this week.",)
    if questions.questions is None:
        return ("People asked a few questions this week.",)
    return ("Nothing was reported this week.",)


def recommendations(found: Sequence[Finding]) -> list[Recommendation]:
    """At most five, one a matter, the weightiest first."""
    wanted: dict[str, Recommendation] = {}
    for finding in found:
        if finding.recommendation is not None:
            wanted.setdefault(finding.recommendation.subject, finding.recommendation)
    return list(wanted.values())[:MOST_RECOMMENDED]


def override_in(subject: str) -> tuple[str, str] | None:
    """The tool and the reason's code in the subject of a recommendation; None for another one."""
    found = _OVERRIDE_SUBJECT.fullmatch(subject)
    return (found["tool"], found["code"]) if found else None


def may_be_named(subject: str, titles: Collection[str] | None) -> bool:
    """Whether a recommendation, by its subject, names no guide but those of these titles."""
    if titles is None or not subject.startswith(_GUIDE):
        return True
    # The record cuts long subjects.
    return any(f"{_GUIDE}{title}".startswith(subject) for title in titles)


def _teams(teams: Sequence[GroupUse]) -> Iterator[Finding]:
    for team in teams:
        since, then = team.compared
        now = team.now.weekly
        if not team.direction or now.value is None or then.value is None:
            continue
        name = "the smaller teams" if team.name == OTHERS else UntrustedText(team.name)
        fell = team.direction < 0
        moved = f" {'fell' if fell else 'rose'} from {then} to {now} {since}."
        weight = 0.6 + 0.4 * abs(now.value - then.value)
        sentence: RichText = ("Weekly use in ", name, moved)
        if not fell:
            yield Finding(weight - 0.2, sentence)
            continue
        text: RichText = ("Ask the champion and the lead of ", name, " what changed.")
        evidence: RichText = (f"weekly active {now}, {then} {_AGO[since]}",)
        subject = f"team:{team.name}"
        yield Finding(weight, sentence, Recommendation(subject, text, evidence, PROGRAMME))


_AGO = {"since last week": "last week", "in four weeks": "four weeks ago"}


def _owner(owners: Mapping[str, str], tool: str) -> str:
    """Who owns a tool, in words; an account of Slack's says nothing to whoever reads it."""
    owner = owners.get(tool, PROGRAMME)
    return "its owner" if ":" in owner and "@" not in owner else owner


def _reasons(overrides: Sequence[ToolOverrides], owners: Mapping[str, str]) -> Iterator[Finding]:
    for tool in overrides:
        for reason in tool.reasons:
            if reason.code == OTHER_REASONS or reason.share.value is None:
                continue
            rose = reason.direction > 0
            is_main = reason.share.value >= _MAIN_REASON
            name, label = UntrustedText(tool.tool), UntrustedText(reason.reason)
            was = f", up from {reason.before}" if rose else ""
            sentence: RichText = ("“", label, f"” is behind {reason.share} of overrides of ", name)
            remedy = _REMEDIES[OverrideReason(reason.code.split(":")[0])]
            recommendation = Recommendation(
                f"{_OVERRIDE}{tool.tool}:{reason.code}",
                (f"{remedy}: people override ", name, " because of “", label, "”."),
                (f"{reason.share} of about {tool.count} overrides{was}",),
                _owner(owners, tool.tool),
            )
            grown = reason.share.value - (reason.before.value or 0)
            # Enough people gave it to be shown: it comes again and again, and goes last.
            weight = 0.5 + 0.4 * max(0.0, grown) if rose else (0.35 if is_main else 0.2)
            yield Finding(weight, (*sentence, f"{was}."), recommendation)


def _tools(tools: Sequence[GroupUse], owners: Mapping[str, str]) -> Iterator[Finding]:
    for tool in tools:
        then, now = tool.before.overrides, tool.now.overrides
        moved = then.change_to(now)
        if not moved or now.value is None or then.value is None:
            continue
        name = UntrustedText(tool.name)
        often = "more" if moved > 0 else "less"
        sentence: RichText = (
            name,
            f" is overridden {often} often: {now} of its recommendations, {then} last week.",
        )
        recommendation = Recommendation(
            f"overrides:{tool.name}",
            ("Go through the latest overrides of ", name, " with its owner."),
            (f"{now} of recommendations overridden, {then} last week",),
            _owner(owners, tool.name),
        )
        weight = 0.55 + 0.4 * abs(now.value - then.value)
        yield Finding(weight, sentence, recommendation if moved > 0 else None)


def _all_use(use: WeeklyUse) -> Iterator[Finding]:
    now, then = use.now.weekly, use.before.weekly
    moved = then.change_to(now)
    if moved:
        verb = "rose" if moved > 0 else "fell"
        yield Finding(0.9 if moved < 0 else 0.6, (f"Weekly use {verb} from {then} to {now}.",))
    never = use.now.never_used
    if never.value is not None and never.value >= _MANY_NEVER:
        text: RichText = ("Invite the people who have never used a tool to a first session.",)
        evidence: RichText = (f"{never} of eligible people have never used one",)
        yield Finding(
            0.3,
            (f"{never} of people have never used a tool.",),
            Recommendation("never-used", text, evidence, PROGRAMME),
        )


def _answers(now: QuestionFigures, before: QuestionFigures) -> Iterator[Finding]:
    for verb, after, then in (
        ("got an answer", now.answered, before.answered),
        ("were found helpful", now.helpful, before.helpful),
    ):
        moved = then.change_to(after)
        if moved:
            what = "answers" if verb == "were found helpful" else "questions"
            sentence = (
                f"{'More' if moved > 0 else 'Fewer'} {what} {verb}: {after}, {then} last week."
            )
            yield Finding(0.7 if moved < 0 else 0.5, (sentence,))


def _gaps(gaps: Sequence[Gap]) -> Iterator[Finding]:
    for gap in [gap for gap in gaps if (gap.count or 0) > 1 or len(gap.wordings) > 1][:2]:
        times = (
            f"asked about {gap.count} times without an answer" if gap.count else "asked repeatedly"
        )
        text: RichText = ("Write an answer to “", UntrustedText(gap.name), "”.")
        recommendation = Recommendation(f"gap:{gap.name}", text, (times,), PROGRAMME)
        yield Finding(0.4, ("No guide answers “", UntrustedText(gap.name), "”."), recommendation)


def _guides(guides: Sequence[GuideToFix]) -> Iterator[Finding]:
    for guide in guides[:2]:
        title = UntrustedText(guide.title)
        if guide.is_disliked:
            why = f", mostly “{guide.reason}”" if guide.reason else ""
            verb, weight = "Fix", 0.38
            evidence = f"{guide.thumbs}{why}"
            problem = "” did not help."
        else:
            verb, weight = "Review", 0.33
            evidence = f"{guide.cited}, {guide.overdue}"
            problem = f"” answers questions, but was {guide.overdue}."
        recommendation = Recommendation(
            f"{_GUIDE}{guide.title}",
            (f"{verb} the guide “", title, "”."),
            (evidence,),
            guide.owner or PROGRAMME,
        )
        yield Finding(weight, ("“", title, problem), recommendation)


def _waiting(figures: QuestionFigures) -> Iterator[Finding]:
    if figures.waiting != 0:
        text: RichText = ("Answer the questions that still wait for a person.",)
        handed_on = "a few" if figures.handed_on is None else f"about {figures.handed_on}"
        waiting = "a few" if figures.waiting is None else f"about {figures.waiting}"
        evidence: RichText = (f"{handed_on} were handed on this week, and {waiting} wait",)
        recommendation = Recommendation("waiting", text, evidence, PROGRAMME)
        sentence: RichText = (f"{waiting.capitalize()} questions wait for a person.",)
        yield Finding(0.45, sentence, recommendation)
