"""Puts the programme's deeds together, before the jobs are launched."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from slack_sdk import WebClient

from bot.admins import Admins
from bot.courier import Courier
from bot.deeds import Deeds
from bot.programme.champions import ChampionDeeds
from bot.programme.digests import DigestDeeds
from bot.programme.faqs import FaqDeeds
from bot.programme.homes import HomeDeeds
from bot.programme.office import Office
from bot.programme.schedule import Schedule
from bot.programme.stories import StoryDeeds

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
    from bot.app import syncer
    from bot.turns import indexing_turn

    settings = house.settings

    def sync() -> None:
        with indexing_turn(settings):
            syncer(settings, house.index).run(settings.all_content)

    office = Office(
        settings=settings,
        record=house.record,
        index=house.index,
        courier=Courier(client),
        deeds=Deeds(),
        admins=Admins(client, settings.admins, clock),
        clock=clock,
        sync=sync,
        ask=ask,
    )
    office.deeds.on("told", office.tell)
    office.deeds.on("refused", office.turned_away)
    StoryDeeds(office)
    FaqDeeds(office)
    HomeDeeds(office)
    ChampionDeeds(office)
    digests = DigestDeeds(office)
    return office, Schedule(office, digests.is_due)
