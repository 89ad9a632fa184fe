"""Everything that people do beside asking: durable jobs, one small module a surface."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from slack_sdk import WebClient

from adoption.privacy.groups import Minimum
from bot.container import Container
from bot.features.channels.jobs import Channels
from bot.features.handoff.jobs import HelpDesk
from bot.features.overrides.jobs import Overrides
from bot.features.overrides.vocabulary import Vocabulary, read_vocabulary
from bot.features.privacy.jobs import MyData
from bot.features.privacy.opt_out import Unkept
from bot.features.roles.refusals import Refusals
from bot.jobs.steps import Steps
from bot.slack.identity import Admins
from bot.tools import known_kinds, known_tools

log = logging.getLogger(__name__)

_ROUND_SECONDS = 15.0


@dataclass(frozen=True)
class Desk:
    """What people do beside asking, and what that takes.

    Attributes:
        tools, kinds: give the names of all AI tools, and the kinds of guides.
        help_channel: id of the channel where people help.
    """

    people: Admins
    vocabulary: Vocabulary
    overrides: Overrides
    help: HelpDesk
    mine: MyData
    unkept: Unkept
    channels: Channels
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
    house: Container,
    client: WebClient,
    limited: Callable[[], None] = lambda: None,
    clock: Callable[[], float] = time.time,
) -> Desk:
    """The desk of one process; before the jobs are launched, so that theirs are known.

    Raises:
        SettingsWrong: the file of override reasons cannot be used.
    """
    settings, record = house.settings, house.record
    steps = Steps(client, limited)
    people = house.admins
    minimum = Minimum(settings.minimum_group)
    patience = timedelta(minutes=settings.help_patience_minutes)
    return Desk(
        people=people,
        vocabulary=read_vocabulary(settings.override_reasons),
        overrides=Overrides(steps, record, clock, minimum),
        help=HelpDesk(steps, record, people, settings.help_channel, clock, patience),
        mine=MyData(steps, record, house.jobs, clock, minimum),
        unkept=Unkept(record, house.jobs, clock),
        channels=Channels(steps, record, people, clock),
        refusals=Refusals(steps, record, clock),
        tools=lambda: known_tools(record, house.index),
        kinds=lambda: known_kinds(house.index),
        help_channel=settings.help_channel,
    )
