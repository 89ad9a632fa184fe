"""Submissions: saved as a draft, submitted for review, decided once by an admin, published.

    draft ──submit──▶ awaiting review ──decide──▶ published
      ▲                   │      │
      └── (save) changes ◀┘      └──▶ declined

Of two who submit or decide at the same moment, one does. Every write can be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, select, update

from adoption.db.texts import storable
from adoption.db.writes import insert_new, write_lock
from adoption.people.directory import person_of
from adoption.people.models import Person
from adoption.submissions.models import State, SubmissionRow
from adoption.submissions.schemas import FAQ, FaqFields, Fields, Schema, StoryFields, faq_id

_MOST_AWAITING, _MOST_OPEN = 20, 10
_TEXTS = ("account", "note", "decision_key", "decided_by", "channel", "ts", "link")


@dataclass(frozen=True)
class Submission(Generic[Fields]):
    """A submission as the record has it.

    Attributes:
        account: the author, as Slack knows them.
        named: whether the programme team may see who the author is.
        review_messages: channel and ts of the messages that ask for a decision.
        note: what an admin wants changed, or why it was declined.
    """

    id: str
    account: str
    state: State
    fields: Fields
    updated_at: datetime
    named: bool = True
    note: str = ""
    review_messages: Sequence[tuple[str, str]] = ()
    decision_key: str = ""
    decided_by: str = ""
    channel: str = ""
    ts: str = ""
    link: str = ""
    reactions: int = 0


@dataclass(frozen=True)
class Decision(Generic[Fields]):
    """What an admin decides about a submission.

    Attributes:
        key: names the press, so that it can be repeated.
        edited: what the submission says from then on; None leaves it.
    """

    state: State
    key: str
    by: str
    at: datetime
    note: str = ""
    edited: Fields | None = None


Story = Submission[StoryFields]
FaqEntry = Submission[FaqFields]


class Submissions(Generic[Fields]):
    """The submissions of one schema."""

    def __init__(self, engine: Engine, schema: Schema[Fields]) -> None:
        self._engine = engine
        self._schema: Schema[Fields] = schema

    def save_draft(self, id: str, account: str, fields: Fields, now: datetime) -> bool:
        """Stores a draft; False where it is somebody else's, submitted, or newer already."""
        with write_lock(self._engine) as connection:
            return self._save(connection, id, account, fields, True, now)

    def submit(self, id: str, account: str, now: datetime) -> bool:
        """Submits a draft for review; True for the press that did, however often repeated."""
        with write_lock(self._engine) as connection:
            return self._submit(connection, id, account, now)

    def submit_fields(
        self, id: str, account: str, fields: Fields, named: bool, now: datetime
    ) -> bool:
        """Stores fields and submits them at once, as `save_draft` and `submit` do."""
        with write_lock(self._engine) as connection:
            self._save(connection, id, account, fields, named, now)
            return self._submit(connection, id, account, now)

    def decide(self, id: str, decision: Decision[Fields]) -> bool:
        """Decides about a submission that awaits review.

        Returns:
            True for the press that decided, however often repeated.

        Raises:
            ValueError: this kind of submission cannot be decided so.
        """
        if decision.state not in self._schema.outcomes:
            raise ValueError(f"A {self._schema.kind.value} cannot become {decision.state.value}.")
        values: dict[str, Any] = {
            "state": decision.state,
            "decision_key": decision.key,
            "decided_by": decision.by,
            "note": storable(decision.note) or None,
            "updated_at": decision.at,
        }
        if decision.edited is not None:
            values["fields"] = self._schema.dump(decision.edited)
        with write_lock(self._engine) as connection:
            waits = self._is(id) & (SubmissionRow.state == State.AWAITING)
            connection.execute(update(SubmissionRow).where(waits).values(values))
            key = select(SubmissionRow.decision_key).where(self._is(id))
            return connection.scalar(key) == decision.key

    def set_review_messages(self, id: str, messages: Sequence[tuple[str, str]]) -> None:
        """Stores where admins are asked to decide."""
        self._set(self._is(id), review_messages=[list(message) for message in messages])

    def set_message(self, id: str, channel: str, ts: str, link: str) -> None:
        """Stores where a submission was posted."""
        self._set(self._is(id), channel=channel, ts=ts, link=link)

    def set_reactions(self, channel: str, ts: str, count: int) -> None:
        """Stores how many people reacted to the message of a submission."""
        self._set(self._at(channel, ts), reactions=count)

    def is_message(self, channel: str, ts: str) -> bool:
        """Whether a message is a published submission."""
        query = select(SubmissionRow.id).where(self._at(channel, ts))
        with self._engine.connect() as connection:
            return connection.scalar(query) is not None

    def get(self, id: str) -> Submission[Fields] | None:
        """One submission, or None."""
        return next(iter(self._read(self._is(id))), None)

    def unpublished_of(self, account: str) -> list[Submission[Fields]]:
        """A person's submissions that await something, the newest first."""
        which = SubmissionRow.state.in_({*self._schema.open, State.AWAITING} - {State.DECLINED})
        return self._read(
            (Person.account == account) & which, SubmissionRow.updated_at.desc(), most=_MOST_OPEN
        )

    def of_author(self, account: str, most: int) -> list[Submission[Fields]]:
        """A person's submissions, whatever became of them, the newest first."""
        return self._read(Person.account == account, SubmissionRow.updated_at.desc(), most=most)

    def awaiting(self) -> list[Submission[Fields]]:
        """Submissions that await review, the oldest first."""
        which = SubmissionRow.state == State.AWAITING
        return self._read(which, SubmissionRow.updated_at, most=_MOST_AWAITING)

    def published(self, most: int | None = None) -> list[Submission[Fields]]:
        """Published submissions, the newest first."""
        which = SubmissionRow.state == State.PUBLISHED
        return self._read(which, SubmissionRow.updated_at.desc(), SubmissionRow.id, most=most)

    def published_between(self, start: datetime, end: datetime) -> list[Submission[Fields]]:
        """What was published from `start` up to but without `end`, the newest first."""
        which = and_(
            SubmissionRow.state == State.PUBLISHED,
            SubmissionRow.updated_at >= start,
            SubmissionRow.updated_at < end,
        )
        return self._read(which, SubmissionRow.updated_at.desc(), SubmissionRow.id)

    def published_among(self, ids: Collection[str]) -> frozenset[str]:
        """Those of some ids that are published."""
        which = and_(self._kind(), SubmissionRow.state == State.PUBLISHED)
        query = select(SubmissionRow.id).where(SubmissionRow.id.in_(ids), which)
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(query))

    def _save(
        self,
        connection: Connection,
        id: str,
        account: str,
        fields: Fields,
        named: bool,
        now: datetime,
    ) -> bool:
        person, values = person_of(connection, account, now), self._schema.dump(fields)
        row = {
            "id": id,
            "kind": self._schema.kind,
            "person_id": person,
            "state": State.DRAFT,
            "fields": values,
            "named": named,
            "updated_at": now,
            "review_messages": [],
            "reactions": 0,
        }
        if insert_new(connection, SubmissionRow, row):
            return True
        mine = SubmissionRow.person_id == person
        editable = and_(
            self._is(id),
            SubmissionRow.state.in_(self._schema.open),
            SubmissionRow.updated_at <= now,
            mine | (SubmissionRow.state == State.DECLINED),
        )
        changes = {"fields": values, "named": named, "updated_at": now, "person_id": person}
        done = connection.execute(update(SubmissionRow).where(editable).values(changes))
        return bool(done.rowcount)

    def _submit(self, connection: Connection, id: str, account: str, now: datetime) -> bool:
        person = person_of(connection, account, now)
        own = self._is(id) & (SubmissionRow.person_id == person)
        ready = SubmissionRow.state.in_(self._schema.open) & (SubmissionRow.updated_at <= now)
        values: dict[str, Any] = {
            "state": State.AWAITING,
            "updated_at": now,
            "note": None,
            "decision_key": None,
            "decided_by": None,
            "review_messages": [],
        }
        connection.execute(update(SubmissionRow).where(own, ready).values(values))
        query = select(SubmissionRow.state, SubmissionRow.updated_at).where(own)
        found = connection.execute(query).first()
        return found is not None and tuple(found) == (State.AWAITING, now)

    def _kind(self) -> ColumnElement[bool]:
        return SubmissionRow.kind == self._schema.kind

    def _is(self, id: str) -> ColumnElement[bool]:
        return and_(self._kind(), SubmissionRow.id == id)

    def _at(self, channel: str, ts: str) -> ColumnElement[bool]:
        return and_(self._kind(), SubmissionRow.channel == channel, SubmissionRow.ts == ts)

    def _set(self, which: ColumnElement[bool], **values: Any) -> None:
        with write_lock(self._engine) as connection:
            connection.execute(update(SubmissionRow).where(which).values(**values))

    def _read(
        self, which: ColumnElement[bool], *order: Any, most: int | None = None
    ) -> list[Submission[Fields]]:
        query = (
            select(*SubmissionRow.__table__.c, Person.account.label("account"))
            .join(Person, Person.id == SubmissionRow.person_id)
            .where(self._kind(), which)
            .order_by(*order)
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [self._view(row) for row in connection.execute(query).mappings()]

    def _view(self, row: Any) -> Submission[Fields]:
        values: dict[str, Any] = {
            name: row[name] or "" if name in _TEXTS else row[name]
            for name in Submission.__dataclass_fields__
        }
        values["fields"] = self._schema.load(row["fields"])
        values["review_messages"] = tuple((c, ts) for c, ts in row["review_messages"])
        return Submission(**values)


def delete_drafts_about(connection: Connection, interaction_ids: Collection[str]) -> None:
    """Deletes the FAQ entries from these questions that were not published."""
    for id in map(faq_id, interaction_ids):
        unpublished = and_(
            SubmissionRow.id == id,
            SubmissionRow.kind == FAQ.kind,
            SubmissionRow.state != State.PUBLISHED,
        )
        connection.execute(delete(SubmissionRow).where(unpublished))
