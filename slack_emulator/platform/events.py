"""Tells the app what happened, in the payloads of Slack's Events API."""

from __future__ import annotations

import re
from typing import Any

from slack_emulator.manifest import Manifest
from slack_emulator.models import Json
from slack_emulator.platform.rich_text import rich_text_of
from slack_emulator.state import State
from slack_emulator.state.directory import EVENT_TYPES, HISTORY_SCOPES, READ_SCOPES, Channel
from slack_emulator.state.messages import Message
from slack_emulator.transport.delivery import Outbox

_MESSAGE_EVENTS = {
    "public": "message.channels",
    "private": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


class Events:
    """Sends the events the app subscribes to and has the scopes for."""

    def __init__(
        self, state: State, manifest: Manifest, outbox: Outbox, *, echo: bool = False
    ) -> None:
        """Take the state, the manifest, the outbox, and whether the app hears itself."""
        self._state = state
        self._manifest = manifest
        self._outbox = outbox
        self._echo = echo

    def posted(self, message: Message) -> None:
        """A message was written: a message event, and a mention too where it names the app."""
        channel = self._state.directory.channels[message.channel]
        if self._is_unheard(message, channel):
            return
        event = self._message_event(message, channel)
        if self._mentions_app(message.body) and not message.via_app:
            self._mention(message, channel, event)
        self._send_message(event, channel)

    def edited(self, message: Message, before: Json) -> None:
        """A message was changed; a mention that is new in it counts as one."""
        channel = self._state.directory.channels[message.channel]
        if self._is_unheard(message, channel):
            return
        ts = self._state.core.ts()
        parts = {"message": message.to_json(), "previous_message": before}
        self._send_message(self._hidden("message_changed", channel, ts) | parts, channel)
        new = self._mentions_app(message.body) and not self._mentions_app(before)
        if new and not message.via_app:
            self._mention(message, channel, self._message_event(message, channel))

    def deleted(self, message: Message, before: Json) -> None:
        """A message was deleted."""
        channel = self._state.directory.channels[message.channel]
        if self._is_unheard(message, channel):
            return
        ts, left = self._state.core.ts(), self._state.messages.find(channel.id, message.ts)
        if left is not None:
            # Slack tells of a root whose replies stay as of a change.
            parts = {"message": left.to_json(), "previous_message": before}
            self._send_message(self._hidden("message_changed", channel, ts) | parts, channel)
            return
        parts = {"deleted_ts": before["ts"], "previous_message": before}
        hidden = self._hidden("message_deleted", channel, ts)
        self._send_message(hidden | parts, channel)

    def joined(self, channel: Channel, user: str, inviter: str = "") -> None:
        """Somebody became a member of a channel."""
        self._membership("member_joined_channel", channel, user, inviter)

    def left(self, channel: Channel, user: str) -> None:
        """Somebody left a channel."""
        self._membership("member_left_channel", channel, user, "")

    def _membership(self, name: str, channel: Channel, user: str, inviter: str) -> None:
        if not self._app_is_in(channel):
            return
        event = {
            "type": name,
            "user": user,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "public" else "G",
            "team": self._state.directory.team_id,
            **({"inviter": inviter} if inviter else {}),
        }
        self._send(event, name, READ_SCOPES[channel.kind], channel)

    def reacted(self, name: str, message: Message, user: str, emoji: str) -> None:
        """Somebody set or took away an emoji; `name` is the event's type."""
        channel = self._state.directory.channels[message.channel]
        own = user == self._state.directory.app.bot_user_id
        if not self._app_is_in(channel) or (own and not self._echo):
            return
        event = {
            "type": name,
            "user": user,
            "reaction": emoji,
            "item": {"type": "message", "channel": channel.id, "ts": message.ts},
            "item_user": message.body.get("user"),
        }
        self._send(event, name, "reactions:read", channel)

    def opened(self, user: str, tab: str) -> None:
        """Somebody opened a tab of the app."""
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._app_channel(user).id,
            "tab": tab,
        }
        view = self._state.views.home(user) if tab == "home" else None
        if view:
            event["view"] = view
        self._send(event | self._context_of(user), "app_home_opened", "")

    def stopped(self, channel: Channel, thread: str, user: str, streams: list[str]) -> None:
        """Somebody pressed the stop button of a conversation."""
        event = {
            "type": "agent_session_stopped",
            "channel": channel.id,
            "thread_ts": thread,
            "user": user,
            "streaming_message_ts": streams,
        }
        self._send(event, "agent_session_stopped", "", channel)

    def looked_at(self, user: str) -> None:
        """Somebody turned to another place while the app was at hand."""
        if not self._manifest.is_agent:
            return
        entities = self._state.looking_at.get(user) or []
        event = {
            "type": "app_context_changed",
            "user": user,
            "channel": self._app_channel(user).id,
            "context": {"entities": entities} if entities else {},
        }
        self._send(event, "app_context_changed", "")

    def user_changed(self, user: Json) -> None:
        """Somebody's account changed."""
        event = {"type": "user_change", "user": user, "cache_ts": int(self._state.core.clock())}
        self._send(event, "user_change", "users:read")

    def file_shared(self, file_id: str, channel: Channel, user: str) -> None:
        """Somebody shared a file in a conversation."""
        if not self._app_is_in(channel):
            return
        event = {
            "type": "file_shared",
            "file_id": file_id,
            "file": {"id": file_id},
            "user_id": user,
            "channel_id": channel.id,
        }
        self._send(event, "file_shared", "files:read", channel)

    def _message_event(self, message: Message, channel: Channel) -> Json:
        event = message.to_json()
        text = str(event.get("text") or "")
        if not message.via_app and text and not event.get("blocks"):
            event["blocks"] = [rich_text_of(text, self._state.core.new_id("b"))]
        event |= {"channel": channel.id, "event_ts": message.ts}
        event["channel_type"] = EVENT_TYPES[channel.kind]
        if self._state.directory.is_outsider(str(event.get("user"))):
            team = self._state.directory.user(str(event["user"]))["team_id"]
            event |= {"user_team": team, "source_team": team}
        if channel.kind == "im" and self._manifest.is_agent and not message.via_app:
            event |= self._context_of(str(event.get("user")))
        return event

    def _mention(self, message: Message, channel: Channel, event: Json) -> None:
        if channel.kind == "im":
            return
        mention = {name: value for name, value in event.items() if name != "channel_type"}
        self._send(mention | {"type": "app_mention"}, "app_mention", "app_mentions:read", channel)

    def _send_message(self, event: Json, channel: Channel) -> None:
        self._send(event, _MESSAGE_EVENTS[channel.kind], HISTORY_SCOPES[channel.kind], channel)

    def _hidden(self, subtype: str, channel: Channel, ts: str) -> Json:
        return {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": channel.id,
            "channel_type": EVENT_TYPES[channel.kind],
            "ts": ts,
            "event_ts": ts,
        }

    def _context_of(self, user: str) -> Json:
        entities = self._state.looking_at.get(user)
        if "app_context_changed" not in self._manifest.events or not entities:
            return {}
        return {"app_context": {"entities": entities}}

    def _is_unheard(self, message: Message, channel: Channel) -> bool:
        own = message.via_app and not self._echo
        return own or bool(message.only_for) or not self._app_is_in(channel)

    def _app_is_in(self, channel: Channel) -> bool:
        return self._state.directory.app.bot_user_id in channel.members

    def _app_channel(self, user: str) -> Channel:
        directory = self._state.directory
        return directory.direct(user, directory.app.bot_user_id)

    def _mentions_app(self, body: Json) -> bool:
        bot = re.escape(self._state.directory.app.bot_user_id)
        return bool(re.search(rf"<@{bot}(\|[^>]*)?>", str(body.get("text") or "")))

    def _send(
        self, event: Json, subscription: str, scope: str, channel: Channel | None = None
    ) -> None:
        if subscription not in self._manifest.events:
            return
        if scope and scope not in self._manifest.scopes:
            return
        outside = bool(channel and channel.is_ext_shared)
        payload = self._wrapped(event, outside=outside)
        self._outbox.send("events_api", payload, str(event["type"]))

    def _wrapped(self, event: Json, *, outside: bool) -> Json:
        directory, core = self._state.directory, self._state.core
        event.setdefault("event_ts", core.ts())
        authorization: dict[str, Any] = {
            "enterprise_id": None,
            "team_id": directory.team_id,
            "user_id": directory.app.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        event_id = core.new_id("Ev")
        return {
            "token": "local-verification-token",
            "team_id": directory.team_id,
            "context_team_id": directory.team_id,
            "context_enterprise_id": None,
            "api_app_id": directory.app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(core.clock()),
            "authorizations": [authorization],
            "is_ext_shared_channel": outside,
            "event_context": f"4-{event_id}",
        }
