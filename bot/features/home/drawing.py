"""Reads what a Home tab shows, and draws it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from adoption.reports.home import admin_home, champion_home, own_questions
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
    zone, minimum = container.settings.zone, container.minimum
    home = champion_home(container.engine, team, container.now(), zone, minimum)
    words = ""
    if home.use is not None:
        now, before = home.use.now, home.use.before
        words = (
            f"*Active in week {home.week.number}* {now.weekly} (week before: {before.weekly}) "
            f"of about {now.eligible} people\n*Habitual users* {now.habitual}"
        )
    return TeamFacts(team, words, home.open)


def _admin(container: Container) -> AdminFacts:
    record, faqs = container.record, container.record.faqs
    home = admin_home(record, container.now(), container.settings.zone, container.minimum)
    gaps = [(gap, gap_id(gap.name)) for gap in home.gaps]
    answered = faqs.published_among([id for _, id in gaps])
    return AdminFacts(
        week=str(home.week),
        figures=[(each.name, str(each.now), str(each.before)) for each in home.figures],
        unanswered=[Gap(gap.name, gap.count, id in answered) for gap, id in gaps],
        awaiting=record.stories.awaiting(),
        faqs=faqs.awaiting(),
        guides=lists_of(container),
        open=home.open,
        points=home.recommended,
    )
