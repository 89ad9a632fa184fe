"""What people think: votes, reasons, comments, time saved, overrides and check-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from adoption.db.base import Base
from adoption.db.texts import storable
from adoption.db.writes import insert_new, replace, transaction, upsert, write_lock
from adoption.feedback.models import (
    CheckInRow,
    CommentRow,
    OverrideReason,
    OverrideRow,
    Reason,
    TimeSaved,
    TimeSavedRow,
    Vote,
    VoteRow,
    Weight,
)
from adoption.feedback.section_votes import SectionVote, section_votes
from adoption.people.directory import person_of
from adoption.people.models import Person
from adoption.questions.models import Interaction


@dataclass(frozen=True)
class Opinion:
    """What one person made of one answer.

    Attributes:
        passage_id: the section that answers the question, if they said which.
    """

    vote: Vote
    reason: Reason | None
    comment: str | None
    voted_at: datetime
    passage_id: str | None = None


@dataclass(frozen=True)
class Comment:
    """One feedback comment; without a tool it is about the programme.

    Attributes:
        named: whether the programme team may see who wrote it.
    """

    id: str
    account: str
    at: datetime
    text: str
    tool: str | None = None
    named: bool = False


@dataclass(frozen=True)
class Override:
    """One override as somebody logged it.

    Attributes:
        account: who, as the surface knows them.
        detail: the second level of the reason; `DETAILS[reason]` unless an admin has others.
        consent: whether the text may be quoted.
        named: whether the programme team may see who logged it.
    """

    id: str
    account: str
    tool: str
    at: datetime
    reason: OverrideReason
    detail: str | None = None
    text: str | None = None
    recommended: str | None = None
    did_instead: str | None = None
    weight: Weight = Weight.MEDIUM
    consent: bool = False
    named: bool = False


@dataclass(frozen=True)
class CheckIn:
    """A check-in that is due on a day, and what came of it."""

    id: str
    account: str
    due_on: date
    tool: str | None = None
    done_at: datetime | None = None
    minutes_low: float | None = None
    minutes_high: float | None = None
    comment: str | None = None
    consent: bool = False


class Feedback:
    """Stores and reads what people think; the same thing stored twice is there once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def set_vote(
        self,
        interaction_id: str,
        account: str,
        vote: Vote,
        voted_at: datetime,
        passage_id: str | None = None,
    ) -> bool:
        """Stores a vote in place of the person's earlier one; False if it is older.

        A reason given for a thumb down goes when the thumb is turned up.

        Args:
            passage_id: the section that answers the question, where they said which.
        """
        with transaction(self._engine) as connection:
            person = person_of(connection, account, voted_at)
            voted = _vote_for_update(connection, interaction_id, person, vote, voted_at)
            if voted.voted_at > voted_at:
                return False
            values: dict[str, Any] = {"vote": vote, "voted_at": voted_at, "passage_id": passage_id}
            if vote is Vote.POSITIVE:
                values |= {"reason": None, "comment": None}
            which = _of(VoteRow, interaction_id, person)
            connection.execute(update(VoteRow).where(which).values(values))
            return True

    def set_reason(
        self,
        interaction_id: str,
        account: str,
        reason: Reason,
        comment: str | None,
        given_at: datetime,
    ) -> bool:
        """Stores why an answer did not help; False if the thumb has been turned up since."""
        with transaction(self._engine) as connection:
            person = person_of(connection, account, given_at)
            no = Vote.NEGATIVE
            voted = _vote_for_update(connection, interaction_id, person, no, given_at)
            if voted.vote is Vote.POSITIVE:
                return False
            values = {"reason": reason, "comment": None if comment is None else storable(comment)}
            which = _of(VoteRow, interaction_id, person)
            connection.execute(update(VoteRow).where(which).values(values))
            return True

    def votes(self, start: datetime, end: datetime) -> list[VoteRow]:
        """The votes given from `start` up to but without `end`, whenever the question was asked.

        A vote that comes later changes no week that is over.
        """
        query = (
            select(VoteRow)
            .join(Interaction, Interaction.id == VoteRow.interaction_id)
            .where(VoteRow.voted_at >= start, VoteRow.voted_at < end)
            .order_by(VoteRow.interaction_id, VoteRow.person_id)
        )
        with Session(self._engine) as session:
            return list(session.scalars(query))

    def section_votes(self, most: int) -> list[SectionVote]:
        """What people said of sections under answers, the newest first; at most `most`."""
        return section_votes(self._engine, most)

    def opinion(self, interaction_id: str, account: str) -> Opinion | None:
        """What that person made of that answer, or None."""
        columns = (
            VoteRow.vote,
            VoteRow.reason,
            VoteRow.comment,
            VoteRow.voted_at,
            VoteRow.passage_id,
        )
        query = (
            select(*columns)
            .join(Person, Person.id == VoteRow.person_id)
            .where(VoteRow.interaction_id == interaction_id, Person.account == account)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else Opinion(*row)

    def is_about(self, interaction_id: str) -> bool:
        """Whether anybody voted on an answer or said what it saved them."""
        queries = [
            select(exists().where(table.interaction_id == interaction_id))
            for table in (VoteRow, TimeSavedRow)
        ]
        with self._engine.connect() as connection:
            return any(connection.scalar(query) for query in queries)

    def add_comment(self, comment: Comment) -> None:
        """Stores a comment; stored again under the same id, it changes nothing."""
        with write_lock(self._engine) as connection:
            [row] = _rows_of_people(connection, [comment], comment.at)
            insert_new(connection, CommentRow, row)

    def comments(self, start: datetime, end: datetime) -> list[Comment]:
        """The comments from `start` up to but without `end`, the newest first.

        The account is empty unless the author agreed to be named.
        """
        query = (
            select(
                CommentRow.id,
                _named(CommentRow.named),
                CommentRow.at,
                CommentRow.text,
                CommentRow.tool,
                CommentRow.named,
            )
            .join(Person, Person.id == CommentRow.person_id)
            .where(CommentRow.at >= start, CommentRow.at < end, CommentRow.text != "")
            .order_by(CommentRow.at.desc(), CommentRow.id)
        )
        with self._engine.connect() as connection:
            return [Comment(*row) for row in connection.execute(query)]

    def overrides(self, start: datetime, end: datetime) -> list[Override]:
        """The overrides whose authors agreed to be quoted or named, the newest first.

        They are from `start` up to but without `end`. Others are counted in groups alone: a list
        of them would give the groups away. The account is empty unless the author agreed to be
        named, and the texts are left out unless they agreed to be quoted.
        """
        query = (
            select(
                OverrideRow.id,
                _named(OverrideRow.named),
                OverrideRow.tool,
                OverrideRow.at,
                OverrideRow.reason,
                OverrideRow.detail,
                _quoted(OverrideRow.text),
                _quoted(OverrideRow.recommended),
                _quoted(OverrideRow.did_instead),
                OverrideRow.weight,
                OverrideRow.consent,
                OverrideRow.named,
            )
            .join(Person, Person.id == OverrideRow.person_id)
            .where(OverrideRow.at >= start, OverrideRow.at < end)
            .where(or_(OverrideRow.consent, OverrideRow.named))
            .order_by(OverrideRow.at.desc(), OverrideRow.id)
        )
        with self._engine.connect() as connection:
            return [Override(*row) for row in connection.execute(query)]

    def set_time_saved(
        self, interaction_id: str, account: str, saved: TimeSaved, at: datetime
    ) -> bool:
        """Stores how much time an answer saved somebody, in place of what they said before.

        Returns:
            False where they have said something else since, or do not find the answer helpful.
        """
        with write_lock(self._engine) as connection:
            person = person_of(connection, account, at)
            vote = select(VoteRow.vote).where(_of(VoteRow, interaction_id, person))
            if connection.scalar(vote) is Vote.NEGATIVE:
                return False
            insert = upsert(connection, TimeSavedRow)
            row = {"interaction_id": interaction_id, "person_id": person, "saved": saved, "at": at}
            newer = insert.on_conflict_do_update(
                index_elements=["interaction_id", "person_id"],
                set_={"saved": insert.excluded.saved, "at": insert.excluded.at},
                where=TimeSavedRow.at <= insert.excluded.at,
            )
            stored = newer.values(row).returning(TimeSavedRow.person_id)
            return connection.execute(stored).first() is not None

    def remove_time_saved(self, interaction_id: str, account: str) -> None:
        """Takes back what an answer saved somebody who turned their thumb down."""
        person = select(Person.id).where(Person.account == account).scalar_subquery()
        which = and_(
            TimeSavedRow.interaction_id == interaction_id, TimeSavedRow.person_id == person
        )
        with write_lock(self._engine) as connection:
            connection.execute(delete(TimeSavedRow).where(which))

    def time_saved(self, interaction_id: str, account: str) -> TimeSaved | None:
        """How much time that answer saved that person, or None."""
        query = (
            select(TimeSavedRow.saved)
            .join(Person, Person.id == TimeSavedRow.person_id)
            .where(TimeSavedRow.interaction_id == interaction_id, Person.account == account)
        )
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def add_overrides(self, overrides: Sequence[Override]) -> None:
        """Stores overrides; one that is stored already gets the new values."""
        if overrides:
            with write_lock(self._engine) as connection:
                seen = min(override.at for override in overrides)
                replace(connection, OverrideRow, _rows_of_people(connection, overrides, seen))

    def add_check_ins(self, check_ins: Sequence[CheckIn], now: datetime) -> None:
        """Stores check-ins, due or done; one that is stored already gets the new values."""
        if check_ins:
            with write_lock(self._engine) as connection:
                replace(connection, CheckInRow, _rows_of_people(connection, check_ins, now))


def _named(agreed: Any) -> Any:
    return case((agreed, func.coalesce(Person.account, "")), else_="")


def _quoted(text: Any) -> Any:
    return case((OverrideRow.consent, text))


def _rows_of_people(
    connection: Connection, given: Sequence[Any], seen: datetime
) -> list[dict[str, Any]]:
    """Rows with the pseudonym instead of the account; of two with one id, the later."""
    rows = {}
    for each in given:
        values = {name: getattr(each, name) for name in each.__dataclass_fields__}
        values["person_id"] = person_of(connection, values.pop("account"), seen)
        rows[each.id] = {k: storable(v) if type(v) is str else v for k, v in values.items()}
    return list(rows.values())


def _vote_for_update(
    connection: Connection, interaction_id: str, person: str, vote: Vote, at: datetime
) -> Any:
    """The person's vote on an answer, made with `vote` where none is, locked for us."""
    row = {"interaction_id": interaction_id, "person_id": person, "vote": vote, "voted_at": at}
    insert_new(connection, VoteRow, row)
    query = select(VoteRow.vote, VoteRow.voted_at)
    return connection.execute(
        query.where(_of(VoteRow, interaction_id, person)).with_for_update()
    ).one()


def _of(table: type[Base], interaction_id: str, person: str) -> Any:
    columns = table.__table__.c
    return and_(columns.interaction_id == interaction_id, columns.person_id == person)
