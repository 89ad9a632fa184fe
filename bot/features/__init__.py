"""The features, one folder each; adding one adds a folder and a line in `FEATURES`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import Any

from slack_bolt import App

from bot import access
from bot.container import Container, OnAnswered
from bot.feature import Feature
from bot.features import feedback, questions, ratings
from bot.features.channels import listeners as channels
from bot.features.commands import dispatch
from bot.features.desk import Desk
from bot.features.digest import listeners as admin
from bot.features.faqs import listeners as faqs
from bot.features.guides import listeners as guides
from bot.features.handoff import listeners as help
from bot.features.home import listeners as home
from bot.features.office import Office
from bot.features.overrides import listeners as overrides
from bot.features.privacy import listeners as privacy
from bot.features.stories import listeners as stories
from bot.jobs.job import Job
from bot.jobs.runtime import Schedule
from bot.settings import Settings

# In the order in which their listeners are asked whether an event is theirs.
FEATURES: tuple[Feature, ...] = (questions.FEATURE, ratings.FEATURE, feedback.FEATURE)


def all_jobs() -> tuple[Job[Any, Any], ...]:
    """Every kind of job."""
    return (*access.JOBS, *chain.from_iterable(each.jobs for each in FEATURES))


def all_schedules(settings: Settings) -> Sequence[Schedule]:
    """What the clock starts, by these settings."""
    return tuple(chain.from_iterable(each.schedules(settings) for each in FEATURES))


def all_on_answered() -> tuple[OnAnswered, ...]:
    """What features do once a question is answered."""
    return tuple(each.on_answered for each in FEATURES if each.on_answered is not None)


def register_listeners(
    app: App, container: Container, desk: Desk, office: Office | None = None
) -> None:
    """Connects every surface of the Slack app with the jobs, the desk and the programme."""
    # Bolt hands an event to the first listener that takes it. What is said in a help thread, or
    # where the app is to be silent, is no question; what is asked in a thread needs no mention.
    help.register(app, desk)
    channels.register(app, container, desk)
    overrides.register(app, desk)
    privacy.register(app, desk)
    if office is not None:
        desk.help.changed = partial(help.changed, office)
        stories.register(app, office)
        faqs.register(app, office)
        guides.register(app, office)
        home.register(app, office)
        admin.register(app, office)
    for feature in FEATURES:
        feature.register(app, container)
    words = tuple(chain.from_iterable(each.subcommands for each in FEATURES))
    dispatch.register(app, container, words, desk)
