"""Answers “When is the next training?” from the catalogue, for whoever asks."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from bot.answering.facts import Asking, Fact, FactAnswer, examples_in
from bot.container import Container
from bot.features.training.blocks import when
from bot.features.training.offers import Offer, training_for
from bot.texts import texts

_MOST = 3


def next_training(container: Container, asking: Asking) -> FactAnswer:
    """The asker's seats and the next sessions that are for them, by the clocks of their zone."""
    say, training = texts("training"), training_for(container, asking.account)
    offers = [*training.seats, *training.fitting][:_MOST]
    if not offers:
        return FactAnswer(say["none"])
    lines = [_line(each, training.zone) for each in offers]
    ways_on = ["", say["next_how"]] if any(each.state is None for each in offers) else []
    return FactAnswer("\n".join([say["next"], "", *lines, *ways_on]))


def _line(offer: Offer, zone: ZoneInfo) -> str:
    say, course = texts("training"), offer.session.course
    state = f". {say[f'state_{offer.state}']}" if offer.state else ""
    tier = say[f"tier_{course.tier}"]
    return f"- **{course.title}** ({tier}): {when(offer.session, zone)}{state}"


_EXAMPLES = examples_in(Path(__file__).parent / "examples.toml")
FACTS = (Fact("training", _EXAMPLES["training"], next_training, _EXAMPLES["guides"]),)
