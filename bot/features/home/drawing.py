"""Reads what a Home tab shows, and draws it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.sections import sections
from adoption.reports.digest.use_section import use_section
from adoption.reports.follow_ups import FollowUpBook
from adoption.reports.home_facts import open_questions, own_questions
from adoption.reports.weeks import Week
from adoption.reports.wording import percent
from adoption.usage.queries import UseReader
from bot.container import Container, JobContext
from bot.features.faqs.jobs import gap_id
from bot.features.guides.jobs import lists_of
from bot.features.home.blocks import AdminFacts, Gap, HomeFacts, TeamFacts, home_view
from bot.slack.errors import SlackRefused
from bot.slack.identity import user_of

log = logging.getLogger(__name__)

_TRIES = 3


def refresh_home(
    context: JobContext, accounts: Sequence[str] = (), *, admins: bool = False
) -> None:
    """Draws the Home of these accounts, and of every admin, where they have opened it."""
    container = context.container
    for account in context.step(opened_homes, container, accounts, admins):
        context.slack(draw_home, container, account)


def opened_homes(container: Container, accounts: Sequence[str], admins: bool) -> list[str]:
    """Those of these accounts, and of the admins, who have opened Home."""
    views = container.record.home_views
    known = set(views.accounts())
    wanted = {account for account in accounts if account in known}
    return sorted(wanted | set(views.accounts(admins_only=True) if admins else ()))


def draw_home(container: Container, account: str, opened: bool = False) -> None:
    """Draws somebody's Home.

    Args:
        opened: whether they have just opened it.
    """
    views = container.record.home_views
    for attempt in range(_TRIES + 1):
        # What was drawn meanwhile is newer than what we read: read again, then draw.
        hash = views.content_hash(account) if attempt < _TRIES else ""
        is_admin = container.admins.is_admin(user_of(account))
        view = home_view(facts_of(container, account, is_admin))
        try:
            drawn = container.slack.publish_home(user_of(account), view, hash or "")
        except SlackRefused as error:
            log.warning("Home could not be drawn: %s", error.code)
            return
        if drawn is not None:
            views.store(account, drawn, is_admin, container.now(), opened)
            return


def facts_of(container: Container, account: str, is_admin: bool) -> HomeFacts:
    """What somebody's Home shows."""
    engine, record = container.engine, container.record
    champion = record.roles.champion(account)
    return HomeFacts(
        questions=own_questions(engine, account, 5),
        mine=record.stories.unpublished_of(account),
        stories=record.stories.published(3),
        team=_team(container, champion.team) if champion and champion.team else None,
        admin=_admin(container) if is_admin else None,
    )


def _team(container: Container, team: str) -> TeamFacts:
    reader = UseReader(container.engine)
    today = container.now().astimezone(container.settings.zone).date()
    section_ = use_section(reader, today, container.minimum)
    # A team under the minimum is folded into the others, and has no line of its own.
    own = [group for group in section_.teams if group.name == team]
    words = ""
    if own and own[0].now.weekly.value is not None:
        now, before = own[0].now, own[0].before
        words = (
            f"*Active this week* {percent(now.weekly.value)} "
            f"(before: {percent(before.weekly.value)}) of {now.eligible} people\n"
            f"*Every week* {percent(now.habit.value)}, *not for a while* "
            f"{percent(now.dormant.value)}, *never* {percent(now.never_used.value)}"
        )
    return TeamFacts(team, words, open_questions(container.engine, reader.names(), 5, team))


def _admin(container: Container) -> AdminFacts:
    record, zone, faqs = container.record, container.settings.zone, container.record.faqs
    week = Week.of(container.now(), zone)
    digest = weekly_digest(record, week, zone, container.minimum)
    table = next(part.table for part in sections(digest) if part.key == "figures")
    rows = table.rows if table else ()
    gaps = [(gap, gap_id(gap.name)) for gap in digest.unanswered]
    kept = faqs.published_among([id for _, id in gaps])
    return AdminFacts(
        week=str(week),
        figures=[(row[0], row[1], row[2]) for row in rows],
        unanswered=[Gap(gap.name, gap.count, id in kept) for gap, id in gaps],
        awaiting=record.stories.awaiting(),
        faqs=faqs.awaiting(),
        guides=lists_of(container),
        open=open_questions(container.engine, UseReader(container.engine).names(), 5),
        points=FollowUpBook(container.engine).of(week.previous),
    )
