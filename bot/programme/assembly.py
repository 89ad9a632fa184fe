"""Puts the programme's deeds together, before the jobs are launched."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from slack_sdk import WebClient

from bot.admins import Admins
from bot.courier import Courier
from bot.deeds import Deeds
from bot.programme.champions import ChampionDeeds
from bot.programme.digests import DigestDeeds
from bot.programme.faqs import FaqDeeds
from bot.programme.greetings import GreetingDeeds
from bot.programme.guides import GuideDeeds
from bot.programme.homes import HomeDeeds
from bot.programme.office import Office
from bot.programme.retention import Retention
from bot.programme.rosters import RosterDeeds
from bot.programme.schedule import Schedule
from bot.programme.sources import SourceDeeds, SourceSchedule
from bot.programme.stories import StoryDeeds
from bot.rulings import rulings_in
from bot.workforce import people_in, teams_named
from ingest.sources.book import SourceBook
from ingest.sources.source import Source
from ingest.sources.sync import Synced

if TYPE_CHECKING:
    from bot.app import House


def programme(
    house: House,
    client: WebClient,
    clock: Callable[[], float],
    ask: Callable[[str, str, str, str], None],
) -> tuple[Office, Schedule]:
    """The programme of one process, and its schedule.

    Args:
        ask: takes a question on: account, channel, ts, words.
    """
    from bot.app import source_syncer, syncer
    from bot.turns import indexing_turn

    settings = house.settings
    book = SourceBook(settings.data_dir)
    # Stories and sources take turns in this process, and with all others.
    turn = threading.Lock()

    def sync() -> None:
        with turn, indexing_turn(settings):
            syncer(settings, house.index, rulings_in(house.record)).run(settings.all_content)

    def reread(guide: str) -> None:
        source = book.among().source_of(Path(guide))
        paths = [book.place(source)] if source else roots_of(house, Path(guide))
        with turn, indexing_turn(settings):
            syncer(settings, house.index, rulings_in(house.record)).run(paths)

    def sync_source(source: Source, anew: bool) -> Synced:
        with turn, indexing_turn(settings):
            if not anew and source.id not in {each.id for each in book.due(office.now())}:
                return Synced(source, skipped=True)
            rulings = rulings_in(house.record)
            return source_syncer(settings, house.index, rulings, now=office.now).run([source])[0]

    office = Office(
        settings=settings,
        record=house.record,
        index=house.index,
        courier=Courier(client),
        deeds=Deeds(),
        admins=Admins(client, settings.admins, clock),
        clock=clock,
        sync=sync,
        reread=reread,
        ask=ask,
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
    SourceDeeds(office, book, sync_source)
    teams = teams_named(settings.roster_groups)
    rosters = RosterDeeds(office, lambda: people_in(client, teams))
    looks = [SourceSchedule(office, book).step, Retention(office).step, rosters.look]
    return office, Schedule(office, digests.is_due, digests.is_missed, looks)


def roots_of(house: House, guide: Path) -> list[Path]:
    """The paths to read anew for a guide: all content, or what it was indexed from by hand."""
    content = [Path(os.path.abspath(each.expanduser())) for each in house.settings.all_content]
    if any(guide.is_relative_to(each) for each in content):
        return content
    known = {file.source: file.root for file in house.index.catalog.files()}
    root = Path(known.get(str(guide), guide))
    return [root] if root.exists() else []
