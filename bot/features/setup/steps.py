"""The steps of the set-up, and which of them are done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from adoption.reports.targets import Targets
from adoption.usage.queries import UseReader
from bot.container import Container
from knowledge.errors import IndexEmpty, IndexUnavailable


class Step(StrEnum):
    """The steps, in the order in which they are shown."""

    GUIDES = "guides"
    ROSTER = "roster"
    USAGE = "usage"
    TARGETS = "targets"
    CHAMPIONS = "champions"
    HELP_CHANNEL = "help_channel"
    ADMIN_CHANNEL = "admin_channel"
    STORIES_CHANNEL = "stories_channel"


CHANNELS = (Step.HELP_CHANNEL, Step.ADMIN_CHANNEL, Step.STORIES_CHANNEL)


@dataclass(frozen=True)
class StepState:
    """A step, and whether it is done."""

    step: Step
    is_done: bool


def steps_of(container: Container) -> list[StepState]:
    """Every step of the set-up."""
    record, settings = container.record, container.settings
    done = {
        Step.GUIDES: _has_guides(container),
        Step.ROSTER: not record.roster.is_empty(),
        Step.USAGE: UseReader(record.engine).first_day() is not None,
        Step.TARGETS: bool(Targets(record.engine).all()),
        Step.CHAMPIONS: bool(record.roles.champions()),
        Step.HELP_CHANNEL: bool(settings.help_channel),
        Step.ADMIN_CHANNEL: bool(settings.admin_channel),
        Step.STORIES_CHANNEL: bool(settings.stories_channel),
    }
    return [StepState(step, done[step]) for step in Step]


def _has_guides(container: Container) -> bool:
    try:
        return len(container.index.snapshot()) > 0
    except (IndexEmpty, IndexUnavailable):
        return False
