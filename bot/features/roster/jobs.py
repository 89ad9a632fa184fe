"""Imports the roster from Slack."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from adoption.people.slack_roster import store_slack_members
from bot.container import Container, JobContext
from bot.jobs.context import StepFailed
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule
from bot.settings import Settings
from bot.slack.directory import people_in, teams_named

log = logging.getLogger(__name__)

# Before the digest and the alerts of the day are made.
_DAILY = "0 6 * * *"


@job("roster.import", version=1)
def import_roster(context: JobContext, due: Due) -> None:
    """Imports everybody in the workspace; where Slack does not answer, tomorrow's run does."""
    try:
        context.step(_import, context.container)
    except StepFailed as error:
        log.warning("The roster could not be imported from Slack today: %s", error)


JOBS = (import_roster,)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """Once a day, where the setting asks for it."""
    return (Schedule(import_roster, _DAILY),) if settings.roster_from_slack else ()


def _import(container: Container) -> None:
    now = container.now()
    today = now.astimezone(container.settings.zone).date()
    teams = teams_named(container.settings.roster_groups)
    people = people_in(container.slack, teams)
    store_slack_members(container.record.roster, people, today, now)
