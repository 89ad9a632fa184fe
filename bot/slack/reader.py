"""What the app reads from Slack: messages, people and channels."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.slack.errors import SlackError, SlackRateLimited, SlackRefused, translated, when_allowed
from bot.slack.messages import is_person

log = logging.getLogger(__name__)

_PAGE = 200
_ALL_KINDS = "public_channel,private_channel,mpim,im"

Json = dict[str, Any]


class SlackReader:
    """Reads with the bot's token; what it raises is described in `bot.slack.gateway`.

    Args:
        limited: called whenever Slack limits the rate.
    """

    def __init__(self, client: WebClient, limited: Callable[[], None] = lambda: None) -> None:
        """Takes the token and address from a client; retries nothing by itself."""
        self._client = client_like(client)
        self._limited = limited
        self._names: dict[str, str] = {}

    # Messages

    def read(self, channel: str, ts: str) -> Json:
        """A message of a channel as it is now; empty if there is none."""
        page = self._call(
            self._client.conversations_history,
            channel=channel,
            latest=ts,
            oldest=ts,
            inclusive=True,
            limit=1,
        )
        return _at(page, ts)

    def read_pressed(self, channel: str, ts: str, value: str) -> Json:
        """The message in which a button with this value was pressed, as it is now.

        A payload can name any message; only one that has the button is changed after a press.

        Raises:
            SlackRefused: there is none, or it has no such button.
        """
        found = self.read(channel, ts)
        if value not in _values_in(found):
            raise SlackRefused("message_not_found")
        return found

    def read_reply(self, channel: str, ts: str) -> Json:
        """A message of a thread as it is now; empty if there is none."""
        page = self._call(
            self._client.conversations_replies,
            channel=channel,
            ts=ts,
            latest=ts,
            oldest=ts,
            inclusive=True,
            include_all_metadata=True,
        )
        return _at(page, ts)

    def thread(self, channel: str, ts: str) -> Iterator[Json]:
        """All messages of a thread, the oldest first, with their metadata."""
        cursor = ""
        while True:
            page = self._call(
                self._client.conversations_replies,
                channel=channel,
                ts=ts,
                include_all_metadata=True,
                limit=_PAGE,
                cursor=cursor or None,
            )
            yield from _messages(page)
            cursor = _next_page(page)
            if not cursor:
                return

    def written_since(self, channel: str, moment: float) -> list[Json]:
        """The messages of a channel after a moment, with the newest first."""
        method, oldest = self._client.conversations_history, f"{moment:.6f}"
        pages = self._pages(method, channel=channel, oldest=oldest)
        return [message for page in pages for message in _messages(page)]

    def replied_since(self, channel: str, ts: str, moment: float) -> list[Json]:
        """The replies in a thread after a moment."""
        method, oldest = self._client.conversations_replies, f"{moment:.6f}"
        pages = self._pages(method, channel=channel, ts=ts, oldest=oldest)
        return [each for page in pages for each in _messages(page) if each.get("ts") != ts]

    def own_channels(self) -> list[Json]:
        """Every channel and conversation that the app is in."""
        method = self._client.users_conversations
        pages = self._pages(method, types=_ALL_KINDS, exclude_archived=True)
        return [channel for page in pages for channel in page.get("channels") or ()]

    def _pages(self, method: Callable[..., SlackResponse], **arguments: Any) -> Iterator[Json]:
        """All pages of a list, as fast as Slack allows."""
        cursor = ""
        while True:
            more = {"limit": _PAGE, "cursor": cursor or None}
            page = when_allowed(partial(self._call, method, **arguments, **more))
            yield page
            cursor = _next_page(page)
            if not cursor:
                return

    def address_of(self, channel: str, ts: str) -> str:
        """The address of a message, made up from its place without asking Slack each time."""
        workspace = str(self._auth.get("url") or "")
        return f"{workspace}archives/{channel}/p{ts.replace('.', '')}" if workspace else ""

    def permalink(self, channel: str, ts: str) -> str:
        """The address of a message."""
        made = self._call(self._client.chat_getPermalink, channel=channel, message_ts=ts)
        return str(made.get("permalink") or "")

    def reactions(self, channel: str, ts: str) -> int:
        """How many people reacted to a message, each counted once."""
        made = self._call(self._client.reactions_get, channel=channel, timestamp=ts, full=True)
        found = (made.get("message") or {}).get("reactions") or []
        return len({user for each in found for user in each.get("users", [])})

    def find_own(self, channel: str, thread: str, key: str) -> str:
        """The ts of an own message; of a channel only the newest page is searched."""
        for message in self._newest(channel, thread):
            if message.get("metadata", {}).get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        return ""

    def has_file(self, channel: str, thread: str, name: str) -> bool:
        """Whether a file of a name is in a thread, or on the newest page of a channel."""
        found = (file for each in self._newest(channel, thread) for file in each.get("files") or [])
        return any(file.get("name") == name for file in found)

    def _newest(self, channel: str, thread: str) -> Iterator[Json]:
        """The messages of a thread, or those on the newest page of a channel."""
        if thread:
            return self.thread(channel, thread)
        page = self._call(
            self._client.conversations_history,
            channel=channel,
            include_all_metadata=True,
            limit=_PAGE,
        )
        return iter(_messages(page))

    # People and channels

    @cached_property
    def _auth(self) -> Json:
        return self._call(self._client.auth_test)

    @property
    def workspace(self) -> str:
        """The name of the workspace; most are named like their company."""
        return str(self._auth.get("team") or "")

    @property
    def team(self) -> str:
        """The id of the workspace."""
        return str(self._auth["team_id"])

    @property
    def enterprise(self) -> str:
        """The id of the organisation that the workspace is part of; empty where it is of none."""
        return str(self._auth.get("enterprise_id") or "")

    @property
    def bot(self) -> str:
        """The app's own user id."""
        return str(self._auth["user_id"])

    @property
    def name(self) -> str:
        """The app and its workspace, as Slack names them."""
        return f"{self._auth.get('user')} in {self._auth.get('team')}"

    def user(self, user: str) -> Json:
        """What Slack knows of a person."""
        return cast(Json, self._call(self._client.users_info, user=user).get("user") or {})

    def user_with_email(self, email: str) -> str:
        """The id of the user with an e-mail address.

        Raises:
            SlackRefused: nobody has it.
        """
        found = self._call(self._client.users_lookupByEmail, email=email)
        return str((found.get("user") or {}).get("id") or "")

    def channel(self, channel: str) -> Json:
        """What Slack knows of a channel."""
        made = self._call(self._client.conversations_info, channel=channel)
        return cast(Json, made.get("channel") or {})

    def name_of(self, id: str) -> str:
        """What people call a channel (`#general`) or somebody; empty where Slack does not say.

        Asked once while the process runs.
        """
        if id and id not in self._names:
            try:
                self._names[id] = self._person(id) if is_person(id) else self._channel(id)
            except SlackError as error:
                log.info("Slack does not name %s: %s", id, error.code)
                return ""
        return self._names.get(id, "")

    def _channel(self, id: str) -> str:
        name = str(self.channel(id).get("name") or "")
        return f"#{name}" if name else ""

    def _person(self, id: str) -> str:
        found = self.user(id)
        profile = found.get("profile") or {}
        names = (profile.get("display_name"), profile.get("real_name"), found.get("real_name"))
        return next((str(name) for name in names if name), "")

    def members(self, channel: str) -> Iterator[str]:
        """The user ids of everybody in a channel."""
        cursor = ""
        while True:
            list_members = self._client.conversations_members
            page = self._call(list_members, channel=channel, limit=_PAGE, cursor=cursor or None)
            yield from page.get("members") or []
            cursor = _next_page(page)
            if not cursor:
                return

    def users(self) -> Iterator[Json]:
        """Everybody in the workspace, page by page as fast as Slack allows."""
        for page in self._pages(self._client.users_list):
            yield from page.get("members") or []

    def user_groups(self) -> list[Json]:
        """The user groups of the workspace."""
        return list(self._call(self._client.usergroups_list).get("usergroups") or [])

    def user_group(self, group: str) -> list[str]:
        """The user ids in a user group."""
        made = self._call(self._client.usergroups_users_list, usergroup=group)
        return [str(user) for user in made.get("users") or []]

    def _call(self, method: Callable[..., SlackResponse], **arguments: Any) -> Json:
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            with translated():
                response = method(**given)
        except SlackRateLimited:
            self._limited()
            raise
        return cast(Json, response.data)


def client_like(client: WebClient, timeout: int = 30) -> WebClient:
    """The same client without retries of its own: a lost answer is looked for, then retried."""
    return WebClient(
        token=client.token, base_url=client.base_url, timeout=timeout, retry_handlers=[]
    )


def _messages(page: Json) -> list[Json]:
    return list(page.get("messages") or [])


def _values_in(message: Json) -> set[str]:
    """The values of a message's buttons."""
    blocks = message.get("blocks") or []
    buttons = [each for block in blocks for each in block.get("elements") or ()]
    buttons += [block["accessory"] for block in blocks if block.get("accessory")]
    return {str(each["value"]) for each in buttons if each.get("value")}


def _at(page: Json, ts: str) -> Json:
    return next((each for each in _messages(page) if each.get("ts") == ts), {})


def _next_page(page: Json) -> str:
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")
