"""Keeps what people say and what is done about it: overrides, stories, check-ins, follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, select

from adoption.db.base import Base
from adoption.feedback.models import (
    CheckIn,
    Escalation,
    FollowUp,
    Override,
    OverrideReason,
    Story,
    Tier,
    Training,
    Weight,
)
from adoption.people.directory import find_people, plain, writing
from adoption.questions.models import Person
from adoption.reports.wording import joined
from adoption.usage.models import Tool
from adoption.usage.rollups import upsert

if TYPE_CHECKING:
    from adoption.reports.digest.digest import Digest


@dataclass(frozen=True)
class Overridden:
    """One override as somebody told it.

    Attributes:
        account: who, as the surface knows them.
        detail: the second level of the reason; `DETAILS[reason]` unless an admin has others.
        consent: whether the text may be quoted.
        named: whether the programme team may see who told it.
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
class Told:
    """A story as somebody told it; minutes are what they save in a week, as a range."""

    id: str
    account: str
    at: datetime
    text: str
    tool: str | None = None
    minutes_low: float | None = None
    minutes_high: float | None = None
    consent: bool = False


@dataclass(frozen=True)
class CheckedIn:
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


class Voices:
    """Keeps what people say; the same thing told twice is there once, as it was told last."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def keep_overrides(self, told: Sequence[Overridden]) -> None:
        """Writes overrides down."""
        self._keep_of_people(Override, told, lambda row: row.at)

    def keep_stories(self, told: Sequence[Told]) -> None:
        """Writes stories down."""
        self._keep_of_people(Story, told, lambda row: row.at)

    def keep_check_ins(self, told: Sequence[CheckedIn], now: datetime) -> None:
        """Writes check-ins down, due or done."""
        self._keep_of_people(CheckIn, told, lambda row: now)

    def keep_training(self, account: str, tier: Tier, done_on: date, now: datetime) -> None:
        """Writes down that somebody completed a tier of training."""
        with writing(self.engine) as connection:
            person = person_of(connection, account, now)
            row = {"person_id": person, "tier": tier, "done_on": done_on}
            _put(connection, Training, [row], ["person_id", "tier"])

    def keep_escalation(
        self, interaction_id: str, asked_at: datetime, answered_at: datetime | None = None
    ) -> None:
        """Writes down that a question was handed to a person, and when they answered."""
        row = {
            "interaction_id": interaction_id,
            "asked_at": asked_at,
            "answered_at": answered_at,
        }
        with writing(self.engine) as connection:
            _put(connection, Escalation, [row], ["interaction_id"])

    def keep_tool(
        self, name: str, owner: str | None = None, seat_cost: float | None = None
    ) -> None:
        """Writes down who owns a tool and what a seat costs a month."""
        row = {"name": name, "owner": owner, "seat_cost": seat_cost}
        with writing(self.engine) as connection:
            _put(connection, Tool, [row], ["name"])

    def keep_follow_up(
        self,
        week: str,
        subject: str,
        said: str,
        owner: str | None = None,
        did: str | None = None,
        done_at: datetime | None = None,
    ) -> None:
        """Writes down what a digest recommended, who took it and what came of it."""
        row = {
            "week": week,
            "subject": subject,
            "said": said,
            "owner": owner,
            "did": did,
            "done_at": done_at,
        }
        with writing(self.engine) as connection:
            _put(connection, FollowUp, [row], ["week", "subject"])

    def keep_actions(self, digest: Digest) -> None:
        """Writes down what a digest recommends, for the next one to come back to.

        Made again, a digest leaves alone what was written of its points since.
        """
        rows = [
            {
                "week": str(digest.week),
                "subject": action.subject[:255],
                "said": joined(action.text),
                "owner": action.owner[:255],
            }
            for action in digest.actions
        ]
        if rows:
            with writing(self.engine) as connection:
                insert = upsert(connection, FollowUp).on_conflict_do_nothing()
                connection.execute(insert, rows)

    def _keep_of_people(self, table: type[Base], told: Sequence[Any], seen: Any) -> None:
        if not told:
            return
        with writing(self.engine) as connection:
            rows = {}
            for row in told:
                values = {name: getattr(row, name) for name in row.__dataclass_fields__}
                account = values.pop("account")
                person = person_of(connection, account, seen(row))
                rows[row.id] = {k: _storable(v) for k, v in values.items()} | {"person_id": person}
            _put(connection, table, list(rows.values()), ["id"])


def person_of(connection: Connection, account: str, seen: datetime) -> str:
    """The pseudonym behind an account or address, made at first sight."""
    found = find_people(connection, [plain(account)])
    if found:
        return found[plain(account)]
    row = {"id": uuid4().hex, "account": account, "first_seen": seen}
    connection.execute(upsert(connection, Person).on_conflict_do_nothing(), [row])
    return connection.execute(select(Person.id).where(Person.account == account)).scalar_one()


def _put(
    connection: Connection, table: type[Base], rows: Sequence[dict[str, Any]], keys: list[str]
) -> None:
    insert = upsert(connection, table)
    renewed = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=renewed), rows)


def _storable(value: Any) -> Any:
    """Text without what a database cannot hold; everything else as it is."""
    if type(value) is not str:
        return value
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
