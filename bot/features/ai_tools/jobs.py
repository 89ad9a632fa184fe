"""Stores what an admin lets AI tools log."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.privacy.models import RestrictedAction
from bot.access import Attempt, is_allowed
from bot.container import JobContext
from bot.jobs.job import job


@dataclass(frozen=True)
class LogsChosen:
    """What AI tools may log from now on; the others are switched off."""

    account: str
    logs: tuple[str, ...]


@job("ai_tools.logs", version=1)
def choose_logs(context: JobContext, chosen: LogsChosen) -> None:
    """Stores it, of what the settings let admins allow."""
    if not is_allowed(context, Attempt(chosen.account, RestrictedAction.AI_TOOLS)):
        return
    container = context.container
    logs = [each for each in chosen.logs if each in container.settings.mcp_writes]
    put = container.record.allowed_logs.put
    context.step(put, logs, chosen.account, context.enqueued_at)
    container.refresh_home(context, admins=True)


JOBS = (choose_logs,)
