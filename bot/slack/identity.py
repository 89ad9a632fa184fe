"""Who somebody is: their account, whether they are a colleague, and what they may decide."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import BoltContext

from bot.slack.errors import SlackError, SlackRefused
from bot.slack.gateway import SlackGateway
from bot.slack.messages import Place, is_person

log = logging.getLogger(__name__)

_REMEMBERED_SECONDS = 300.0
_NOBODY = ("deleted", "is_bot", "is_stranger")
_GUEST = ("is_restricted", "is_ultra_restricted")
# Messages that carry a person's own words; edits, joins and the like are no questions.
_SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})


def account_of(context: BoltContext) -> str:
    """Who acted, as `TEAM:USER`, so that two workspaces never share a person."""
    return f"{context.team_id}:{context.user_id}"


def user_of(account: str) -> str:
    """Slack's user id in an account; empty for people who are not in Slack."""
    user = account.rpartition(":")[2]
    return user if is_person(user) else ""


def team_of(account: str) -> str:
    """The workspace in an account."""
    return account.partition(":")[0]


def mention(account: str) -> str:
    """Somebody by mention, or “a colleague” where Slack does not know them."""
    user = user_of(account)
    return f"<@{user}>" if user else "a colleague"


def is_colleague(body: Mapping[str, Any], context: BoltContext) -> bool:
    """Whether whoever acted is of this workspace, and not of one that it shares channels with."""
    user = body.get("user")
    home = user.get("team_id") if isinstance(user, Mapping) else body.get("team_id")
    return home in (None, context.team_id)


def is_from_colleague(event: Mapping[str, Any], context: BoltContext) -> bool:
    """Whether a person of this workspace wrote it: no bot, no edit, no guest from elsewhere."""
    if event.get("subtype") not in _SPOKEN or event.get("bot_id") or not event.get("user"):
        return False
    home = context.team_id
    return all(event.get(key) in (None, home) for key in ("user_team", "source_team"))


def is_change(event: Mapping[str, Any]) -> bool:
    """Whether an event says that a message was edited or deleted."""
    return event.get("subtype") in ("message_changed", "message_deleted")


def mentions_us(event: Mapping[str, Any], context: BoltContext) -> bool:
    """Whether the app is mentioned."""
    return f"<@{context.bot_user_id}" in str(event.get("text") or "")


def place_of(body: Mapping[str, Any]) -> Place:
    """Where a button was pressed: its channel, and the thread its message is in or begins."""
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    message = body.get("message") or {}
    thread = container.get("thread_ts") or message.get("thread_ts") or ""
    # Below what only one person sees there can be no thread.
    if not thread and not container.get("is_ephemeral"):
        thread = container.get("message_ts") or ""
    return Place(str(channel), str(thread))


def is_alone(body: Mapping[str, Any]) -> bool:
    """Whether the message whose button was pressed is seen by one person only."""
    return bool((body.get("container") or {}).get("is_ephemeral"))


@dataclass(frozen=True)
class Standing:
    """What Slack says of a user: whether they are a colleague or a guest here, and an admin."""

    member: bool = False
    admin: bool = False
    guest: bool = False


class Admins:
    """Who administers the programme: those whom the setting names, or the workspace's admins.

    Attributes:
        channel: the admins' channel; empty if none is set.
    """

    def __init__(
        self,
        slack: SlackGateway,
        named: Sequence[str],
        clock: Callable[[], float],
        channel: str | None = None,
    ) -> None:
        self.channel = channel or ""
        self._slack = slack
        self._named = frozenset(named)
        self._clock = clock
        self._known: dict[str, tuple[Standing, float]] = {}
        self._lock = threading.Lock()

    @property
    def named(self) -> list[str]:
        """The user ids that the setting names."""
        return sorted(self._named)

    @property
    def places(self) -> list[str]:
        """Where the admins are reached: those whom the setting names, or else their channel."""
        return self.named or ([self.channel] if self.channel else [])

    @property
    def team(self) -> str:
        """The id of the workspace."""
        return self._slack.team

    def account_of(self, user: str) -> str:
        """The account of a user of this workspace."""
        return f"{self.team}:{user}"

    def is_admin(self, account: str) -> bool:
        """Whether somebody administers the programme; Slack is asked every five minutes.

        Raises:
            SlackError: Slack does not say, and never said before. A job tries again; a listener
                says that Slack did not answer.
        """
        standing = self.standing_of(account)
        named = user_of(account) in self._named if self._named else standing.admin
        return standing.member and named

    def is_member(self, account: str) -> bool:
        """Whether somebody is a colleague: no guest, no bot, of no other company, still here.

        Raises:
            SlackError: as for `is_admin`.
        """
        return self.standing_of(account).member

    def may_ask(self, account: str) -> bool:
        """Whether somebody is answered at all: colleagues and guests, no bot, nobody from outside.

        Where Slack does not say, they are: what is restricted asks again, and strictly.
        """
        try:
            standing = self.standing_of(account)
        except SlackError as error:
            log.warning("Slack does not say who asks (%s)", error)
            return True
        if not (standing.member or standing.guest):
            log.warning("Somebody asked who is no colleague and no guest: %r", user_of(account))
        return standing.member or standing.guest

    def may_set_rules(self, account: str, channel: str) -> bool:
        """Whether somebody may decide how the app behaves in a channel: admins and its creator.

        Raises:
            SlackError: Slack does not say.
        """
        if self.is_admin(account):
            return True
        try:
            creator = self._slack.channel(channel).get("creator")
        except SlackRefused as error:
            # A channel that the app is not in.
            if error.code == "channel_not_found":
                return False
            raise
        return bool(creator == user_of(account)) and self.is_member(account)

    def standing_of(self, account: str) -> Standing:
        """What Slack says of somebody; nothing where they are of another workspace.

        Raises:
            SlackError: as for `is_admin`.
        """
        user = user_of(account)
        # The same id in another workspace is another person.
        if not user or account != self.account_of(user):
            return Standing()
        with self._lock:
            known = self._known.get(user)
        # A clock that was set back makes no answer hold for longer.
        if known is not None and 0 <= self._clock() - known[1] < _REMEMBERED_SECONDS:
            return known[0]
        try:
            found = self._ask(user)
        except SlackError as error:
            if known is None:
                raise
            log.warning("Slack does not say who somebody is (%s); the last answer holds", error)
            return known[0]
        with self._lock:
            self._known[user] = (found, self._clock())
        return found

    def _ask(self, user: str) -> Standing:
        try:
            found = self._slack.user(user)
        except SlackRefused as error:
            if error.code == "user_not_found":
                return Standing()
            raise
        is_here = not any(found.get(each) for each in _NOBODY) and self._is_of_team(found)
        is_guest = any(found.get(each) for each in _GUEST)
        return Standing(
            member=is_here and not is_guest,
            admin=bool(found.get("is_admin") or found.get("is_owner")),
            guest=is_here and is_guest,
        )

    def _is_of_team(self, found: Mapping[str, Any]) -> bool:
        """Whether a user is of this workspace, or of one of the same company's."""
        if found.get("team_id") in (None, self.team):
            return True
        # People of other companies who share a channel may have an organisation as well.
        theirs = found.get("enterprise_user")
        own = self._slack.enterprise
        return bool(own) and isinstance(theirs, Mapping) and theirs.get("enterprise_id") == own
