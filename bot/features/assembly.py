"""Puts the programme's deeds together, before the jobs are launched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from slack_sdk import WebClient

from bot.answering.jobs import enqueue_question
from bot.answering.question import direct_question
from bot.container import Container
from bot.features.digest.jobs import DigestDeeds
from bot.features.faqs.jobs import FaqDeeds
from bot.features.guides.jobs import GuideDeeds
from bot.features.home.jobs import HomeDeeds
from bot.features.office import Office
from bot.features.onboarding.jobs import GreetingDeeds
from bot.features.privacy.retention import Retention
from bot.features.roles.jobs import ChampionDeeds
from bot.features.roster.jobs import RosterDeeds
from bot.features.sources.jobs import SourceDeeds, SourceSchedule
from bot.features.sources.syncing import Syncing
from bot.features.stories.jobs import StoryDeeds
from bot.jobs.deeds import Deeds
from bot.jobs.schedule import Schedule
from bot.slack.courier import Courier
from bot.slack.directory import people_in, teams_named
from ingest.sources.registry import SourceRegistry


def programme(
    house: Container,
    client: WebClient,
    clock: Callable[[], float],
) -> tuple[Office, Schedule]:
    """The programme of one process, and its schedule."""
    settings = house.settings
    book = SourceRegistry(settings.data_dir)
    syncing = Syncing(house, book, lambda: datetime.fromtimestamp(clock(), UTC))
    office = Office(
        container=house,
        settings=settings,
        record=house.record,
        index=house.index,
        courier=Courier(client),
        deeds=Deeds(),
        admins=house.admins,
        clock=clock,
        sync=syncing.content,
        reread=syncing.guide,
        ask=lambda *asked: _ask(house, *asked),
    )
    office.deeds.on("told", office.tell)
    office.deeds.on("refused", office.turned_away)
    StoryDeeds(office)
    FaqDeeds(office)
    GuideDeeds(office)
    HomeDeeds(office)
    GreetingDeeds(office, house.answerer)
    ChampionDeeds(office)
    digests = DigestDeeds(office)
    SourceDeeds(office, book, syncing.source)
    teams = teams_named(settings.roster_groups)
    rosters = RosterDeeds(office, lambda: people_in(house.slack, teams))
    looks = [SourceSchedule(office, book).step, Retention(office).step, rosters.look]
    return office, Schedule(office, digests.is_due, digests.is_missed, looks)


def _ask(container: Container, account: str, channel: str, ts: str, text: str) -> None:
    enqueue_question(container, direct_question(account, channel, ts, text, float(ts)))
