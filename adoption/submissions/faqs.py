"""FAQ entries on their way: drafted from a person's reply, waiting for an admin, published."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, select, update

from adoption.db.texts import storable
from adoption.feedback.voices import person_of
from adoption.people.directory import writing
from adoption.people.programme_models import FaqCard, FaqState
from adoption.questions.models import Person
from adoption.submissions.approvals import decide
from adoption.usage.rollups import upsert


@dataclass(frozen=True)
class FaqFields:
    """What stands in an entry; all of it is people's words.

    Attributes:
        tool: which tool it is about; empty for any.
        audience: who may see it, as guides say it.
    """

    question: str = ""
    answer: str = ""
    tool: str = ""
    audience: str = "everyone"


@dataclass(frozen=True)
class FaqView:
    """An entry as the record has it.

    Attributes:
        account: who drafted it.
        named: whether the programme team may see who that was.
        review: channel and ts of the messages that ask for a decision.
        note: why it was declined.
    """

    id: str
    account: str
    state: FaqState
    fields: FaqFields
    named: bool
    updated_at: datetime
    note: str = ""
    review: Sequence[tuple[str, str]] = ()
    decided_by: str = ""


def faq_id(interaction_id: str) -> str:
    """The name of the entry from a question; it does not tell where that was asked."""
    return hashlib.blake2b(interaction_id.encode("utf-8", "replace"), digest_size=16).hexdigest()


class FaqBook:
    """Keeps FAQ entries, one for a question; every write can be repeated."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def send(self, id: str, account: str, fields: FaqFields, named: bool, now: datetime) -> bool:
        """Hands an entry in; False where there is one already that was not declined."""
        with writing(self.engine) as connection:
            person = person_of(connection, account, now)
            row = {
                "id": id,
                "person_id": person,
                "state": FaqState.AWAITING,
                "fields": _plain(fields),
                "named": named,
                "note": None,
                "updated_at": now,
                "review": [],
                "decision": None,
                "decided_by": None,
            }
            connection.execute(upsert(connection, FaqCard).on_conflict_do_nothing(), [row])
            declined = (FaqCard.id == id) & (FaqCard.state == FaqState.DECLINED)
            connection.execute(update(FaqCard).where(declined).values(row))
            query = select(FaqCard.state, FaqCard.person_id, FaqCard.updated_at)
            kept = connection.execute(query.where(FaqCard.id == id)).one()
            return tuple(kept) == (FaqState.AWAITING, person, now)

    def decide(
        self,
        id: str,
        state: FaqState,
        decision: str,
        by: str,
        note: str,
        now: datetime,
        edited: FaqFields | None = None,
    ) -> bool:
        """Decides on an entry that waits; True for the press that decided, however often told.

        Args:
            edited: what the entry says from then on; None leaves it.
        """
        more = {"fields": _plain(edited)} if edited is not None else {}
        return decide(self.engine, id, state, decision, by, note, now, **more)

    def keep_review(self, id: str, places: Sequence[tuple[str, str]]) -> None:
        """Writes down where admins are asked."""
        review = [list(place) for place in places]
        with writing(self.engine) as connection:
            connection.execute(update(FaqCard).where(FaqCard.id == id).values(review=review))

    def get(self, id: str) -> FaqView | None:
        """One entry, or None."""
        return next(iter(self._read(_faqs().where(FaqCard.id == id))), None)

    def awaiting(self) -> list[FaqView]:
        """Entries that wait for an admin, the oldest first."""
        query = _faqs().where(FaqCard.state == FaqState.AWAITING)
        return self._read(query.order_by(FaqCard.updated_at).limit(20))

    def published(self) -> list[FaqView]:
        """Published entries, the newest first."""
        query = _faqs().where(FaqCard.state == FaqState.PUBLISHED)
        return self._read(query.order_by(FaqCard.updated_at.desc(), FaqCard.id))

    def published_among(self, ids: Collection[str]) -> frozenset[str]:
        """Those of some entries, by their names, that are published."""
        query = select(FaqCard.id).where(FaqCard.id.in_(ids), FaqCard.state == FaqState.PUBLISHED)
        with self.engine.connect() as connection:
            return frozenset(connection.scalars(query))

    def _read(self, query: Select[Any]) -> list[FaqView]:
        with self.engine.connect() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]


def _plain(fields: FaqFields) -> dict[str, Any]:
    return {name: storable(value) for name, value in asdict(fields).items()}


def _faqs() -> Select[Any]:
    table = FaqCard.__table__
    return select(*table.c, Person.account.label("account")).join(
        Person, Person.id == FaqCard.person_id
    )


def _view(row: Any) -> FaqView:
    return FaqView(
        id=row["id"],
        account=row["account"] or "",
        state=row["state"],
        fields=FaqFields(**row["fields"]),
        named=row["named"],
        updated_at=row["updated_at"],
        note=row["note"] or "",
        review=tuple((channel, ts) for channel, ts in row["review"]),
        decided_by=row["decided_by"] or "",
    )
