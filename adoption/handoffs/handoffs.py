"""Questions on their way to a person: who asked, who took them, when they were solved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select, update

from adoption.feedback.models import Escalation
from adoption.feedback.voices import person_of
from adoption.people.directory import writing
from adoption.questions.desk_models import HelpCall
from adoption.questions.models import Person
from adoption.usage.models import Member
from adoption.usage.rollups import upsert


@dataclass(frozen=True)
class Call:
    """A question on its way to a person.

    Attributes:
        account: who asked; None where they have left no name behind.
        channel, ts: the message that helpers see it in; None until it is posted.
        offers: how often it has been offered.
        reply_ts: the newest reply that was brought to the asker; None before there is one.
    """

    interaction_id: str
    account: str | None
    asked_at: datetime
    home_channel: str
    home_thread: str
    channel: str | None
    ts: str | None
    offers: int
    offered_at: datetime
    taken_by: str | None
    solved_by: str | None
    solved_at: datetime | None
    reply_ts: str | None


_COLUMNS = [
    Person.account if name == "account" else getattr(HelpCall, name)
    for name in Call.__dataclass_fields__
]


class HelpCalls:
    """Keeps help calls; of two people who take or solve one at once, one does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(
        self,
        interaction_id: str,
        account: str,
        at: datetime,
        home: tuple[str, str],
        target: str | None = None,
    ) -> bool:
        """Writes a call down; False if there is one for this question already.

        Args:
            home: channel and thread it was asked in.
            target: the channel or person it goes to.
        """
        with writing(self._engine) as connection:
            row = {
                "interaction_id": interaction_id,
                "person_id": person_of(connection, account, at),
                "asked_at": at,
                "home_channel": home[0],
                "home_thread": home[1],
                "channel": target,
                "offers": 1,
                "offered_at": at,
            }
            made = upsert(connection, HelpCall).on_conflict_do_nothing().values(row)
            if connection.execute(made.returning(HelpCall.interaction_id)).first() is None:
                return False
            escalation = {"interaction_id": interaction_id, "asked_at": at}
            connection.execute(
                upsert(connection, Escalation).on_conflict_do_nothing(), [escalation]
            )
            return True

    def place(self, interaction_id: str, channel: str, ts: str) -> None:
        """Notes the message that helpers see a call in."""
        self._change(interaction_id, channel=channel, ts=ts)

    def offered(self, interaction_id: str, offers: int, at: datetime) -> None:
        """Notes that a call was offered for the `offers`-th time."""
        self._change(interaction_id, offers=offers, offered_at=at)

    def take(self, interaction_id: str, helper: str, at: datetime) -> bool:
        """Gives a call to a helper; False if somebody else has it, or it is solved."""
        taken = update(HelpCall).where(
            HelpCall.interaction_id == interaction_id,
            HelpCall.solved_at.is_(None),
            (HelpCall.taken_by.is_(None)) | (HelpCall.taken_by == helper),
        )
        with writing(self._engine) as connection:
            values = {"taken_by": helper, "taken_at": func.coalesce(HelpCall.taken_at, at)}
            return connection.execute(taken.values(values)).rowcount > 0

    def solve(self, interaction_id: str, by: str, at: datetime) -> bool:
        """Notes that a call is solved; False if somebody else had noted it."""
        solved = update(HelpCall).where(
            HelpCall.interaction_id == interaction_id,
            (HelpCall.solved_at.is_(None)) | (HelpCall.solved_by == by),
        )
        answered = update(Escalation).where(
            Escalation.interaction_id == interaction_id, Escalation.answered_at.is_(None)
        )
        with writing(self._engine) as connection:
            when = func.coalesce(HelpCall.solved_at, at)
            done = connection.execute(solved.values(solved_by=by, solved_at=when)).rowcount > 0
            if done:
                connection.execute(answered.values(answered_at=at))
            return done

    def answered(self, interaction_id: str, ts: str, at: datetime) -> None:
        """Notes a person's reply: when the first came, and which is the newest."""
        first = update(Escalation).where(
            Escalation.interaction_id == interaction_id, Escalation.answered_at.is_(None)
        )
        newest = update(HelpCall).where(
            HelpCall.interaction_id == interaction_id,
            (HelpCall.reply_ts.is_(None)) | (HelpCall.reply_ts < ts),
        )
        with writing(self._engine) as connection:
            connection.execute(first.values(answered_at=at))
            connection.execute(newest.values(reply_ts=ts))

    def get(self, interaction_id: str) -> Call | None:
        """The call for a question, or None."""
        return next(iter(self._found(HelpCall.interaction_id == interaction_id)), None)

    def at_place(self, channel: str, ts: str) -> Call | None:
        """The call whose message is there, or None."""
        return next(iter(self._found(HelpCall.channel == channel, HelpCall.ts == ts)), None)

    def unplaced(self, targets: Collection[str]) -> bool:
        """Whether a call is on its way to one of these, who may see it before it has a place."""
        return bool(self._found(HelpCall.ts.is_(None), HelpCall.channel.in_(targets)))

    def waiting(self, offered_before: datetime, fewer_than: int) -> Sequence[Call]:
        """The calls nobody has taken, last offered before a moment, fewer times than so many."""
        return self._found(
            HelpCall.taken_by.is_(None),
            HelpCall.solved_at.is_(None),
            HelpCall.offered_at <= offered_before,
            HelpCall.offers < fewer_than,
        )

    def champions_of(self, account: str) -> list[str]:
        """The accounts of the champions in somebody's team."""
        own = (
            select(Member.team_id)
            .join(Person, Person.id == Member.person_id)
            .where(Person.account == account, Member.team_id.is_not(None))
        )
        query = (
            select(Person.account)
            .join(Member, Member.person_id == Person.id)
            .where(
                Member.team_id.in_(own),
                func.lower(Member.role) == "champion",
                Member.left_on.is_(None),
                Person.account.is_not(None),
                Person.account != account,
            )
            .order_by(Person.account)
        )
        with self._engine.connect() as connection:
            return [name for name in connection.scalars(query) if name]

    def _found(self, *conditions: Any) -> list[Call]:
        query = select(*_COLUMNS).join(Person, Person.id == HelpCall.person_id).where(*conditions)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(HelpCall.offered_at)).all()
        return [Call(*row) for row in rows]

    def _change(self, interaction_id: str, **values: Any) -> None:
        changed = update(HelpCall).where(HelpCall.interaction_id == interaction_id)
        with writing(self._engine) as connection:
            connection.execute(changed.values(**values))
