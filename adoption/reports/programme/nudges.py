"""Nudges in a digest and a report: what each campaign did, beside those who were held out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from adoption.nudges.effect import Effect, Known, effect_of
from adoption.nudges.nudges import Nudges
from adoption.privacy.groups import Minimum
from adoption.reports.programme.part import Part, Span
from adoption.reports.recommendations import PROGRAMME, Finding, Recommendation
from adoption.reports.rich_text import RichText, Section, UntrustedText
from adoption.usage.queries import UseReader

# A campaign is shown for so long: its effect is known after some three weeks, and exports come
# later than the use.
_SHOWN = timedelta(weeks=6)
# So long after the last day that counts, an effect is news.
_NEWS = timedelta(days=7)
# Intervals that are wider, in points, say nothing about the effect.
_WIDEST = 50
_WAITS = {
    Known.TOO_EARLY: "its effect is known after {until}.",
    Known.NOT_COVERED: "not enough data: no export covers every day up to {until}.",
    Known.TOO_FEW: "not enough data: too few people got it, or too few were held out.",
}


def nudges_part(reader: UseReader, span: Span, minimum: Minimum) -> Part:
    """The campaigns of the span and of the six weeks before it, the newest first."""
    effects = effects_of(reader.engine, span, minimum)
    if not effects:
        return Part()
    lines = [_line(each) for each in effects]
    return Part(
        Section("nudges", "Nudges", lines),
        [
            finding
            for each in effects
            if span.first - each.until <= _NEWS
            for finding in _findings(each)
        ],
    )


def effects_of(engine: Engine, span: Span, minimum: Minimum) -> list[Effect]:
    """What the campaigns of a span and of the six weeks before it did."""
    start, end = span.moments
    found = [each for each in Nudges(engine).campaigns(start - _SHOWN) if each.approved_at < end]
    with engine.connect() as connection:
        return [effect_of(connection, each, span.last, span.zone, minimum) for each in found]


def effect_in_words(effect: Effect) -> str:
    """What a campaign did, as a sentence without its name."""
    found = effect.difference
    if found is None:
        return _WAITS[effect.known].format(until=f"{effect.until.day} {effect.until:%B}")
    difference, low, high = (round(each * 100) for each in found)
    if high - low > _WIDEST and low <= 0 <= high:
        return _WAITS[Known.TOO_FEW]
    return (
        f"{effect.picked} of those it was for used the tool within two weeks, and "
        f"{effect.held_out} of those held out. The difference is {_points(difference)} points "
        f"(95 % interval {_points(low)} to {_points(high)}): {_verdict(low, high)}."
    )


def _points(number: int) -> str:
    """A number of points with its sign: `+12`, `−3`, `0`."""
    return f"{number:+d}".replace("-", "−") if number else "0"


def _verdict(low: int, high: int) -> str:
    if low > 0:
        return "it helped"
    if high < 0:
        return "fewer began"
    return "no clear effect"


def _line(effect: Effect) -> RichText:
    at = effect.campaign.approved_at
    name = UntrustedText(effect.campaign.tool)
    return (name, f", message of {at.day} {at:%B}: {effect_in_words(effect)}")


def _findings(effect: Effect) -> list[Finding]:
    """A clear effect; where people were put off, the message needs another look."""
    found = effect.difference
    if found is None or found[1] <= 0 <= found[2]:
        return []
    name, helped = UntrustedText(effect.campaign.tool), found[1] > 0
    evidence = f"{effect.picked} used it, {effect.held_out} of those held out"
    sentence: RichText = (
        "The message about ",
        name,
        f" {'helped' if helped else 'put people off'}: {evidence}.",
    )
    if helped:
        return [Finding(0.4, sentence)]
    text: RichText = ("Look at the message about ", name, " before the next one is sent.")
    subject = f"nudges:{effect.campaign.tool}"
    return [Finding(0.6, sentence, Recommendation(subject, text, (evidence,), PROGRAMME))]
