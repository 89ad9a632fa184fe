"""What training there is for somebody: their seats, what fits them, and what they host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from adoption.roles.models import Role
from adoption.training.catalogue import Course, Session
from adoption.training.learners import Learner
from adoption.training.models import OPEN, SeatState, Tier
from adoption.training.seats import Taken
from bot.container import Container
from bot.slack.zones import zone_of
from knowledge.index.passages import EVERYONE

# For so long after a session its host is asked to mark who came.
MARKED_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class GuideToRead:
    """A guide that belongs to a course.

    Attributes:
        link: its address; empty where it has none.
    """

    title: str
    link: str


@dataclass(frozen=True)
class Offer:
    """A session as somebody sees it.

    Attributes:
        state: of their seat; None where they have none.
    """

    session: Session
    taken: Taken = field(default_factory=Taken)
    state: SeatState | None = None


@dataclass(frozen=True)
class Training:
    """The training for somebody.

    Attributes:
        zone: theirs.
        seats: sessions to come in which they have a seat, or wait for one.
        fitting: other sessions to come that are for them.
        hosting: sessions to come that they run.
        to_mark: sessions that are over, and theirs to mark who came.
    """

    zone: ZoneInfo
    seats: Sequence[Offer] = ()
    fitting: Sequence[Offer] = ()
    hosting: Sequence[Offer] = ()
    completed: frozenset[Tier] = frozenset()
    to_mark: Sequence[Session] = ()


def training_for(container: Container, account: str, is_admin: bool = False) -> Training:
    """The training for somebody; admins mark who came where a session has no host.

    Raises:
        SlackUnavailable: Slack does not say in which zone they are.
    """
    training, now = container.record.training, container.now()
    learner = _learner(container, account)
    own = {seat.session.id: seat.state for seat in training.seats.of(account, now)}
    coming = training.catalogue.sessions(now)
    taken = training.seats.taken([each.id for each in coming])
    offers = [Offer(each, taken[each.id], own.get(each.id)) for each in coming]
    recent = training.catalogue.sessions(now - MARKED_WITHIN, now)
    to_mark = [each for each in recent if _marks(each, account, is_admin)]
    usual = container.settings.zone
    return Training(
        zone=zone_of(container.slack, account, usual) if offers or to_mark else usual,
        seats=[each for each in offers if each.state in OPEN],
        fitting=[
            each
            for each in offers
            if each.state is None
            and learner.fits(each.session.course)
            and each.session.plan.host != account
        ],
        hosting=[each for each in offers if each.session.plan.host == account],
        completed=learner.completed,
        to_mark=[each for each in to_mark if each.ends_at <= now and each.attendance_at is None],
    )


def next_sessions(container: Container, account: str) -> list[Session]:
    """The sessions to come that somebody could sign up for, the next one first."""
    learner, training = _learner(container, account), container.record.training
    now = container.now()
    taken = {seat.session.id for seat in training.seats.of(account, now)}
    return [
        each
        for each in training.catalogue.sessions(now)
        if learner.fits(each.course) and each.id not in taken and each.plan.host != account
    ]


def guides_to_read(container: Container, course: Course) -> list[GuideToRead]:
    """The course's materials, without guides that were restricted since, with their addresses."""
    guides = container.guides.guides()
    public = [each for each in guides if each.audience == EVERYONE]
    links = {
        each.title.casefold(): each.link
        for each in public
        if each.link.startswith(("https://", "http://"))
    }
    hidden = {each.title.casefold() for each in guides} - {e.title.casefold() for e in public}
    return [
        GuideToRead(title, links.get(title.casefold(), ""))
        for title in course.materials
        if title.casefold() not in hidden
    ]


def _learner(container: Container, account: str) -> Learner:
    """What decides which courses are for somebody."""
    record = container.record
    is_champion = record.roles.champion(account) is not None
    return record.training.learners.learner(account, [Role.CHAMPION] if is_champion else [])


def _marks(session: Session, account: str, is_admin: bool) -> bool:
    return session.plan.host == account or (is_admin and session.plan.host is None)
