"""Writes, changes and deletes messages, for people and the app alike, and tells the app."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.platform.block_ids import with_ids
from slack_emulator.platform.events import Events
from slack_emulator.state import State
from slack_emulator.state.directory import Channel
from slack_emulator.state.messages import Message, Stream, TextFormat


@dataclass(frozen=True)
class Draft:
    """A message before it is written.

    Attributes:
        thread: The thread to reply in, by any message of it.
        broadcast: Whether a reply is shown in the channel too.
        only_for: The one person who shall see it, or empty.
        extra: Further fields of the message object.
    """

    channel: Channel
    user: str
    text: str = ""
    thread: str = ""
    broadcast: bool = False
    blocks: Sequence[Json] = ()
    attachments: Sequence[Json] = ()
    files: Sequence[Json] = ()
    only_for: str = ""
    text_format: TextFormat = "mrkdwn"
    stream: Stream | None = None
    via_app: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


class Writing:
    """Writes, changes and deletes messages."""

    def __init__(self, state: State, events: Events) -> None:
        """Take the state and the way to tell the app."""
        self._state = state
        self._events = events

    def post(self, draft: Draft) -> Message:
        """Write a message and tell the app.

        Raises:
            SlackError: `thread_not_found` where the thread does not exist.
        """
        core = self._state.core
        # One lock around the timestamp and the event keeps events in the order of the messages.
        with core.lock:
            thread = self._thread_of(draft)
            self._share_pictures(draft)
            body = self._body(draft, core.ts(), thread)
            made = Message(
                draft.channel.id,
                body,
                draft.only_for,
                draft.text_format,
                draft.stream,
                draft.via_app,
            )
            self._state.messages.add(made)
            self._events.posted(made)
            return made

    def _share_pictures(self, draft: Draft) -> None:
        """Whoever sees a message sees the files that are pictures in it."""
        shown = [(block.get("slack_file") or {}).get("id") for block in draft.blocks]
        for file in self._state.files.all():
            if file.id in shown and draft.channel.id not in file.channels:
                file.channels.append(draft.channel.id)

    def _thread_of(self, draft: Draft) -> str:
        if not draft.thread:
            return ""
        found = self._state.messages.find(draft.channel.id, draft.thread)
        if found is None or found.only_for:
            raise SlackError("thread_not_found")
        return found.root

    def _body(self, draft: Draft, ts: str, thread: str) -> Json:
        body: Json = {"type": "message", "user": draft.user, "text": draft.text, "ts": ts}
        body["team"] = self._state.directory.team_id
        if draft.via_app:
            body |= self._app_parts()
        else:
            body |= self._person_parts(draft.user)
        if thread:
            root = self._state.messages.find(draft.channel.id, thread)
            body["thread_ts"] = thread
            body["parent_user_id"] = str(root.body.get("user", "")) if root else ""
        if thread and draft.broadcast:
            body["subtype"] = "thread_broadcast"
        for name, values in (
            ("blocks", with_ids(draft.blocks, self._state.core)),
            ("attachments", draft.attachments),
            ("files", draft.files),
        ):
            if values:
                body[name] = list(values)
        return body | dict(draft.extra)

    def _person_parts(self, user: str) -> Json:
        profile = self._state.directory.users.get(user, {}).get("profile", {})
        if "bot_id" in profile:
            return {"bot_id": profile["bot_id"], "app_id": profile["api_app_id"]}
        return {"client_msg_id": str(uuid.uuid4())}

    def _app_parts(self) -> Json:
        directory = self._state.directory
        profile = {
            "id": directory.app.bot_id,
            "app_id": directory.app.app_id,
            "name": directory.users[directory.app.bot_user_id]["real_name"],
            "deleted": False,
            "team_id": directory.team_id,
        }
        return {
            "bot_id": directory.app.bot_id,
            "app_id": directory.app.app_id,
            "bot_profile": profile,
        }

    def change(self, message: Message, changes: Mapping[str, Any], by: str) -> None:
        """Return a message other words, blocks or files, mark it as edited, and tell the app."""
        core = self._state.core
        with core.lock:
            before = message.to_json()
            for name, value in changes.items():
                if value in (None, [], ()):
                    message.body.pop(name, None)
                else:
                    message.body[name] = with_ids(value, core) if name == "blocks" else value
            message.body.setdefault("text", "")
            message.body["edited"] = {"user": by, "ts": core.ts()}
            self._state.messages.touched(message)
            self._events.edited(message, before)

    def delete(self, message: Message) -> None:
        """Delete a message and tell the app."""
        with self._state.core.lock:
            before = message.to_json()
            self._state.messages.remove(message)
            self._events.deleted(message, before)

    def join(self, channel: Channel, user: str, inviter: str = "") -> bool:
        """Make somebody a member; returns whether they were new."""
        with self._state.core.lock:
            if not self._state.directory.add_member(channel, user):
                return False
            if channel.kind in ("public", "private"):
                words = f"<@{user}> has joined the channel"
                extra = {"subtype": "channel_join", **({"inviter": inviter} if inviter else {})}
                app = user == self._state.directory.app.bot_user_id
                self.post(Draft(channel, user, words, via_app=app, extra=extra))
            self._events.joined(channel, user, inviter)
            return True

    def leave(self, channel: Channel, user: str) -> bool:
        """End somebody's membership; returns whether they were a member."""
        with self._state.core.lock:
            self._events.left(channel, user)
            return self._state.directory.remove_member(channel, user)

    def react(self, message: Message, user: str, name: str) -> None:
        """Add an emoji and tell the app."""
        with self._state.core.lock:
            self._state.messages.react(message, user, name)
            self._events.reacted("reaction_added", message, user, name)

    def unreact(self, message: Message, user: str, name: str) -> None:
        """Take an emoji away and tell the app."""
        with self._state.core.lock:
            self._state.messages.unreact(message, user, name)
            self._events.reacted("reaction_removed", message, user, name)
