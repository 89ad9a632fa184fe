"""Overridden recommendations: each stored once, and a week of them for the owner of the tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason, Weight
from adoption.reports.feedback.overrides import OTHER_REASONS, overrides_by_tool
from adoption.reports.weeks import Week
from bot.admin_messages import post_to_admins
from bot.container import Container, JobContext
from bot.features.overrides.owners import (
    Told,
    owned_tools,
    places_of_owner,
    told_message,
    unreached_message,
    weekly_message,
)
from bot.features.overrides.vocabulary import read_vocabulary
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule
from bot.settings import Settings
from bot.slack.messages import Place

# What others said is looked up in the last quarter of a year.
_SPAN = timedelta(days=91)
_MOST_SHOWN = 3


@dataclass(frozen=True)
class Overridden:
    """What somebody filled in; `for_owner` is whether the tool's owner may get it."""

    account: str
    tool: str
    reason: OverrideReason
    detail: str
    weight: Weight
    recommended: str | None
    did_instead: str | None
    text: str | None
    named: bool
    consent: bool
    for_owner: bool = False


@job("overrides.add", version=1)
def add_override(context: JobContext, given: Overridden) -> None:
    """Stores an override, and sends it to the tool's owner where its person agreed."""
    override = Override(
        id=context.id,
        account=given.account,
        tool=given.tool,
        at=context.enqueued_at,
        reason=given.reason,
        detail=given.detail,
        text=given.text,
        recommended=given.recommended,
        did_instead=given.did_instead,
        weight=given.weight,
        consent=given.consent,
        named=given.named,
    )
    context.step(context.container.record.feedback.add_overrides, [override])
    if given.for_owner:
        _tell_owner(context, given)


def _tell_owner(context: JobContext, given: Overridden) -> None:
    container = context.container
    label = read_vocabulary(container.settings.override_reasons).label_of
    told = Told(
        given.tool,
        label(f"{given.reason.value}: {given.detail}"),
        given.recommended or "",
        given.did_instead or "",
        given.text or "",
    )
    message = context.step(told_message, container, told)
    for place in context.step(places_of_owner, container, given.tool):
        context.post_once(f"owner {place}", Place(place), message)


@dataclass(frozen=True)
class OwnedTool:
    """A tool whose owner, by their Slack id, gets a week's overrides."""

    tool: str
    owner: str
    week: str


@job("overrides.weekly", version=1)
def find_owned(context: JobContext, due: Due) -> None:
    """Has last week's overrides sent to the owner of each tool that has reasons to read."""
    container = context.container
    week = str(Week.of(due.at, container.settings.zone).previous)
    for tool, owner in context.step(owned_tools, container, week):
        owned = OwnedTool(tool, owner, week)
        container.jobs.enqueue(send_weekly, owned, key=f"{week}:{tool}")


@job("overrides.send_weekly", version=1)
def send_weekly(context: JobContext, owned: OwnedTool) -> None:
    """Sends the owner of a tool why people overrode it in a week, once; or else the admins."""
    message = context.step(weekly_message, context.container, owned.week, owned.tool)
    if message is None or context.post_once("weekly", Place(owned.owner), message) is not None:
        return
    post_to_admins(context, "unreached", unreached_message(message, owned.owner, owned.tool))


JOBS = (add_override, find_owned, send_weekly)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """On Mondays, with the digest."""
    return (Schedule(find_owned, f"0 {settings.digest_hour} * * 1"),)


def common_reasons(container: Container, tool: str) -> list[str]:
    """The reasons most often given for overriding a tool, as the record names them.

    None where fewer people than the minimum gave any. Without figures, and of weeks that are
    over: before and after one more override they would reveal who logged it, and how many did.
    """
    monday, _ = Week.of(container.now(), container.settings.zone).bounds(container.settings.zone)
    found = overrides_by_tool(container.engine, monday - _SPAN, monday, container.minimum)
    reasons = next((each.reasons for each in found if each.tool == tool), ())
    return [each.reason for each in reasons if each.reason != OTHER_REASONS][:_MOST_SHOWN]
