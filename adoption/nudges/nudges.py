"""Nudges: an admin approves a campaign, and each person picked for it gets one message, or none.

    planned ──▶ sent            held out (gets none, so that the effect can be seen)
       └─────▶ skipped

Of two admins who approve a campaign for one tool at the same moment, one does. Every write can be
repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from adoption.db.writes import insert_all_new, insert_new, write_lock
from adoption.nudges.audience import Audience, Holder
from adoption.nudges.holdout import is_held_out
from adoption.nudges.models import (
    CampaignRow,
    Excluded,
    NudgeOptOutRow,
    NudgeRow,
    NudgeState,
    Reaction,
)
from adoption.nudges.reading import (
    PAUSE,
    Pick,
    holders_of,
    read_audience,
    read_picks,
    tools_held,
)
from adoption.people.models import Person
from adoption.usage.models import FirstUse

# A message that could not be sent for so long is not sent any more: its effect would be measured
# too late.
LATEST = timedelta(days=4)


@dataclass(frozen=True)
class Rules:
    """How people are picked.

    Attributes:
        grace_days: for so many days a new person is left in peace.
        holdout: the share that gets no message, 0 to 1.
        minimum: a message is for so many people at least.
    """

    grace_days: int
    holdout: float
    minimum: int


@dataclass(frozen=True)
class Campaign:
    """Messages about one tool that an admin approved."""

    id: str
    tool: str
    holdout: float
    approved_by: str
    approved_at: datetime
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class Planned:
    """A message that is to be sent."""

    account: str
    due_at: datetime


class Nudges:
    """The campaigns, who was picked, and who wants no messages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def tools(self) -> list[str]:
        """The tools that people have, by name."""
        with self._engine.connect() as connection:
            return tools_held(connection)

    def audience(self, tool: str, now: datetime, today: date, grace_days: int) -> Audience:
        """Whom a message about a tool would be for at this moment."""
        with self._engine.connect() as connection:
            return read_audience(connection, tool, now, today, grace_days)

    def approve(
        self, campaign: Campaign, today: date, rules: Rules, due: Callable[[str], datetime]
    ) -> Campaign | None:
        """Starts a campaign, unless there was one for the tool in the last two weeks.

        Args:
            today: the day of the approval, where the company is.
            due: when somebody's message is due, by account.

        Returns:
            The campaign that holds: this one, or the other; None where the message is for too few.
        """
        with write_lock(self._engine) as connection:
            held = self._lately(connection, campaign)
            if held is not None:
                return held
            at, tool = campaign.approved_at, campaign.tool
            audience = read_audience(connection, tool, at, today, rules.grace_days)
            if len(audience.picked) < rules.minimum:
                return None
            insert_new(connection, CampaignRow, vars(campaign))
            rows = [_row(campaign, audience.holders[id], due) for id in audience.picked]
            insert_all_new(connection, NudgeRow, rows)
            return campaign

    def stop(self, id: str, now: datetime) -> bool:
        """Stops a campaign: nothing more is sent. False where it was stopped before."""
        with write_lock(self._engine) as connection:
            running = (CampaignRow.id == id) & CampaignRow.stopped_at.is_(None)
            stopped = connection.execute(update(CampaignRow).where(running).values(stopped_at=now))
            waits = (NudgeRow.campaign_id == id) & (NudgeRow.state == NudgeState.PLANNED)
            _skip(connection, waits, Excluded.STOPPED)
            return stopped.rowcount > 0

    def campaigns(self, since: datetime) -> list[Campaign]:
        """The campaigns that were approved since a moment, the newest first."""
        query = (
            select(*CampaignRow.__table__.c)
            .where(CampaignRow.approved_at >= since)
            .order_by(CampaignRow.approved_at.desc())
        )
        with self._engine.connect() as connection:
            return [Campaign(**row) for row in connection.execute(query).mappings()]

    def planned(self, id: str) -> list[Planned]:
        """The messages of a campaign that wait to be sent, the first due first."""
        query = (
            select(Person.account, NudgeRow.due_at)
            .join(Person, Person.id == NudgeRow.person_id)
            .where(NudgeRow.campaign_id == id, NudgeRow.state == NudgeState.PLANNED)
            .where(Person.account.is_not(None))
            .order_by(NudgeRow.due_at, NudgeRow.person_id)
        )
        with self._engine.connect() as connection:
            return [Planned(str(account), due) for account, due in connection.execute(query)]

    def picks(self, id: str) -> dict[str, Pick]:
        """What became of everybody who was picked for a campaign, by pseudonym."""
        with self._engine.connect() as connection:
            return read_picks(connection, id)

    def ready(self, id: str, account: str, now: datetime, today: date) -> Holder | None:
        """Whoever is to get their message now; None where it must not be sent any more.

        Then it is skipped for good: they have the tool no more or have left, used it since the
        approval, want no reminders, are on leave, or it is too late.
        """
        with write_lock(self._engine) as connection:
            found = _planned(connection, id, account)
            if found is None:
                return None
            person, due, tool, approved = found
            holder = next(iter(holders_of(connection, tool, today, account)), None)
            why = _obstacle(connection, person, account, holder, tool, approved, now - due)
            if why is not None:
                _skip(connection, _waits(id, person), why)
                return None
            return holder

    def set_sent(self, id: str, account: str, at: datetime) -> None:
        """Stores that somebody got their message."""
        # Also where a campaign was stopped while the message was on its way.
        values = {"state": NudgeState.SENT, "sent_at": at, "skipped_for": None}
        with write_lock(self._engine) as connection:
            connection.execute(update(NudgeRow).where(_is(id, _person(account))).values(values))

    def set_refused(self, id: str, account: str) -> None:
        """Stores that Slack does not take somebody's message."""
        with write_lock(self._engine) as connection:
            _skip(connection, _waits(id, _person(account)), Excluded.REFUSED)

    def react(self, id: str, account: str, reaction: Reaction) -> None:
        """Stores what somebody pressed in their message; the last press holds.

        Whoever presses has the message, also where it is not yet noted as sent.
        """
        reached = NudgeRow.state.in_((NudgeState.PLANNED, NudgeState.SENT))
        mine = _is(id, _person(account)) & reached
        with write_lock(self._engine) as connection:
            connection.execute(update(NudgeRow).where(mine).values(reaction=reaction))

    def opt_out(self, account: str, now: datetime) -> None:
        """Sends somebody no reminders any more."""
        with write_lock(self._engine) as connection:
            insert_new(connection, NudgeOptOutRow, {"account": account, "since": now})

    def opt_in(self, account: str) -> None:
        """Sends somebody reminders again."""
        with write_lock(self._engine) as connection:
            connection.execute(delete(NudgeOptOutRow).where(NudgeOptOutRow.account == account))

    def is_opted_out(self, account: str) -> bool:
        """Whether somebody wants no reminders."""
        with self._engine.connect() as connection:
            return _is_opted_out(connection, account)

    def _lately(self, connection: Connection, campaign: Campaign) -> Campaign | None:
        """The campaign for the same tool in the last two weeks, this one where it is repeated."""
        since = campaign.approved_at - PAUSE
        query = (
            select(*CampaignRow.__table__.c)
            .where(CampaignRow.tool == campaign.tool, CampaignRow.approved_at > since)
            .order_by(CampaignRow.approved_at.desc())
        )
        row = connection.execute(query).mappings().first()
        return None if row is None else Campaign(**row)


