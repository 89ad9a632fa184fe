"""Sources of guides, synced by their schedule."""

from slack_bolt import App

from bot.container import Container
from bot.feature import Feature
from bot.features.sources.jobs import JOBS, schedules


def _no_listeners(app: App, container: Container) -> None:
    """Only the clock starts it."""


FEATURE = Feature(register=_no_listeners, jobs=JOBS, schedules=schedules)
