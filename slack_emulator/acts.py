"""What people do in the workspace, under the rules that hold for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from slack_emulator.errors import SlackError, WorkspaceError
from slack_emulator.events import Events
from slack_emulator.forms import Forms
from slack_emulator.interactions import Interactions, Place
from slack_emulator.manifest import Manifest
from slack_emulator.state import State
from slack_emulator.state.directory import Channel
from slack_emulator.state.files import File
from slack_emulator.state.messages import Message
from slack_emulator.writing import Draft, Writing


@dataclass(frozen=True)
class Hands:
    """One person's acts; ids in, nothing typed is read here.

    Every act raises WorkspaceError, NotDelivered or SlackError where it cannot be done.
    """

    user: str
    state: State
    manifest: Manifest
    writing: Writing
    events: Events
    interactions: Interactions
    forms: Forms
    address: str

    def say(
        self,
        channel: str,
        text: str,
        thread: str = "",
        files: Sequence[str] = (),
        broadcast: bool = False,
    ) -> Message:
        """Write a message."""
        place = self._own_place(channel)
        if not text.strip() and not files:
            raise WorkspaceError("A message needs words or a file.")
        with self.state.core.lock:
            found = [self._own_file(name) for name in files]
            for file in found:
                file.channels.append(place.id)
            shown = [file.to_json(self.address) for file in found]
            extra = {"subtype": "file_share", "upload": True} if shown else {}
            draft = Draft(place, self.user, text, thread, broadcast, files=shown, extra=extra)
            made = self.writing.post(draft)
            for file in found:
                self.events.file_shared(file.id, place, self.user)
            return made

    def _own_file(self, name: str) -> File:
        found = self.state.files.get(name)
        if found.owner != self.user:
            raise SlackError("file_not_found")
        return found

    def _own_place(self, channel: str) -> Channel:
        place = self.state.directory.visible(channel, self.user)
        bot = self.state.directory.app.bot_user_id
        if self.user not in place.members:
            raise WorkspaceError(f"Join #{place.name} first, then you can write there.")
        if place.kind == "im" and bot in place.members and not self.manifest.messages_tab:
            raise WorkspaceError("Sending messages to this app has been turned off.")
        return place

    def edit(self, channel: str, ts: str, text: str) -> Message:
        """Change an own message."""
        message = self._own_message(channel, ts)
        self.writing.change(message, {"text": text, "blocks": []}, self.user)
        return message

    def delete(self, channel: str, ts: str) -> None:
        """Delete an own message."""
        self.writing.delete(self._own_message(channel, ts))

    def _own_message(self, channel: str, ts: str) -> Message:
        message = self.seen(channel, ts)
        if message.via_app or message.body.get("user") != self.user:
            raise WorkspaceError("You can change only your own messages.")
        return message

    def seen(self, channel: str, ts: str) -> Message:
        """Give a message the person can see."""
        self.state.directory.visible(channel, self.user)
        found = self.state.messages.find(channel, ts)
        if found is None or found.only_for not in ("", self.user):
            raise SlackError("message_not_found")
        return found

    def react(self, channel: str, ts: str, name: str) -> None:
        """Set an emoji."""
        self.writing.react(self._everyones(channel, ts), self.user, name)

    def unreact(self, channel: str, ts: str, name: str) -> None:
        """Take an own emoji away."""
        self.writing.unreact(self._everyones(channel, ts), self.user, name)

    def _everyones(self, channel: str, ts: str) -> Message:
        self.state.directory.visible(channel, self.user)
        return self.state.messages.get(channel, ts)

    def join(self, channel: str) -> None:
        """Become a member of a public channel."""
        place = self.state.directory.visible(channel, self.user)
        if place.kind != "public":
            raise WorkspaceError("Somebody in it has to invite you.")
        self.writing.join(place, self.user)

    def invite(self, channel: str, other: str) -> None:
        """Bring somebody, or the app, into a channel one is in."""
        self.writing.join(self._own_place(channel), other, inviter=self.user)

    def leave(self, channel: str) -> None:
        """Leave a channel."""
        self.writing.leave(self._own_place(channel), self.user)

    def stop(self, channel: str, thread: str) -> None:
        """Press the stop button of a conversation; what grows there is ended by that."""
        place = self.state.directory.visible(channel, self.user)
        with self.state.core.lock:
            found = self.state.messages.thread(channel, thread)
            streams = [m.ts for m in found if m.stream and m.stream.is_open]
            for message in found:
                if message.stream and message.ts in streams:
                    message.stream.is_open = False
                    message.body["streaming_state"] = "completed"
                    self.state.messages.touched(message)
        self.events.stopped(place, thread, self.user, streams)

    def open_app(self, tab: Literal["home", "messages"]) -> None:
        """Open a tab of the app."""
        if tab == "messages" or self.manifest.home_tab:
            self.events.opened(self.user, tab)

    def look_at(self, channel: str) -> None:
        """Turn to a channel; the app hears of it where it asked to."""
        self.state.directory.visible(channel, self.user)
        kind, team = "slack#/types/channel_id", self.state.directory.team_id
        entities = [{"type": kind, "value": channel, "team_id": team}]
        with self.state.core.lock:
            if self.state.looking_at.get(self.user) == entities:
                return
            self.state.looking_at[self.user] = entities
            self.events.looked_at(self.user)

    def command(self, channel: str, name: str, text: str) -> None:
        """Run a slash command."""
        self.interactions.command(self.user, self._own_place(channel), name, text)

    def place_of(self, channel: str, ts: str, view_id: str = "") -> Place:
        """Give the surface of a message or an own view."""
        if not view_id:
            return Place(message=self.seen(channel, ts))
        found = self.state.views.find(view_id)
        if found is None or found[0] != self.user:
            raise WorkspaceError("That form is not open any more.")
        return Place(view=found[1])
