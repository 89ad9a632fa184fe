"""Makes the view of a message out of Slack's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import emoji
from markupsafe import Markup

from slack_emulator.models import Json
from slack_emulator.page.rendering.blocks import Surface
from slack_emulator.page.rendering.moments import day_of, moment_of, time_of
from slack_emulator.page.rendering.mrkdwn import render_mrkdwn
from slack_emulator.page.views.directory import ViewerDirectory
from slack_emulator.page.views.ids import MessageList
from slack_emulator.page.views.memory import Memory
from slack_emulator.page.views.models import (
    Face,
    FileView,
    MessageView,
    ReactionView,
    Replies,
    ShortcutView,
)
from slack_emulator.people.reader import WorkspaceReader
from slack_emulator.platform.emojis import emojize
from slack_emulator.platform.escaping import unescape

_SHOWN_REPLIERS = 4
_SYSTEM = frozenset(
    {"channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name"}
)
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_KILOBYTE = 1024


class MessageMaker:
    """Makes message views for one viewer."""

    def __init__(self, reader: WorkspaceReader, directory: ViewerDirectory, memory: Memory) -> None:
        """Take the workspace, the viewer's names and what the page remembers."""
        self._directory = directory
        self._memory = memory
        self._bot = face_id(reader.bot())
        self._shortcuts = [
            ShortcutView(s.callback_id, s.name, directory.face(self._bot).name, s.description)
            for s in reader.shortcuts("message")
        ]

    def make(self, message: Json, where: MessageList) -> MessageView:
        """Return the view of a message in one list."""
        ts, channel = str(message["ts"]), where.channel
        author = self._author(message)
        thread = str(message.get("thread_ts") or "")
        own = author.id == self._directory.viewer and message.get("subtype") not in _SYSTEM
        surface = Surface(
            self._directory,
            where.message(ts),
            chosen=self._memory.chosen(self._directory.viewer, channel, ts),
            here=channel,
        )
        blocks = message.get("blocks") or ()
        text = str(message.get("text") or "")
        ephemeral = bool(message.get("is_ephemeral"))
        return MessageView(
            id=where.message(ts),
            channel=channel,
            ts=ts,
            author=author,
            time=time_of(ts),
            day=day_of(ts),
            iso=moment_of(ts).isoformat(),
            link=self._link(channel, ts, thread),
            text=self._text(message, surface) if not blocks or own else Markup(),
            markdown=message.get("mrkdwn") == "markdown",
            only_emoji=is_only_emoji(text),
            blocks=surface.blocks(blocks) if blocks and not own else Markup(),
            attachments=[self._attachment(a, surface) for a in message.get("attachments") or ()],
            files=[self._file(file) for file in message.get("files") or ()],
            reactions=[self._reaction(r) for r in message.get("reactions") or ()],
            replies=self._replies(message, where),
            thread=thread,
            thread_href="" if ephemeral else self.thread_href(channel, thread or ts),
            edited=bool(message.get("edited")),
            ephemeral=ephemeral,
            system=message.get("subtype") in _SYSTEM,
            streaming=bool(message.get("is_streaming")),
            broadcast=message.get("subtype") == "thread_broadcast" and where.kind == "channel",
            alone=bool(message.get("reply_count")),
            actions=not ephemeral and message.get("subtype") not in _SYSTEM,
            can_edit=own,
            can_delete=own,
            editable_text=self._directory.codec.decode(text) if own else "",
            shortcuts=self._shortcuts,
        )

    def thread_href(self, channel: str, thread: str) -> str:
        """Return the page address that shows a thread beside its channel."""
        return f"{self._directory.place(channel)}?thread={thread}"

    def _author(self, message: Json) -> Face:
        face = self._directory.face(str(message.get("user") or self._bot))
        name = message.get("username")
        if not name or name == face.name:
            return face
        return Face(face.id, str(name), face.handle, initials=str(name)[:2].upper(), is_app=True)

    def _text(self, message: Json, surface: Surface) -> Markup:
        text = str(message.get("text") or "")
        if message.get("mrkdwn") == "markdown":
            return surface.markdown(text)
        if message.get("mrkdwn") is False:
            return surface.text({"type": "plain_text", "text": text})
        return render_mrkdwn(text, self._directory) if text else Markup()

    def _link(self, channel: str, ts: str, thread: str) -> str:
        if thread and thread != ts:
            where = MessageList("pane", channel, thread)
            return f"{self.thread_href(channel, thread)}#{where.message(ts)}"
        where = MessageList("channel", channel)
        return f"{self._directory.place(channel)}#{where.message(ts)}"

    def _replies(self, message: Json, where: MessageList) -> Replies | None:
        count = int(message.get("reply_count") or 0)
        if not count or where.kind != "channel":
            return None
        people = [self._directory.face(user) for user in message.get("reply_users") or ()]
        last = str(message.get("latest_reply") or message["ts"])
        href = self.thread_href(where.channel, str(message["ts"]))
        return Replies(href, count, time_of(last), people[:_SHOWN_REPLIERS])

    def _reaction(self, reaction: Mapping[str, Any]) -> ReactionView:
        users = [str(user) for user in reaction.get("users") or ()]
        names = ", ".join(self._directory.face(user).name for user in users)
        mine = self._directory.viewer in users
        return ReactionView(str(reaction["name"]), len(users), mine, names)

    def _file(self, file: Mapping[str, Any]) -> FileView:
        title = str(file.get("title") or file.get("name") or "file")
        return FileView(
            address=self._directory.file_address(file) or "",
            name=str(file.get("name") or "file"),
            title=title,
            size=size_words(int(file.get("size") or 0)),
            is_picture=str(file.get("mimetype")) in _PICTURES,
            is_page=str(file.get("mimetype")) == "text/html",
            alt=str(file.get("alt_txt") or title),
        )

    def _attachment(self, attachment: Mapping[str, Any], surface: Surface) -> Markup:
        if attachment.get("blocks"):
            return surface.blocks(attachment["blocks"])
        parts: Sequence[object] = [
            attachment.get(name) for name in ("pretext", "author_name", "title", "text", "footer")
        ]
        words = "\n".join(str(part) for part in parts if part)
        return render_mrkdwn(words or str(attachment.get("fallback", "")), self._directory)


def face_id(user: Json) -> str:
    """Return the id of a user object."""
    return str(user["id"])


def is_only_emoji(text: str) -> bool:
    """Return whether a text is nothing but up to three emoji, which Slack draws large."""
    words = emojize(unescape(text)).replace(" ", "")
    return bool(words) and emoji.purely_emoji(words) and emoji.emoji_count(words) <= 3


def size_words(size: int) -> str:
    """Return a file's size in words: B, KB or MB."""
    if size < _KILOBYTE:
        return f"{size} B"
    if size < _KILOBYTE**2:
        return f"{size / _KILOBYTE:.0f} KB"
    return f"{size / _KILOBYTE**2:.1f} MB"
