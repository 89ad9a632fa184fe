"""Builds the language model from the settings, within what it may use."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from adoption.questions.spending import Spending
from adoption.record import Record
from bot.settings import Settings
from knowledge.llm.breaker import Breaker
from knowledge.llm.model import Model, Patience
from knowledge.llm.spending import Allowance, Cap, Caps, Prices

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler


def model_of(
    settings: Settings, record: Record, watchers: Sequence[BaseCallbackHandler] = ()
) -> Model | None:
    """The language model; None if none is set.

    Args:
        watchers: callbacks for the start and the end of every request.

    Raises:
        ModelUnavailable: its name is unknown, its package or its key is missing.
    """
    if settings.model is None:
        return None
    return Model.of(
        settings.model,
        patience_of(settings),
        Breaker(time.monotonic),
        allowance_of(settings, record),
        watchers,
    )


def patience_of(settings: Settings) -> Patience:
    """How long the model may take and how much it may write."""
    return Patience(
        first=min(settings.model_first_timeout, settings.model_timeout),
        total=settings.model_timeout,
        tokens=settings.model_tokens_per_reply,
    )


def allowance_of(settings: Settings, record: Record) -> Allowance:
    """What the model may use on a day; days begin at midnight in the digest's time zone."""
    caps = Caps(
        person=Cap(
            settings.model_tokens_per_person_per_day, settings.model_cost_per_person_per_day
        ),
        everyone=Cap(settings.model_tokens_per_day, settings.model_cost_per_day),
    )
    prices = Prices(settings.model_price_in, settings.model_price_out)
    return Allowance(spending_of(record), lambda: today_of(settings), caps, prices)


def spending_of(record: Record) -> Spending:
    """What the model used, in the record's database."""
    return record.spending(lambda: datetime.now(UTC))


def today_of(settings: Settings) -> date:
    """The day that it is where the digest is read."""
    return datetime.now(settings.zone).date()
