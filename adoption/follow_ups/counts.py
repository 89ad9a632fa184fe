"""What follow-ups say of groups: counts under the rules of disclosure, and nobody by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Engine, case, or_, select

from adoption.follow_ups.models import Feeling, FollowUpRow, FollowUpState, Obstacle
from adoption.follow_ups.occasions import AFTER_WEEKS, Occasions, from_record
from adoption.handoffs.models import HandoffRow
from adoption.measures.shares import Share
from adoption.people.models import Member, Team
from adoption.privacy.disclosure import HIDDEN, ShownShare, show_count, show_people, show_share
from adoption.privacy.groups import Minimum, groups, how_many
from adoption.submissions.models import Kind, SubmissionRow

_ASKED = (FollowUpState.SENT, FollowUpState.ANSWERED)


@dataclass(frozen=True)
class GroupCounts:
    """How it goes in a group.

    Attributes:
        answered: the share of those asked who answered.
        feelings, obstacles: shares of those who answered.
    """

    answered: ShownShare = HIDDEN
    feelings: Mapping[Feeling, ShownShare] = field(default_factory=dict)
    obstacles: Mapping[Obstacle, ShownShare] = field(default_factory=dict)


@dataclass(frozen=True)
class FollowUpCounts:
    """The follow-ups that were due on some days.

    Attributes:
        teams: those who answered, by team; small ones together.
        points: open points handed over, rounded; None where they are of too few people.
        solved: the share of them that has an answer.
        stories, entries: drafts that practices became, as `points`.
    """

    everybody: GroupCounts
    teams: Mapping[str, GroupCounts]
    points: int | None = 0
    solved: ShownShare = HIDDEN
    stories: int | None = 0
    entries: int | None = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.everybody.answered == HIDDEN and not (
            self.points or self.stories or self.entries
        )


@dataclass(frozen=True)
class Upcoming:
    """Follow-ups of a team that are due on a day.

    Attributes:
        people: how many, rounded to 5.
    """

    due_on: date
    occasion: str
    weeks: int
    people: int


@dataclass(frozen=True)
class _Row:
    person: str
    team: str | None
    how: Feeling | None
    obstacle: Obstacle | None


def follow_up_counts(engine: Engine, first: date, last: date, minimum: Minimum) -> FollowUpCounts:
    """How the follow-ups went that were due from `first` to `last`."""
    rows = _rows(engine, first, last)
    # By who answered: a team that is left out could be computed from the others.
    said = {row.person: row.team for row in rows if row.how is not None}
    teams = {
        name: _counts([row for row in rows if row.person in people], minimum)
        for name, people in groups(said, minimum, _teams_of_all(engine, last)).items()
    }
    points, solved = _points(engine, first, last)
    drafts = _drafts(engine, first, last)
    return FollowUpCounts(
        _counts(rows, minimum),
        teams,
        show_count(points, minimum),
        show_share(Share.of(solved, points), minimum, how_many(points)),
        show_count(drafts[Kind.STORY], minimum),
        show_count(drafts[Kind.FAQ], minimum),
    )


def upcoming(
    engine: Engine,
    team: str,
    today: date,
    days: int,
    minimum: Minimum,
    occasions: Occasions = from_record,
) -> list[Upcoming]:
    """What is due in a team in the coming days; nothing of fewer people than the minimum."""
    end = today + timedelta(days=days)
    found: dict[tuple[date, str, int], set[str]] = {}
    with engine.connect() as connection:
        members = _members(engine, team, today)
        for each in occasions(connection, today - timedelta(weeks=max(AFTER_WEEKS))):
            for weeks, due_on in each.due():
                if each.person_id in members and today <= due_on < end:
                    found.setdefault((due_on, each.kind, weeks), set()).add(each.person_id)
    return [
        Upcoming(*what, people)
        for what, who in sorted(found.items())
        if (people := show_people(who, minimum))
    ]


def _teams_of_all(engine: Engine, day: date) -> list[str | None]:
    """The team of everybody on the roster; those who left by that day are not."""
    query = (
        select(Team.name)
        .select_from(Member)
        .outerjoin(Team, Team.id == Member.team_id)
        .where(or_(Member.left_on.is_(None), Member.left_on > day))
    )
    with engine.connect() as connection:
        return list(connection.scalars(query))


def _counts(rows: Sequence[_Row], minimum: Minimum) -> GroupCounts:
    asked, said = {row.person for row in rows}, [row for row in rows if row.how is not None]
    people = {row.person for row in said}
    answered = show_share(Share.of(people, asked), minimum)
    if len(people) < minimum.people:
        return GroupCounts(answered)
    feelings = {
        each: show_share(Share.of({r.person for r in said if r.how is each}, people), minimum)
        for each in Feeling
    }
    obstacles = {
        each: show_share(Share.of({r.person for r in said if r.obstacle is each}, people), minimum)
        for each in Obstacle
    }
    return GroupCounts(answered, feelings, obstacles)


def _rows(engine: Engine, first: date, last: date) -> list[_Row]:
    """The newest follow-up of each person who was asked, as answered by the last day."""
    in_time = FollowUpRow.answered_on <= last
    query = (
        select(
            FollowUpRow.person_id,
            Team.name,
            case((in_time, FollowUpRow.how)),
            case((in_time, FollowUpRow.obstacle)),
        )
        .outerjoin(Member, Member.person_id == FollowUpRow.person_id)
        .outerjoin(Team, Team.id == Member.team_id)
        .where(FollowUpRow.due_on.between(first, last), FollowUpRow.state.in_(_ASKED))
        .order_by(FollowUpRow.due_on)
    )
    with engine.connect() as connection:
        return list({row[0]: _Row(*row) for row in connection.execute(query)}.values())


def _points(engine: Engine, first: date, last: date) -> tuple[list[str], list[str]]:
    """Who handed over each open point, and each one that has an answer."""
    query = (
        select(FollowUpRow.person_id, HandoffRow.answered_at)
        .select_from(FollowUpRow)
        .outerjoin(HandoffRow, HandoffRow.interaction_id == FollowUpRow.point)
        .where(FollowUpRow.answered_on.between(first, last), FollowUpRow.point.is_not(None))
    )
    with engine.connect() as connection:
        found = connection.execute(query).all()
    return [who for who, _ in found], [who for who, answered_at in found if answered_at]


def _drafts(engine: Engine, first: date, last: date) -> dict[Kind, list[str]]:
    """Whose practice became each draft."""
    query = (
        select(SubmissionRow.kind, FollowUpRow.person_id)
        .join(FollowUpRow, FollowUpRow.draft == SubmissionRow.id)
        .where(FollowUpRow.answered_on.between(first, last))
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return {kind: [who for found, who in rows if found is kind] for kind in Kind}


def _members(engine: Engine, team: str, today: date) -> set[str]:
    query = (
        select(Member.person_id)
        .join(Team, Team.id == Member.team_id)
        .where(Team.name == team, or_(Member.left_on.is_(None), Member.left_on > today))
    )
    with engine.connect() as connection:
        return set(connection.scalars(query))
