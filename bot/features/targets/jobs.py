"""Stores and removes targets, for admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adoption.privacy.models import RestrictedAction
from adoption.reports.targets import Aim, Dimension, Targets
from bot.access import Attempt, is_allowed
from bot.container import Container, JobContext
from bot.jobs.job import job


@dataclass(frozen=True)
class TargetSet:
    """A target as an admin set it; `value` is a share, 0 to 1."""

    account: str
    measure: str
    dimension: Dimension
    name: str
    value: float
    by: date | None


@dataclass(frozen=True)
class TargetRemoved:
    """A target that an admin takes away."""

    account: str
    measure: str
    dimension: Dimension
    name: str


@job("targets.set", version=1)
def set_target(context: JobContext, given: TargetSet) -> None:
    """Sets a target in place of an earlier one for the same measure and group."""
    if is_allowed(context, Attempt(given.account, RestrictedAction.TARGETS, given.name)):
        aim = Aim(given.measure, given.dimension, given.name, given.value, given.by)
        context.step(_put, context.container, aim)
        context.container.refresh_home(context, admins=True)


@job("targets.remove", version=1)
def remove_target(context: JobContext, given: TargetRemoved) -> None:
    """Removes a target."""
    if is_allowed(context, Attempt(given.account, RestrictedAction.TARGETS, given.name)):
        context.step(_remove, context.container, given)
        context.container.refresh_home(context, admins=True)


JOBS = (set_target, remove_target)


def _put(container: Container, aim: Aim) -> None:
    Targets(container.engine).put(aim)


def _remove(container: Container, given: TargetRemoved) -> None:
    Targets(container.engine).remove(given.measure, given.dimension, given.name)
