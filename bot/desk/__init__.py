"""Everything that people do beside asking: durable jobs, one small module a surface."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from slack_sdk import WebClient

from adoption.privacy import Minimum
from bot.admins import Admins
from bot.desk.asks import Asks
from bot.desk.channels import Channels
from bot.desk.help import HelpDesk
from bot.desk.mine import MyData
from bot.desk.overrides import Overrides
from bot.desk.people import People
from bot.desk.refusals import Refusals
from bot.desk.remarks import Remarks, Savings
from bot.desk.tools import known_audiences, known_kinds, known_tools
from bot.desk.unkept import Unkept
from bot.questions import Question
from bot.steps import Steps
from bot.vocabulary import Vocabulary, read_vocabulary

if TYPE_CHECKING:
    from bot.app import House

log = logging.getLogger(__name__)

_ROUND_SECONDS = 15.0


@dataclass(frozen=True)
class Desk:
    """What people do beside asking, and what that takes.

    Attributes:
        tools, kinds: give the names of all AI tools, and the kinds of guides.
        help_channel: id of the channel where people help.
    """

    people: People
    vocabulary: Vocabulary
    overrides: Overrides
    remarks: Remarks
    savings: Savings
    help: HelpDesk
    mine: MyData
    unkept: Unkept
    channels: Channels
    asks: Asks
    refusals: Refusals
    tools: Callable[[], list[str]]
    kinds: Callable[[], list[str]]
    help_channel: str | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begins to look after open questions in the background."""
        threading.Thread(target=self._run, name="desk", daemon=True).start()

    def stop(self) -> None:
        """Ends that; a round under way is not waited for."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(_ROUND_SECONDS):
            try:
                self.help.step()
                self.unkept.step()
            # A database may be away for a while; the next round looks again.
            except Exception as error:
                log.info("A round of the desk failed: %s", type(error).__name__)


def open_desk(
    house: House,
    client: WebClient,
    take_question: Callable[[Question], None],
    limited: Callable[[], None] = lambda: None,
    clock: Callable[[], float] = time.time,
) -> Desk:
    """The desk of one process; before the jobs are launched, so that theirs are known.

    Raises:
        SettingsWrong: the file of override reasons cannot be used.
    """
    settings, engine = house.settings, house.record.engine
    steps = Steps(client, limited)
    people = People(client, Admins(client, settings.admins, clock), settings.admin_channel)
    minimum = Minimum(settings.minimum_group)
    patience = timedelta(minutes=settings.help_patience_minutes)
    return Desk(
        people=people,
        vocabulary=read_vocabulary(settings.override_reasons),
        overrides=Overrides(steps, engine, clock, minimum),
        remarks=Remarks(steps, engine, clock),
        savings=Savings(steps, engine),
        help=HelpDesk(steps, engine, people, settings.help_channel, clock, patience),
        mine=MyData(steps, engine, clock, minimum),
        unkept=Unkept(engine, clock),
        channels=Channels(steps, engine, people, clock, lambda: known_audiences(house.index)),
        asks=Asks(steps, take_question, clock),
        refusals=Refusals(steps, engine, clock),
        tools=lambda: known_tools(engine, house.index),
        kinds=lambda: known_kinds(house.index),
        help_channel=settings.help_channel,
    )
