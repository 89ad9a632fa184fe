"""What each Home tab shows from the record: for everybody, for champions, for admins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Executable, case, select

from adoption.feedback.models import Vote, VoteRow
from adoption.handoffs.models import HandoffRow
from adoption.people.models import Member, Person, Team
from adoption.privacy.groups import Minimum
from adoption.privacy.redaction import redact
from adoption.questions.models import Interaction, Outcome
from adoption.record import Record
from adoption.reports.actions import ActionBook, Point
from adoption.reports.key_figures import KeyFigure, key_figures
from adoption.reports.questions import Embed, Gaps, gaps_of, hand_offs, question_figures
from adoption.reports.recommendations import findings, headline, too_few
from adoption.reports.rich_text import RichText
from adoption.reports.targets import Targets
from adoption.reports.use import GroupUse, company_use, weekly_use
from adoption.reports.weeks import Week
from adoption.usage.queries import UseReader

_MOST_OPEN = 5


@dataclass(frozen=True)
class OwnQuestion:
    """A question of one's own, how it ended, and what one thought of the answer.

    Attributes:
        id: as the record has it; in Slack channel and ts.
    """

    id: str
    text: str
    asked_at: datetime
    outcome: Outcome
    vote: Vote | None = None
    handed_on: bool = False
    solved: bool = False


@dataclass(frozen=True)
class OpenQuestion:
    """A question that was handed to a person and has no answer yet; redacted.

    Attributes:
        taken_by: the Slack id of whoever works on it; empty for nobody yet.
    """

    id: str
    text: str
    team: str
    asked_at: datetime
    taken_by: str = ""


@dataclass(frozen=True)
class ChampionHome:
    """What a champion sees of their team: the last complete week beside the one before.

    Attributes:
        use: None where the team is too small to be shown.
    """

    team: str
    week: Week
    use: GroupUse | None
    open: Sequence[OpenQuestion] = ()


@dataclass(frozen=True)
class AdminHome:
    """What an admin sees: the last complete week beside the one before.

    Attributes:
        headline: the one sentence to take away.
        gaps: questions without an answer, and those that need none.
        recommended: what the week's digest recommended, and what was done.
    """

    week: Week
    headline: RichText
    figures: Sequence[KeyFigure] = ()
    gaps: Gaps = Gaps()  # noqa: RUF009
    open: Sequence[OpenQuestion] = ()
    recommended: Sequence[Point] = ()


def admin_home(
    record: Record,
    reader: UseReader,
    now: datetime,
    zone: ZoneInfo,
    minimum: Minimum,
    embed: Embed | None = None,
) -> AdminHome:
    """An admin's figures; reads two weeks of questions and twelve weeks of roll-ups.

    Args:
        embed: merges gaps with the same meaning.
    """
    week = Week.of(now, zone).previous
    engine = record.engine
    names = reader.names()
    this, last = week.bounds(zone), week.previous.bounds(zone)
    asked = record.questions.between(*this)
    figures, before = (
        question_figures(rows, record.feedback.votes(*span), hand_offs(engine, *span), minimum)
        for rows, span in ((asked, this), (record.questions.between(*last), last))
    )
    use = company_use(reader, week.sunday, minimum)
    found = findings(use, (), figures, before, (), (), {})
    sizes = reader.team_sizes(now.astimezone(zone).date())
    small = [team for team, people in sizes.items() if people < minimum.people]
    return AdminHome(
        week,
        headline(found, use, figures, too_few(minimum, record.roster.size())),
        key_figures(use, figures, before, Targets(engine).all()),
        gaps_of(asked, names, minimum, embed, record.dismissed_questions.all()),
        open_questions(engine, names, _MOST_OPEN, small=small),
        ActionBook(engine).of(week),
    )


def champion_home(
    reader: UseReader, team: str, now: datetime, zone: ZoneInfo, minimum: Minimum
) -> ChampionHome:
    """A champion's figures: their team's use, and its questions that wait for a person."""
    week, engine = Week.of(now, zone).previous, reader.engine
    # A team under the minimum is folded into the others, and has no line of its own.
    teams = weekly_use(reader, week.sunday, minimum).teams
    own = next((group for group in teams if group.name == team), None)
    shown = own if own is not None and own.now.eligible else None
    return ChampionHome(team, week, shown, open_questions(engine, reader.names(), 5, team))


def own_questions(engine: Engine, account: str, most: int) -> list[OwnQuestion]:
    """Somebody's last questions, the newest first."""
    query = (
        select(
            Interaction.id,
            Interaction.question,
            Interaction.asked_at,
            Interaction.outcome,
            VoteRow.vote,
            HandoffRow.interaction_id,
            HandoffRow.answered_at,
        )
        .join(Person, Person.id == Interaction.person_id)
        .outerjoin(
            VoteRow,
            (VoteRow.interaction_id == Interaction.id) & (VoteRow.person_id == Person.id),
        )
        .outerjoin(HandoffRow, HandoffRow.interaction_id == Interaction.id)
        .where(Person.account == account, Interaction.question != "")
        .order_by(Interaction.asked_at.desc(), Interaction.id)
        .limit(most)
    )
    return [
        OwnQuestion(id, text, at, outcome, vote, handed is not None, answered is not None)
        for id, text, at, outcome, vote, handed, answered in _rows(engine, query)
    ]


def open_questions(
    engine: Engine,
    names: frozenset[str],
    most: int,
    team: str | None = None,
    small: Collection[int] = (),
) -> list[OpenQuestion]:
    """Questions handed to a person that still wait, the oldest first.

    Args:
        names: hashes of name words, for redaction.
        team: only those from this team; from everybody where it is left out.
        small: the teams that are not named, for a question would be of one of few.
    """
    query = (
        select(
            Interaction.id,
            Interaction.question,
            case((Team.id.in_(small), ""), else_=Team.name),
            HandoffRow.asked_at,
            HandoffRow.taken_by,
        )
        .join(HandoffRow, HandoffRow.interaction_id == Interaction.id)
        .outerjoin(Member, Member.person_id == Interaction.person_id)
        .outerjoin(Team, Team.id == Member.team_id)
        .where(HandoffRow.answered_at.is_(None))
        .order_by(HandoffRow.asked_at, Interaction.id)
        .limit(most)
    )
    if team is not None:
        query = query.where(Team.name == team)
    return [
        OpenQuestion(id, redact(text, names), name or "", at, taken or "")
        for id, text, name, at, taken in _rows(engine, query)
    ]


def _rows(engine: Engine, query: Executable) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(query))
