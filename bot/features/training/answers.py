"""Answers “When is the next training?” from the catalogue, for whoever asks."""

from __future__ import annotations

from pathlib import Path

from adoption.training.catalogue import Session
from bot.answering.facts import Asking, Fact, FactAnswer, examples_in
from bot.container import Container
from bot.features.training.blocks import when
from bot.features.training.offers import next_sessions
from bot.slack.zones import zone_of
from bot.texts import texts

_MOST = 3


def next_training(container: Container, asking: Asking) -> FactAnswer:
    """The next sessions that are for the asker, by the clocks of their zone."""
    say, sessions = texts("training"), next_sessions(container, asking.account)[:_MOST]
    if not sessions:
        return FactAnswer(say["none"])
    zone = zone_of(container.slack, asking.account, container.settings.zone)
    lines = [f"- {_title(each)}: {when(each, zone)}" for each in sessions]
    return FactAnswer("\n".join([say["next"], "", *lines, "", say["next_how"]]))


def _title(session: Session) -> str:
    return f"**{session.course.title}** ({texts('training')[f'tier_{session.course.tier}']})"


_EXAMPLES = examples_in(Path(__file__).parent / "examples.toml")
FACTS = (Fact("training", _EXAMPLES["training"], next_training, _EXAMPLES["guides"]),)
