"""What waits for an admin is decided once: of two who decide at the same moment, one does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, update

from adoption.db.texts import storable
from adoption.people.directory import writing
from adoption.people.programme_models import FaqCard, FaqState, StoryCard, StoryState


def decide(
    engine: Engine,
    id: str,
    state: StoryState | FaqState,
    decision: str,
    by: str,
    note: str,
    now: datetime,
    **more: Any,
) -> bool:
    """Decides on a story or FAQ entry that waits.

    Args:
        state: what it becomes; says by its kind which of the two it is.
        decision: names the press, so that it can be repeated.
        more: columns that change with it.

    Returns:
        True for the press that decided, however often told.
    """
    card: type[StoryCard] | type[FaqCard] = StoryCard if isinstance(state, StoryState) else FaqCard
    waits = (card.id == id) & (card.state == type(state).AWAITING)
    values = {
        "state": state,
        "decision": decision,
        "decided_by": by,
        "note": storable(note) or None,
        "updated_at": now,
    }
    with writing(engine) as connection:
        connection.execute(update(card).where(waits).values(values | more))
        made = connection.scalar(select(card.decision).where(card.id == id))
        return made == decision
