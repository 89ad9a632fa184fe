"""Names champions, greets new ones once, and stores who is trained."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.privacy.models import RestrictedAction
from adoption.training.models import Tier
from bot.access import Attempt, is_allowed
from bot.champions import greet_champion
from bot.container import Container, JobContext
from bot.jobs.job import job


@dataclass(frozen=True)
class ChampionsChosen:
    """Who becomes a champion and who stops being one.

    Attributes:
        account: of the admin.
        team: of those who are added; empty for their team on the roster.
    """

    account: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    team: str


@dataclass(frozen=True)
class ChampionTrained:
    """A champion who has completed their training."""

    account: str
    champion: str


@job("roles.choose_champions", version=1)
def choose_champions(context: JobContext, chosen: ChampionsChosen) -> None:
    """Stores who is a champion, and greets the new ones."""
    if not is_allowed(context, Attempt(chosen.account, RestrictedAction.ROLES)):
        return
    roles, now = context.container.record.roles, context.enqueued_at
    for account in chosen.removed:
        context.step(roles.remove_champion, account)
    for account in chosen.added:
        context.step(roles.add_champion, account, chosen.team or None, now)
        greet_champion(context.container, account)
    changed = [*chosen.removed, *chosen.added]
    context.container.refresh_home(context, changed, admins=True)


@job("roles.set_trained", version=1)
def set_trained(context: JobContext, trained: ChampionTrained) -> None:
    """Stores that a champion is trained."""
    if not is_allowed(context, Attempt(trained.account, RestrictedAction.ROLES)):
        return
    context.step(_set_trained, context.container, trained.champion)
    context.container.refresh_home(context, [trained.champion], admins=True)


JOBS = (choose_champions, set_trained)


def _set_trained(container: Container, account: str) -> None:
    record, now = container.record, container.now()
    today = now.astimezone(container.settings.zone).date()
    record.training.add(account, Tier.ADVANCED, today, now)
