"""Success stories on their way: drafts, what waits for approval, what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Engine, Select, select, update

from adoption.db.texts import storable
from adoption.feedback.voices import person_of
from adoption.people.directory import writing
from adoption.people.programme_models import StoryCard, StoryState
from adoption.questions.models import Person
from adoption.submissions.approvals import decide
from adoption.usage.rollups import upsert

# What a story gained can be counted in one of these.
UNITS = {
    "hours": "hours a week",
    "money": "saved a year, in money",
    "errors": "fewer errors a month",
    "days": "days faster",
}
_OPEN = (StoryState.DRAFT, StoryState.CHANGES)


def number(text: str) -> Decimal | None:
    """A figure above 0 and under a billion, or None."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not value.is_finite() or not Decimal("0.001") <= value < 10**9:
        return None
    return round(value, 3)


@dataclass(frozen=True)
class StoryFields:
    """What an author fills in; all of it is people's words.

    Attributes:
        unit: one of `UNITS`, for the figure.
        picture: the id of a file in Slack.
    """

    title: str = ""
    tool: str = ""
    team: str = ""
    hard: str = ""
    changed: str = ""
    figure: str = ""
    unit: str = ""
    measured: str = ""
    quote: str = ""
    consent: bool = False
    picture: str = ""


@dataclass(frozen=True)
class StoryView:
    """A story as the record has it.

    Attributes:
        account: the author, as Slack knows them.
        review: channel and ts of the messages that ask for a decision.
        note: what an admin wants changed, or why it was declined.
    """

    id: str
    account: str
    state: StoryState
    fields: StoryFields
    updated_at: datetime
    note: str = ""
    review: Sequence[tuple[str, str]] = ()
    decision: str = ""
    decided_by: str = ""
    channel: str = ""
    ts: str = ""
    link: str = ""
    reactions: int = 0


class StoryBook:
    """Keeps success stories; every write can be repeated."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def keep_draft(self, id: str, account: str, fields: StoryFields, now: datetime) -> bool:
        """Writes a draft down; False where it is somebody else's, sent, or newer already."""
        told = asdict(fields).items()
        values = {k: storable(v) if isinstance(v, str) else v for k, v in told}
        with writing(self.engine) as connection:
            person = person_of(connection, account, now)
            row = {
                "id": id,
                "person_id": person,
                "state": StoryState.DRAFT,
                "fields": values,
                "updated_at": now,
                "review": [],
                "reactions": 0,
            }
            connection.execute(upsert(connection, StoryCard).on_conflict_do_nothing(), [row])
            done = connection.execute(
                update(StoryCard)
                .where(
                    StoryCard.id == id,
                    StoryCard.person_id == person,
                    StoryCard.state.in_(_OPEN),
                    StoryCard.updated_at <= now,
                )
                .values(fields=values, updated_at=now)
            )
            return bool(done.rowcount)

    def send(self, id: str, account: str, now: datetime) -> bool:
        """Hands an own draft in; True also where it is handed in already."""
        with writing(self.engine) as connection:
            person = person_of(connection, account, now)
            own = (StoryCard.id == id) & (StoryCard.person_id == person)
            connection.execute(
                update(StoryCard)
                .where(own, StoryCard.state.in_(_OPEN))
                .values(state=StoryState.AWAITING, decision=None, decided_by=None, updated_at=now)
            )
            state = connection.scalar(select(StoryCard.state).where(own))
            return state is StoryState.AWAITING

    def decide(
        self, id: str, state: StoryState, decision: str, by: str, note: str, now: datetime
    ) -> bool:
        """Decides on a story that waits; True for the press that decided, however often told."""
        return decide(self.engine, id, state, decision, by, note, now)

    def keep_review(self, id: str, places: Sequence[tuple[str, str]]) -> None:
        """Writes down where admins are asked."""
        self._set(id, review=[list(place) for place in places])

    def keep_place(self, id: str, channel: str, ts: str, link: str) -> None:
        """Writes down where a story was posted."""
        self._set(id, channel=channel, ts=ts, link=link)

    def keep_reactions(self, channel: str, ts: str, count: int) -> str | None:
        """Writes down how many people reacted; gives the story's id, None where it is none."""
        where = (StoryCard.channel == channel) & (StoryCard.ts == ts)
        with writing(self.engine) as connection:
            connection.execute(update(StoryCard).where(where).values(reactions=count))
            return connection.scalar(select(StoryCard.id).where(where))

    def is_posted(self, channel: str, ts: str) -> bool:
        """Whether a message is a published story."""
        query = select(StoryCard.id).where(StoryCard.channel == channel, StoryCard.ts == ts)
        with self.engine.connect() as connection:
            return connection.scalar(query) is not None

    def get(self, id: str) -> StoryView | None:
        """One story, or None."""
        return next(iter(self._read(_stories().where(StoryCard.id == id))), None)

    def open_of(self, account: str) -> list[StoryView]:
        """A person's stories that are not published: drafts, sent ones, those to change."""
        states = [*_OPEN, StoryState.AWAITING]
        query = _stories().where(Person.account == account, StoryCard.state.in_(states))
        return self._read(query.order_by(StoryCard.updated_at.desc()).limit(10))

    def awaiting(self) -> list[StoryView]:
        """Stories that wait for an admin, the oldest first."""
        query = _stories().where(StoryCard.state == StoryState.AWAITING)
        return self._read(query.order_by(StoryCard.updated_at).limit(20))

    def published(self, most: int | None = None) -> list[StoryView]:
        """Published stories, the newest first."""
        query = _stories().where(StoryCard.state == StoryState.PUBLISHED)
        return self._read(query.order_by(StoryCard.updated_at.desc(), StoryCard.id).limit(most))

    def _set(self, id: str, **values: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(update(StoryCard).where(StoryCard.id == id).values(**values))

    def _read(self, query: Select[Any]) -> list[StoryView]:
        with self.engine.connect() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]


def _stories() -> Select[Any]:
    table = StoryCard.__table__
    return select(*table.c, Person.account.label("account")).join(
        Person, Person.id == StoryCard.person_id
    )


def _view(row: Any) -> StoryView:
    return StoryView(
        id=row["id"],
        account=row["account"] or "",
        state=row["state"],
        fields=StoryFields(**row["fields"]),
        updated_at=row["updated_at"],
        note=row["note"] or "",
        review=tuple((channel, ts) for channel, ts in row["review"]),
        decision=row["decision"] or "",
        decided_by=row["decided_by"] or "",
        channel=row["channel"] or "",
        ts=row["ts"] or "",
        link=row["link"] or "",
        reactions=row["reactions"],
    )
