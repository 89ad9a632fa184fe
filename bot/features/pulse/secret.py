"""The part of the receipts' key that is in no database: the app's token in Slack.

It is the same for every worker. Where it changes while a round is open, the round takes no more
answers, because people who have answered could answer again.
"""

from __future__ import annotations

from adoption.pulse.answers import PulseAnswers
from adoption.pulse.rounds import PulseRounds
from bot.container import Container


def rounds_of(container: Container) -> PulseRounds:
    """The rounds in the record."""
    return container.record.pulse_rounds(_secret(container))


def answers_of(container: Container) -> PulseAnswers:
    """The answers in the record."""
    return container.record.pulse_answers(_secret(container))


def _secret(container: Container) -> bytes:
    token = container.settings.slack_bot_token
    return token.get_secret_value().encode() if token else b""
