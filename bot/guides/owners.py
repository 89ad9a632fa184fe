"""Who keeps a tool or a guide, by what is written of its owner."""

from __future__ import annotations

from adoption.record import Record
from bot.slack.identity import user_of


def slack_owner(record: Record, owner: str) -> str:
    """Slack's id of an owner given as an account, address or login; empty where none is known."""
    account = owner if user_of(owner) else record.training.learners.account(owner)
    return user_of(account or "")
