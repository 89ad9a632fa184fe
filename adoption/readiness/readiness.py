"""Stores the readiness checklists: owners, dates, evidence, and what the data said.

    open ──mark_done──▶ done ──reopen──▶ open

An item that the data check is open or done as they say. Of two who mark an item done at the same
moment, the first one's evidence counts. Every write can be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from adoption.db.texts import storable
from adoption.db.writes import insert_new, write_lock
from adoption.errors import ItemWrong
from adoption.readiness.items import TITLES, Check, Checklist, ChecklistItem, Item
from adoption.readiness.models import ReadinessItemRow
from adoption.rollout.models import WaveRow
from adoption.rollout.wave import Wave

LONGEST_TITLE, LONGEST_EVIDENCE = 200, 1000
MOST_OWN = 15
# Days before the go-live by which an item should be ready, where nobody set a day.
_DAYS_BEFORE = 7
_LONGEST_MISSING = 1000


class Readiness:
    """Stores the checklist of each wave."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, wave: Wave) -> Checklist:
        """The checklist of a wave: the items that every wave has, then its own."""
        query = select(ReadinessItemRow.__table__).where(ReadinessItemRow.wave_id == wave.id)
        query = query.order_by(ReadinessItemRow.item)
        with self._engine.connect() as connection:
            stored = {each["item"]: dict(each) for each in connection.execute(query).mappings()}
        keys = [*map(str, Item), *(key for key in stored if key not in set(Item))]
        return Checklist(wave.id, [_item(wave, key, stored.get(key)) for key in keys])

    def add(self, wave_id: str, key: str, title: str) -> None:
        """Adds an item of the company's own; again under the same key, it changes nothing.

        Raises:
            ItemWrong: it has no title, or there are too many.
        """
        title = storable(" ".join(title.split()))
        if not 0 < len(title) <= LONGEST_TITLE:
            raise ItemWrong(f"Say in 1 to {LONGEST_TITLE} characters what must be ready.")
        with write_lock(self._engine) as connection:
            own = select(func.count()).where(
                ReadinessItemRow.wave_id == wave_id, ReadinessItemRow.text.is_not(None)
            )
            if (connection.scalar(own) or 0) >= MOST_OWN and not _has(connection, wave_id, key):
                raise ItemWrong(f"A wave has at most {MOST_OWN} items of your own.")
            _change(connection, wave_id, key, {"text": title})

    def remove(self, wave_id: str, key: str) -> None:
        """Removes an item of the company's own; those that every wave has stay."""
        own = (ReadinessItemRow.wave_id == wave_id) & (ReadinessItemRow.item == key)
        with write_lock(self._engine) as connection:
            own &= ReadinessItemRow.text.is_not(None)
            connection.execute(delete(ReadinessItemRow).where(own))

    def assign(self, wave_id: str, key: str, owner: str, due_on: date | None) -> None:
        """Sets who sees to an item, and by when; without a day, a week before the go-live."""
        with write_lock(self._engine) as connection:
            _change(connection, wave_id, key, {"owner": owner or None, "due_on": due_on})

    def mark_done(self, wave_id: str, key: str, evidence: str, now: datetime) -> bool:
        """Stores that an item is done; True for the call that did, however often repeated.

        Raises:
            ItemWrong: there is no evidence.
        """
        evidence = storable(evidence.strip())[:LONGEST_EVIDENCE]
        if not evidence:
            raise ItemWrong("Say what shows that it's done.")
        with write_lock(self._engine) as connection:
            if not _change(connection, wave_id, key, {}):
                return False
            own = (ReadinessItemRow.wave_id == wave_id) & (ReadinessItemRow.item == key)
            done = update(ReadinessItemRow).where(own, ReadinessItemRow.done_at.is_(None))
            connection.execute(done.values(evidence=evidence, done_at=now))
            query = select(ReadinessItemRow.done_at, ReadinessItemRow.evidence).where(own)
            found = connection.execute(query).one()
            return tuple(found) == (now, evidence)

    def reopen(self, wave_id: str, key: str) -> None:
        """Opens an item again; its evidence goes."""
        with write_lock(self._engine) as connection:
            _change(connection, wave_id, key, {"evidence": None, "done_at": None})

    def store_checks(self, wave_id: str, found: Mapping[Item, Check], now: datetime) -> None:
        """Stores what the data say; of two checks, the later one counts."""
        with write_lock(self._engine) as connection:
            newer = ReadinessItemRow.checked_at > now
            query = select(ReadinessItemRow.item).where(ReadinessItemRow.wave_id == wave_id, newer)
            later = set(connection.scalars(query))
            for item in Item:
                check = found.get(item)
                if item not in later and (check or _has(connection, wave_id, item)):
                    _change(connection, wave_id, item, _check_columns(check, now))


def _check_columns(check: Check | None, now: datetime) -> dict[str, Any]:
    if check is None:
        return {"is_met": None, "missing": None, "checked_at": now}
    missing = storable(check.missing)[:_LONGEST_MISSING]
    return {"is_met": check.is_met, "missing": missing, "checked_at": now}


def _has(connection: Connection, wave_id: str, key: str) -> bool:
    own = (ReadinessItemRow.wave_id == wave_id) & (ReadinessItemRow.item == key)
    return connection.scalar(select(ReadinessItemRow.item).where(own)) is not None


def _change(connection: Connection, wave_id: str, key: str, values: Mapping[str, Any]) -> bool:
    """Changes an item; False where its wave is gone, or it is an own one that is gone."""
    if connection.scalar(select(WaveRow.id).where(WaveRow.id == wave_id)) is None:
        return False
    if key not in set(Item) and "text" not in values and not _has(connection, wave_id, key):
        return False
    insert_new(connection, ReadinessItemRow, {"wave_id": wave_id, "item": key})
    if values:
        own = (ReadinessItemRow.wave_id == wave_id) & (ReadinessItemRow.item == key)
        connection.execute(update(ReadinessItemRow).where(own).values(dict(values)))
    return True


def _item(wave: Wave, key: str, row: Mapping[str, Any] | None) -> ChecklistItem:
    usual = wave.plan.go_live - timedelta(days=_DAYS_BEFORE)
    if row is None:
        return ChecklistItem(key, TITLES[Item(key)], usual, wave.plan.owner)
    return ChecklistItem(
        key=key,
        title=row["text"] or TITLES[Item(key)],
        due_on=row["due_on"] or usual,
        owner=row["owner"] or wave.plan.owner,
        evidence=row["evidence"] or "",
        done_at=row["done_at"],
        check=None if row["is_met"] is None else Check(row["is_met"], row["missing"] or ""),
    )
