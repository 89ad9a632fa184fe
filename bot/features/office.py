"""What all deeds of the programme share: the record, Slack, who is an admin, and the time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adoption.guides.decisions import GuideDecisions
from adoption.people.roles import Roles
from adoption.privacy.groups import Minimum
from adoption.privacy.models import RestrictedAction
from adoption.record import Record
from adoption.submissions.schemas import FaqFields, StoryFields
from adoption.submissions.submissions import Submissions
from bot.container import Container
from bot.guides.statistics import GuideStatistics
from bot.jobs.deeds import Deed, Deeds
from bot.observability.question_metrics import Observer
from bot.settings import Settings
from bot.slack.blocks.parts import section, user_of
from bot.slack.courier import Courier
from bot.slack.identity import Admins
from bot.slack.messages import Message
from knowledge.index.index import Index

log = logging.getLogger(__name__)

NOT_YOURS = "Only an admin of the programme can do that. Nothing was changed."


@dataclass(frozen=True)
class Office:
    """What a deed of the programme works with.

    Attributes:
        sync: brings what the programme has published into the index.
        reread: reads the source of a guide anew, as far as it is here.
        ask: takes a question on: account, channel, ts, words.
        watchers: want to hear of answers.
    """

    container: Container
    settings: Settings
    record: Record
    index: Index
    courier: Courier
    deeds: Deeds
    admins: Admins
    clock: Callable[[], float]
    sync: Callable[[], None]
    reread: Callable[[str], None]
    ask: Callable[[str, str, str, str], None]
    refreshers: list[Callable[[Deed, str], None]] = field(default_factory=list)
    watchers: list[Observer] = field(default_factory=list)

    @property
    def shelf(self) -> GuideStatistics:
        """The guides and who keeps them."""
        return self.container.guides

    @property
    def stories(self) -> Submissions[StoryFields]:
        """The stories."""
        return self.record.stories

    @property
    def faqs(self) -> Submissions[FaqFields]:
        """The FAQ entries."""
        return self.record.faqs

    @property
    def guides(self) -> GuideDecisions:
        """What was decided about guides."""
        return self.record.guide_decisions

    @property
    def roles(self) -> Roles:
        """The roles."""
        return self.record.roles

    @property
    def minimum(self) -> Minimum:
        """The smallest group that is shown."""
        return Minimum(self.settings.minimum_group)

    def now(self) -> datetime:
        """This moment."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def post(
        self, deed: Deed, name: str, place: str, message: Message, thread: str | None = None
    ) -> list[str]:
        """Posts to a channel or person as a step of a deed, once; gives channel and ts, or []."""

        def once() -> list[str]:
            key = f"{deed.id}/{name}"
            return self.courier.post(place, message, key, deed.repeated, thread)

        return deed.step(name, once)

    def whisper(self, deed: Deed, url: str, account: str, text: str) -> None:
        """Says something to whoever acted, as a step: where they acted, or else directly."""
        message = Message(text, [section(text)])
        if url:
            deed.step("whisper", self.courier.whisper, url, message)
        else:
            self.post(deed, "whisper", user_of(account), message)

    def lets(
        self, deed: Deed, act: RestrictedAction, about: str = "", words: str = NOT_YOURS
    ) -> bool:
        """Whether whoever acted is an admin; who is none is told, and the try written down."""
        may = deed.step("may", self.admins.knows, user_of(deed.values["account"]))
        if not may:
            self.refuse(deed, act, about, words)
        return may

    def refuse(self, deed: Deed, act: RestrictedAction, about: str, words: str) -> None:
        """Writes down that somebody may not do what they tried, and tells them."""
        account = deed.values["account"]
        refused = self.record.refused_actions.add
        deed.step("refused", refused, deed.id, account, act, about, self.now())
        if words:
            self.whisper(deed, deed.values.get("url", ""), account, words)

    def turn_away(
        self,
        key: str,
        account: str,
        act: RestrictedAction,
        about: str = "",
        words: str = "",
        url: str = "",
    ) -> None:
        """Keeps that somebody was refused where they pressed; with words, tells them."""
        self.deeds.take(
            f"refused:{key}",
            "refused",
            account=account,
            act=act.value,
            about=about,
            text=words,
            url=url,
        )

    def turned_away(self, deed: Deed) -> None:
        """The deed of being turned away."""
        values = deed.values
        self.refuse(deed, RestrictedAction(values["act"]), values["about"], values["text"])

    def tell(self, deed: Deed) -> None:
        """A deed that only says something to whoever acted."""
        self.whisper(deed, deed.values["url"], deed.values["account"], deed.values["text"])

    def admin_places(self, team: str) -> list[str]:
        """Where admins are told: their channel, or each of those who are known."""
        if self.settings.admin_channel:
            return [self.settings.admin_channel]
        if self.admins.named:
            return self.admins.named
        accounts = self.record.home_views.accounts(admins_only=True)
        return [user_of(a) for a in accounts if a.startswith(f"{team}:") and user_of(a)]

    def refresh(self, deed: Deed, *accounts: str, admins: bool = False) -> None:
        """Draws the Home tabs of those people anew who have opened them."""
        opened = deed.step("homes", self._opened, list(accounts), admins)
        for account in opened:
            for refresher in self.refreshers:
                refresher(deed, account)

    def _opened(self, accounts: list[str], admins: bool) -> list[str]:
        known = set(self.record.home_views.accounts())
        wanted = {account for account in accounts if account in known}
        return sorted(
            wanted | set(self.record.home_views.accounts(admins_only=True) if admins else ())
        )