def _row(campaign: Campaign, holder: Holder, due: Callable[[str], datetime]) -> dict[str, Any]:
    held_out = is_held_out(campaign.id, holder.id, campaign.holdout)
    return {
        "campaign_id": campaign.id,
        "person_id": holder.id,
        "state": NudgeState.HELD_OUT if held_out else NudgeState.PLANNED,
        "due_at": due(holder.account),
    }


def _planned(
    connection: Connection, id: str, account: str
) -> tuple[str, datetime, str, datetime] | None:
    """Pseudonym, moment, tool and approval of a message that waits; None where none does."""
    query = (
        select(NudgeRow.person_id, NudgeRow.due_at, CampaignRow.tool, CampaignRow.approved_at)
        .join(CampaignRow, CampaignRow.id == NudgeRow.campaign_id)
        .join(Person, Person.id == NudgeRow.person_id)
        .where(NudgeRow.campaign_id == id, NudgeRow.state == NudgeState.PLANNED)
        .where(Person.account == account)
    )
    found = connection.execute(query).first()
    return None if found is None else (found[0], found[1], found[2], found[3])


def _obstacle(
    connection: Connection,
    person: str,
    account: str,
    holder: Holder | None,
    tool: str,
    approved: datetime,
    late: timedelta,
) -> Excluded | None:
    """Why somebody's message must not be sent any more, or None."""
    if holder is None:
        return Excluded.NO_TOOL
    used = select(func.max(FirstUse.last_day)).where(
        FirstUse.person_id == person, FirstUse.tool == tool
    )
    last = connection.scalar(used)
    reasons = {
        Excluded.OPTED_OUT: _is_opted_out(connection, account),
        Excluded.ON_LEAVE: holder.on_leave,
        Excluded.PART_TIME: holder.part_time,
        Excluded.USED: last is not None and last >= approved.date(),
        Excluded.LATE: late > LATEST,
    }
    return next((why for why, holds in reasons.items() if holds), None)


def _is_opted_out(connection: Connection, account: str) -> bool:
    query = select(NudgeOptOutRow.since).where(NudgeOptOutRow.account == account)
    return connection.scalar(query) is not None


def _skip(connection: Connection, which: Any, why: Excluded) -> None:
    values = {"state": NudgeState.SKIPPED, "skipped_for": why}
    connection.execute(update(NudgeRow).where(which).values(values))


def _is(id: str, person: Any) -> Any:
    return (NudgeRow.campaign_id == id) & (NudgeRow.person_id == person)


def _waits(id: str, person: Any) -> Any:
    return _is(id, person) & (NudgeRow.state == NudgeState.PLANNED)


def _person(account: str) -> Any:
    return select(Person.id).where(Person.account == account).scalar_subquery()
