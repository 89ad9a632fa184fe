"""Reads what somebody's Home shows, and draws it."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import partial

from adoption.reports.home import AdminHome, admin_home, champion_home, own_questions
from adoption.usage.queries import UseReader
from bot.action_ids import REVIEW_FAQ, REVIEW_STORY
from bot.container import Container, JobContext
from bot.features.faqs.drafts import gap_id
from bot.features.guides.facts import guide_lists
from bot.features.home.blocks import AdminView, Gap, HomeView, Waiting, home_view
from bot.features.setup.steps import steps_of
from bot.slack.errors import SlackRefused
from bot.slack.identity import user_of
from bot.slack.messages import PUBLIC
from ingest.parse.audiences import ADMINS
from knowledge.errors import EncoderUnavailable

log = logging.getLogger(__name__)

_TRIES = 3
_ASKED_IN_SLACK = re.compile(r"([CDG][A-Z0-9]+):(\d+\.\d{6})", re.ASCII)
_MOST_QUESTIONS, _MOST_STORIES, _MOST_OWN_STORIES = 5, 3, 5


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
    wanted = set(accounts) & set(views.accounts())
    return sorted(wanted | set(views.accounts(admins_only=True) if admins else ()))


def draw_home(container: Container, account: str, opened: bool = False) -> None:
    """Draws somebody's Home.

    Args:
        opened: whether they have just opened it.

    Raises:
        SlackError: Slack does not answer, or does not say who is an admin.
    """
    views = container.record.home_views
    for attempt in range(_TRIES + 1):
        # What was drawn meanwhile is newer than what was read: read again, then draw.
        hash = views.content_hash(account) if attempt < _TRIES else ""
        is_admin = container.admins.is_admin(account)
        view = home_view(view_of(container, account, is_admin))
        audiences = frozenset({ADMINS}) if is_admin else PUBLIC
        try:
            drawn = container.slack.publish_home(user_of(account), view, hash, audiences)
        except SlackRefused as error:
            log.warning("Home could not be drawn: %s", error.code)
            return
        if drawn is not None:
            views.store(account, drawn, is_admin, container.now(), opened)
            return


def view_of(container: Container, account: str, is_admin: bool) -> HomeView:
    """What somebody's Home shows."""
    record, settings, use = container.record, container.settings, UseReader(container.engine)
    champion = record.roles.champion(account)
    team = None
    if champion is not None and champion.team:
        now, zone = container.now(), settings.zone
        team = champion_home(use, champion.team, now, zone, container.minimum)
    questions = own_questions(record.engine, account, _MOST_QUESTIONS)
    return HomeView(
        questions=questions,
        links=_links(container, [each.id for each in questions]),
        own_stories=record.stories.of_author(account, _MOST_OWN_STORIES),
        stories=record.stories.published(_MOST_STORIES),
        team=team,
        admin=_admin_view(container, use) if is_admin else None,
        parts=[
            block
            for part in container.home_parts
            for block in part(container, account, is_admin, use)
        ],
        is_example=record.notices.is_example(),
    )


def _links(container: Container, ids: Sequence[str]) -> dict[str, str]:
    """Where the questions that were asked in Slack stand, by their ids."""
    places = {id: found for id in ids if (found := _ASKED_IN_SLACK.fullmatch(id))}
    return {id: container.slack.address_of(*found.groups()) for id, found in places.items()}


def _admin_view(container: Container, use: UseReader) -> AdminView:
    record, home = container.record, _admin_home(container, use)
    gaps = [(gap, gap_id(gap.name)) for gap in home.gaps.open]
    answered = record.faqs.published_among([id for _, id in gaps])
    return AdminView(
        home=home,
        gaps=[
            *(Gap(gap.name, gap.count, id in answered) for gap, id in gaps),
            *(Gap(d.gap.name, d.gap.count, dismissed_by=d.by) for d in home.gaps.dismissed),
        ],
        waiting=[
            *(Waiting(s.id, s.fields.title, REVIEW_STORY) for s in record.stories.awaiting()),
            *(Waiting(f.id, f.fields.question, REVIEW_FAQ) for f in record.faqs.awaiting()),
        ],
        guides=guide_lists(container),
        setup=steps_of(container),
    )


def _admin_home(container: Container, use: UseReader) -> AdminHome:
    """An admin's figures, with gaps merged by meaning once the embedding model is there."""
    encoder = container.index.encoder
    home = partial(
        admin_home,
        container.record,
        use,
        container.now(),
        container.settings.zone,
        container.minimum,
    )
    if encoder.is_loading:
        return home()
    try:
        return home(encoder.encode_kept)
    except EncoderUnavailable as error:
        log.warning("Home has questions that mean the same: %s", error)
        return home()
