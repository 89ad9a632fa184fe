"""What a feature is made of: listeners, jobs, schedules and words behind `/uptake`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import App

from bot.answering.facts import Fact
from bot.container import Container, HomePart, NextSessions, OnAnswered
from bot.jobs.job import Job
from bot.jobs.runtime import Schedule
from bot.settings import OptionalFeature, Settings


@dataclass(frozen=True)
class Invocation:
    """One use of `/uptake <word> <rest>`.

    Attributes:
        rest: what follows the word.
        trigger: opens a dialog within three seconds, and names the invocation.
        url: answers to the person alone, for half an hour.
    """

    account: str
    user: str
    channel: str
    rest: str
    trigger: str
    url: str


@dataclass(frozen=True)
class Subcommand:
    """A word behind `/uptake`.

    Attributes:
        run: carries it out; returns the reply to the person, or an empty text.
        help: a line of `/uptake help`; empty for a word that is not listed.
        for_admins: whether only admins are shown the line; `run` checks who may do it.
    """

    word: str
    run: Callable[[Container, Invocation], str]
    help: str = ""
    for_admins: bool = False


def no_schedules(settings: Settings) -> Sequence[Schedule]:
    """Nothing that the clock starts."""
    return ()


@dataclass(frozen=True)
class Feature:
    """One feature, as `bot.features` lists it.

    Attributes:
        register: connects its listeners with the app.
        jobs: every kind of job that it has; those of `schedules` among them.
        schedules: what the clock starts, by the settings.
        on_answered: what it does once a question is answered.
        facts: questions that it answers from the record.
        home: what it shows in Home, after the ways to ask.
        next_sessions: the training sessions to come that are for somebody.
        optional: what switches it off; jobs that are stored already still run.
    """

    register: Callable[[App, Container], None]
    jobs: Sequence[Job[Any, Any]] = ()
    schedules: Callable[[Settings], Sequence[Schedule]] = no_schedules
    subcommands: Sequence[Subcommand] = ()
    on_answered: OnAnswered | None = None
    facts: Sequence[Fact] = ()
    home: HomePart | None = None
    next_sessions: NextSessions | None = None
    optional: OptionalFeature | None = None
