"""Reads the workspace as one person sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from slack_emulator.errors import SlackError
from slack_emulator.manifest import AppShortcut, Manifest, SlashCommand
from slack_emulator.models import Change, Json, Prompts, Session, StoredFile, Traffic
from slack_emulator.people.actions import PersonActions
from slack_emulator.people.typed_text import Codec
from slack_emulator.state import State
from slack_emulator.state.messages import Message

_BROADCAST = re.compile(r"<!(here|channel|everyone)(\|[^>]*)?>")
_FILE = re.compile(r"/files-pri/([^/]+)/")


class WorkspaceReader:
    """The workspace as a person sees it; every answer is the caller's own copy."""

    def __init__(
        self, state: State, manifest: Manifest, actions: Callable[[str], PersonActions]
    ) -> None:
        """Take the state, the manifest, and what makes a person's actions."""
        self._state = state
        self._manifest = manifest
        self._actions = actions

    def team(self) -> str:
        """Return the workspace's name."""
        return str(self._state.directory.team["name"])

    def users(self) -> Sequence[Json]:
        """Return all user objects, the app's bot user too."""
        directory = self._state.directory
        return [directory.user(user) for user in list(directory.users)]

    def bot(self) -> Json:
        """Return the bot user of the app."""
        return self._state.directory.user(self._state.directory.app.bot_user_id)

    def app_description(self) -> str:
        """Return what the app says it is for."""
        return self._manifest.description

    def groups(self) -> Sequence[Json]:
        """Return the user groups."""
        return [dict(group) for group in self._state.directory.groups.values()]

    def channels(self, viewer: str) -> Sequence[Json]:
        """Return the conversations a person can open: public ones and their own."""
        return [place.to_json(viewer) for place in self._state.directory.of_member(viewer)]

    def app_channel(self, viewer: str) -> str:
        """Return the direct message channel of a person and the app."""
        directory = self._state.directory
        return directory.direct(viewer, directory.app.bot_user_id).id

    def direct_channel(self, viewer: str, other: str) -> str:
        """Return the direct message channel of two people, made where there is none."""
        return self._state.directory.direct(viewer, other).id

    def members(self, channel: str) -> Sequence[str]:
        """Return the user ids of a channel's members."""
        found = self._state.directory.channels.get(channel)
        return list(found.members) if found else []

    def history(self, channel: str, viewer: str) -> Sequence[Json]:
        """Return a channel's own messages and the ephemeral ones of the viewer, oldest first."""
        return self._shown(self._state.messages.history(channel), viewer)

    def thread(self, channel: str, ts: str, viewer: str) -> Sequence[Json]:
        """Return a thread's messages, the root first."""
        if not self._sees(channel, viewer):
            return []
        return self._shown(self._state.messages.thread(channel, ts), viewer)

    def unread(self, channel: str, viewer: str, after: str) -> tuple[int, int]:
        """Return how many messages of others came after a timestamp, and how many mention one."""
        new = [
            message
            for message in self._state.messages.everything(channel)
            if message.ts > after
            and message.only_for in ("", viewer)
            and message.body.get("user") != viewer
        ]
        return len(new), sum(_mentions(message, viewer) for message in new)

    def newest(self, channel: str, viewer: str) -> str:
        """Return the timestamp of the newest message of a channel, empty where there is none."""
        found = self._state.messages.everything(channel)
        return next((m.ts for m in reversed(found) if m.only_for in ("", viewer)), "")

    def message(self, channel: str, ts: str, viewer: str) -> Json | None:
        """Return one message, or nothing where it is gone or not the viewer's to see."""
        found = self._state.messages.find(channel, ts)
        if found is None or not self._sees(channel, viewer):
            return None
        return next(iter(self._shown([found], viewer)), None)

    def _sees(self, channel: str, viewer: str) -> bool:
        place = self._state.directory.channels.get(channel)
        return place is not None and self._state.directory.sees(viewer, place)

    def _shown(self, messages: Sequence[Message], viewer: str) -> list[Json]:
        with self._state.core.lock:
            return [_shown(m) for m in messages if m.only_for in ("", viewer)]

    def home(self, viewer: str) -> Json | None:
        """Return the Home view the app drew for a person."""
        return self._state.views.home(viewer)

    def modals(self, viewer: str) -> Sequence[Json]:
        """Return a person's open modals, the top one last."""
        return self._state.views.stack(viewer)

    def session(self, channel: str, thread: str) -> Session:
        """Return the session of a conversation."""
        return self._state.sessions.get(channel, thread)

    def working_threads(self, channel: str) -> Sequence[str]:
        """Return the threads of a channel in which the app is at work."""
        return self._state.sessions.working(channel)

    def prompts(self, channel: str, thread: str) -> Prompts:
        """Return the suggested questions of a conversation, or of the app where thread is empty."""
        found = self._state.sessions.prompts(channel, thread)
        if found is None and not thread:
            return Prompts("", self._manifest.prompts)
        return found or Prompts()

    def commands(self) -> Sequence[SlashCommand]:
        """Return the app's slash commands."""
        return self._manifest.commands

    def shortcuts(self, kind: Literal["global", "message"]) -> Sequence[AppShortcut]:
        """Return the app's shortcuts of one kind."""
        return [each for each in self._manifest.shortcuts if each.kind == kind]

    def codec(self, viewer: str) -> Codec:
        """Return the names that this person may type."""
        with self._state.core.lock:
            users = list(self._state.directory.users.values())
        people = {str(user["name"]): str(user["id"]) for user in users}
        people |= {display_name(user): str(user["id"]) for user in users}
        places = [place for place in self.channels(viewer) if place.get("name")]
        channels = {str(place["name"]): str(place["id"]) for place in places}
        groups = {str(group["handle"]): str(group["id"]) for group in self.groups()}
        return Codec(people, channels, groups)

    def file(self, file_id: str, viewer: str) -> StoredFile | None:
        """Return a file's content."""
        try:
            found = self._state.files.get(file_id)
        except SlackError:
            return None
        shared = any(self._sees(channel, viewer) for channel in found.channels)
        if found.owner != viewer and not shared:
            return None
        return StoredFile(found.name, found.mimetype, found.content or b"")

    def file_id_of(self, url: str) -> str | None:
        """Return the id of the file that has this private address."""
        found = _FILE.search(url)
        return found[1] if found else None

    def number(self) -> int:
        """Return the number of the newest change."""
        return self._state.core.number

    def changes(self, after: int) -> Sequence[Change] | None:
        """Return the changes after a number, or nothing where they are not kept any more."""
        return self._state.core.changes(after)

    def traffic(self, after: int) -> Sequence[Traffic]:
        """Return the payloads after a number."""
        return self._state.core.traffic(after)

    def subscribe(self, ring: Callable[[], None]) -> Callable[[], None]:
        """Call `ring` from any thread after each change; returns the way to stop that."""
        return self._state.core.subscribe(ring)

    def actions(self, viewer: str) -> PersonActions:
        """Return what a person can do."""
        return self._actions(viewer)


def display_name(user: Json) -> str:
    """Return the name by which a person or app is shown."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    return str(next((name for name in names if name), user["name"]))


def _shown(message: Message) -> Json:
    body = message.to_json()
    if message.only_for:
        body["is_ephemeral"] = True
    if message.stream and message.stream.is_open:
        body["is_streaming"] = True
    if message.text_format != "mrkdwn":
        body["mrkdwn"] = "markdown" if message.text_format == "markdown" else False
    return body


def _mentions(message: Message, viewer: str) -> bool:
    text = str(message.body.get("text") or "")
    return f"<@{viewer}>" in text or bool(_BROADCAST.search(text))
