"""What people do in the workspace, under the rules that hold for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from slack_emulator.errors import SlackError, WorkspaceError
from slack_emulator.manifest import Manifest
from slack_emulator.models import Json, Press
from slack_emulator.people.inputs import RawValues
from slack_emulator.people.interactions import Interactions, Place
from slack_emulator.people.modals import Modals
from slack_emulator.platform.events import Events
from slack_emulator.platform.writing import Draft, Writing
from slack_emulator.state import State
from slack_emulator.state.directory import Channel
from slack_emulator.state.files import File
from slack_emulator.state.messages import Message


@dataclass(frozen=True)
class PersonActions:
    """What one person can do; takes ids, nothing typed.

    Every action raises WorkspaceError, NotDelivered or SlackError where it cannot be done.
    """

    user: str
    state: State
    manifest: Manifest
    writing: Writing
    events: Events
    interactions: Interactions
    modals: Modals
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
        self.state.directory.check_active(self.user)
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
        """Return a message the person can see."""
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

    def toggle_reaction(self, channel: str, ts: str, name: str) -> None:
        """Set an emoji, or take the own one away."""
        found = self.seen(channel, ts).to_json().get("reactions") or ()
        own = any(each["name"] == name and self.user in each["users"] for each in found)
        (self.unreact if own else self.react)(channel, ts, name)

    def upload(self, name: str, content: bytes) -> str:
        """Store a file and give its id."""
        return self.state.files.store(name, self.user, content).id

    def press(self, press: Press) -> None:
        """Use a Block Kit element."""
        place = self.place_of(press.channel, press.ts, press.view_id)
        ids = (press.block_id, press.action_id)
        self.interactions.press(self.user, place, ids, press.value, press.state)

    def options(self, press: Press, query: str) -> Sequence[Json]:
        """Ask the app for the choices of an external menu: options, or groups of options."""
        place = self.place_of(press.channel, press.ts, press.view_id)
        return self.interactions.options(self.user, place, (press.block_id, press.action_id), query)

    def submit(self, view_id: str, values: RawValues) -> Mapping[str, str]:
        """Submit a modal; returns the app's faults by block id."""
        return self.modals.submit(self.user, view_id, values)

    def close(self, view_id: str) -> None:
        """Close a modal."""
        self.modals.close(self.user, view_id)

    def shortcut(self, callback_id: str) -> None:
        """Run a global shortcut."""
        self.interactions.shortcut(self.user, callback_id)

    def message_shortcut(self, callback_id: str, channel: str, ts: str) -> None:
        """Run a shortcut on a message."""
        self.interactions.message_shortcut(self.user, callback_id, self.seen(channel, ts))

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

    def remove(self, channel: str, other: str) -> None:
        """Take somebody, or the app, out of a channel one is in."""
        self.writing.leave(self._own_place(channel), other)

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
        self.state.directory.check_active(self.user)
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
        """Return the surface of a message or an own view."""
        if not view_id:
            return Place(message=self.seen(channel, ts))
        found = self.state.views.find(view_id)
        if found is None or found[0] != self.user:
            raise WorkspaceError("That form is not open any more.")
        return Place(view=found[1])
