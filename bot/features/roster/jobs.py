"""Imports the roster from Slack."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from adoption.db.writes import StoreCounts
from adoption.people.slack_roster import store_slack_members
from adoption.privacy.models import RestrictedAction
from bot.access import Attempt, is_allowed
from bot.container import Container, JobContext
from bot.jobs.job import Due, job
from bot.jobs.patience import StepFailed
from bot.jobs.runtime import Schedule
from bot.settings import Settings
from bot.slack.blocks import line
from bot.slack.directory import people_in, teams_named
from bot.slack.mrkdwn import plain
from bot.texts import texts

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


@dataclass(frozen=True)
class ImportAsked:
    """An admin who wants the people of the workspace on the roster."""

    account: str


@job("roster.import_now", version=1)
def import_now(context: JobContext, asked: ImportAsked) -> None:
    """Imports everybody in the workspace, and says to the admin what changed."""
    if not is_allowed(context, Attempt(asked.account, RestrictedAction.ROSTER)):
        return
    say = texts("roster")
    try:
        found = context.step(_import, context.container)
        text = say["imported"].format(
            new=found.new, changed=found.changed, unchanged=found.unchanged
        )
    except StepFailed as error:
        text = say["failed"].format(reason=plain(str(error), 500))
    context.reply("imported", "", asked.account, line(text))
    context.container.refresh_home(context, admins=True)


JOBS = (import_roster, import_now)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """Once a day, where the setting asks for it."""
    return (Schedule(import_roster, _DAILY),) if settings.roster_from_slack else ()


def _import(container: Container) -> StoreCounts:
    now = container.now()
    today = now.astimezone(container.settings.zone).date()
    teams = teams_named(container.settings.roster_groups)
    people = people_in(container.slack, teams)
    return store_slack_members(container.record.roster, people, today, now)
