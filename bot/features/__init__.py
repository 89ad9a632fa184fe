"""The features, one folder each; adding one adds a folder and a line in `FEATURES`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from slack_bolt import App

from bot import access, champions
from bot.answering.facts import Fact
from bot.container import Container, HomePart, NextSessions, OnAnswered
from bot.feature import Feature
from bot.features import (
    ai_tools,
    channels,
    check_ins,
    digest,
    facts,
    faqs,
    feedback,
    follow_ups,
    gaps,
    guides,
    handoff,
    home,
    lessons,
    nudges,
    onboarding,
    overrides,
    privacy,
    pulse,
    questions,
    ratings,
    readiness,
    roles,
    rollout,
    roster,
    setup,
    sources,
    stories,
    targets,
    training,
)
from bot.features.commands import dispatch
from bot.jobs.job import Job
from bot.jobs.runtime import Schedule
from bot.settings import Settings

# In the order in which their listeners are asked whether an event is theirs: what is written in
# the thread of a hand-off, or where the app is switched off, is no question.
FEATURES: tuple[Feature, ...] = (
    handoff.FEATURE,
    channels.FEATURE,
    questions.FEATURE,
    ratings.FEATURE,
    overrides.FEATURE,
    privacy.FEATURE,
    feedback.FEATURE,
    check_ins.FEATURE,
    pulse.FEATURE,
    follow_ups.FEATURE,
    stories.FEATURE,
    faqs.FEATURE,
    gaps.FEATURE,
    guides.FEATURE,
    lessons.FEATURE,
    ai_tools.FEATURE,
    home.FEATURE,
    onboarding.FEATURE,
    digest.FEATURE,
    training.FEATURE,
    nudges.FEATURE,
    setup.FEATURE,
    targets.FEATURE,
    roles.FEATURE,
    rollout.FEATURE,
    readiness.FEATURE,
    roster.FEATURE,
    facts.FEATURE,
    sources.FEATURE,
)


def features_of(settings: Settings) -> list[Feature]:
    """The features that are switched on."""
    return [each for each in FEATURES if each.optional not in settings.features_off]


def all_jobs() -> tuple[Job[Any, Any], ...]:
    """Every kind of job."""
    return (*access.JOBS, *champions.JOBS, *chain.from_iterable(each.jobs for each in FEATURES))


def all_schedules(settings: Settings) -> Sequence[Schedule]:
    """What the clock starts, by these settings."""
    return tuple(chain.from_iterable(each.schedules(settings) for each in features_of(settings)))


def all_on_answered(settings: Settings) -> tuple[OnAnswered, ...]:
    """What features do once a question is answered."""
    return tuple(each.on_answered for each in features_of(settings) if each.on_answered)


def all_facts(settings: Settings) -> tuple[Fact, ...]:
    """What the record answers to questions."""
    return tuple(chain.from_iterable(each.facts for each in features_of(settings)))


def all_home_parts(settings: Settings) -> tuple[HomePart, ...]:
    """What features show in Home."""
    return tuple(each.home for each in features_of(settings) if each.home)


def next_sessions_of(settings: Settings) -> NextSessions | None:
    """What knows the training sessions to come; None where there is no training."""
    return next((each.next_sessions for each in features_of(settings) if each.next_sessions), None)


def register_listeners(app: App, container: Container) -> None:
    """Connects every feature that is switched on, and the words behind `/uptake`."""
    features = features_of(container.settings)
    for feature in features:
        feature.register(app, container)
    words = tuple(chain.from_iterable(each.subcommands for each in features))
    dispatch.register(app, container, words)
