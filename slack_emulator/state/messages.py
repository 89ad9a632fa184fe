"""What was written: messages, threads, edits, deletions, reactions, and words for one person."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.state.core import Core

TextFormat = Literal["mrkdwn", "markdown", "plain"]


@dataclass
class Stream:
    """The open stream of a message.

    Attributes:
        mode: Whether it is fed by `chunks` or by `markdown_text`; empty until the first piece.
        text: The words so far.
        parts: The blocks so far, in the order they came: words, tasks and others.
        words_block: The id of the block that the newest words stand in.
        plan: Whether its tasks are shown as one plan.
        is_open: Whether the app can still add to it.
    """

    mode: str = ""
    text: str = ""
    parts: list[Json] = field(default_factory=list)
    words_block: str = ""
    plan: bool = False
    plan_title: str = ""
    is_open: bool = True


@dataclass
class Message:
    """A message with what Slack knows of it besides its JSON.

    Attributes:
        body: The message object as the API gives it.
        only_for: The one person who sees an ephemeral message, or empty.
        text_format: How its text is to be read.
        stream: Its stream, for streamed messages.
        via_app: Whether the app wrote it.
    """

    channel: str
    body: Json
    only_for: str = ""
    text_format: TextFormat = "mrkdwn"
    stream: Stream | None = None
    via_app: bool = False

    @property
    def ts(self) -> str:
        """Return its timestamp."""
        return str(self.body["ts"])

    @property
    def root(self) -> str:
        """Return the timestamp of the thread it belongs to, its own for a root."""
        return str(self.body.get("thread_ts") or self.body["ts"])

    @property
    def is_reply(self) -> bool:
        """Return whether it is a reply in a thread."""
        return self.root != self.ts

    def to_json(self) -> Json:
        """Return the caller's own copy of the message object."""
        return copy.deepcopy(self.body)


class Messages:
    """All messages of a workspace, by channel, in the order they were written."""

    def __init__(self, core: Core) -> None:
        """Take the shared core."""
        self._core = core
        self._all: dict[str, dict[str, Message]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}

    def add(self, message: Message) -> Message:
        """Keep a new message; a reply is counted at its root."""
        with self._core.lock:
            self._all.setdefault(message.channel, {})[message.ts] = message
            if message.is_reply:
                self._replies.setdefault((message.channel, message.root), []).append(message.ts)
                self._count_replies(message.channel, message.root)
            self.touched(message)
        return message

    def touched(self, message: Message) -> None:
        """Tell the page that a message changed."""
        thread = message.root if message.is_reply else ""
        self._core.changed("message", message.channel, message.ts, thread, message.only_for)

    def find(self, channel: str, ts: str) -> Message | None:
        """Return a message, or nothing."""
        with self._core.lock:
            return self._all.get(channel, {}).get(ts)

    def get(self, channel: str, ts: str, error: str = "message_not_found") -> Message:
        """Return a message that everybody in its channel sees.

        Raises:
            SlackError: With the given code where there is none.
        """
        found = self.find(channel, ts)
        if found is None or found.only_for:
            raise SlackError(error)
        return found

    def remove(self, message: Message) -> None:
        """Delete a message; a root with replies leaves a tombstone, as in Slack."""
        with self._core.lock:
            replies = self._replies.get((message.channel, message.ts), [])
            if replies:
                self._bury(message)
                return
            self._all.get(message.channel, {}).pop(message.ts, None)
            if message.is_reply:
                self._replies[(message.channel, message.root)].remove(message.ts)
                self._count_replies(message.channel, message.root)
            self.touched(message)

    def _bury(self, message: Message) -> None:
        kept = ("type", "ts", "thread_ts", "reply_count", "reply_users", "reply_users_count")
        body = {
            name: message.body[name] for name in (*kept, "latest_reply") if name in message.body
        }
        message.body = body | {
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "hidden": True,
            "text": "This message was deleted.",
        }
        self.touched(message)

    def _count_replies(self, channel: str, root: str) -> None:
        found = self._all.get(channel, {}).get(root)
        if found is None:
            return
        replies = [self._all[channel][ts] for ts in self._replies.get((channel, root), ())]
        seen = [reply for reply in replies if not reply.only_for]
        for name in (
            "thread_ts",
            "reply_count",
            "reply_users",
            "reply_users_count",
            "latest_reply",
        ):
            found.body.pop(name, None)
        if seen:
            people = list(dict.fromkeys(str(reply.body.get("user", "")) for reply in seen))
            found.body |= {
                "thread_ts": root,
                "reply_count": len(seen),
                "reply_users": people,
                "reply_users_count": len(people),
                "latest_reply": seen[-1].ts,
            }
        self.touched(found)

    def history(self, channel: str) -> Sequence[Message]:
        """Return what a channel shows outside its threads, oldest first."""
        with self._core.lock:
            return [
                message
                for message in self._all.get(channel, {}).values()
                if not message.is_reply or message.body.get("subtype") == "thread_broadcast"
            ]

    def thread(self, channel: str, root: str) -> Sequence[Message]:
        """Return a thread, its root first; empty where there is none."""
        with self._core.lock:
            found = self._all.get(channel, {})
            ids = [root, *self._replies.get((channel, root), ())]
            return [found[ts] for ts in ids if ts in found]

    def everything(self, channel: str) -> Sequence[Message]:
        """Return all messages of a channel in the order they were written."""
        with self._core.lock:
            return list(self._all.get(channel, {}).values())

    def all(self) -> Iterable[Message]:
        """Return all messages of all channels."""
        with self._core.lock:
            return [message for found in self._all.values() for message in found.values()]

    def react(self, message: Message, user: str, name: str) -> None:
        """Add a person's emoji to a message.

        Raises:
            SlackError: `already_reacted` or `too_many_reactions`.
        """
        with self._core.lock:
            found: list[Json] = message.body.setdefault("reactions", [])
            entry = next((r for r in found if r["name"] == name), None)
            if entry is None:
                if len(found) >= 23:
                    raise SlackError("too_many_emoji")
                entry = {"name": name, "users": [], "count": 0}
                found.append(entry)
            if user in entry["users"]:
                raise SlackError("already_reacted")
            entry["users"].append(user)
            entry["count"] = len(entry["users"])
            self.touched(message)

    def unreact(self, message: Message, user: str, name: str) -> None:
        """Take a person's emoji away from a message.

        Raises:
            SlackError: `no_reaction`.
        """
        with self._core.lock:
            found: list[Json] = message.body.get("reactions") or []
            entry = next((r for r in found if r["name"] == name and user in r["users"]), None)
            if entry is None:
                raise SlackError("no_reaction")
            entry["users"].remove(user)
            entry["count"] = len(entry["users"])
            if not entry["users"]:
                found.remove(entry)
            if not found:
                message.body.pop("reactions")
            self.touched(message)
