"""Sends what changes in the workspace to an open window as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool

from slack_emulator.models import Change, Json
from slack_emulator.page.rendering.blocks import environment
from slack_emulator.page.views.ids import APP_PROMPTS, TIMELINE, MessageList, conversation_id
from slack_emulator.page.views.models import Where
from slack_emulator.page.views.pages import PageMaker, entry_of
from slack_emulator.people.reader import WorkspaceReader
from slack_emulator.platform import emojis

Patch = dict[str, str]
_GATHER_SECONDS = 0.03
_BEAT_SECONDS = 15.0


async def events(
    reader: WorkspaceReader, maker: Callable[[], PageMaker], where: Where, after: int
) -> AsyncIterator[str]:
    """Return the event stream of one window, from a change number on, without end.

    Args:
        world: The workspace.
        maker: Makes a fresh page maker for the viewer; called once for each batch.
        where: What the window shows.
        after: The number of the last change the window has drawn.
    """
    loop, rung = asyncio.get_running_loop(), asyncio.Event()
    stop = reader.subscribe(lambda: _ring(loop, rung))
    try:
        yield "retry: 1000\n\n"
        while True:
            rung.clear()
            after, event = await run_in_threadpool(_batch, reader, maker, where, after)
            if event:
                yield event
            try:
                await asyncio.wait_for(rung.wait(), _BEAT_SECONDS)
                await asyncio.sleep(_GATHER_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        stop()


def _ring(loop: asyncio.AbstractEventLoop, rung: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(rung.set)


def _batch(
    reader: WorkspaceReader, maker: Callable[[], PageMaker], where: Where, after: int
) -> tuple[int, str]:
    changes = reader.changes(after)
    if changes is None:
        return reader.number(), _event(reader.number(), [{"op": "reload"}])
    if not changes:
        return after, ""
    newest = changes[-1].number
    patches = Patches(maker(), where).of(changes)
    return newest, _event(newest, patches)


def _event(number: int, patches: Sequence[Patch]) -> str:
    data = json.dumps(patches, ensure_ascii=False)
    return f"id: {number}\nevent: patches\ndata: {data}\n\n"


class Patches:
    """The changes of one batch, drawn for one window; each part is drawn once a batch."""

    def __init__(self, page: PageMaker, where: Where) -> None:
        """Take the page maker and what the window shows."""
        self._page = page
        self._where = where
        self._parts: Mapping[str, Any] = vars(environment().get_template("parts.html").module)
        self._patches: dict[str, Patch] = {}

    def of(self, changes: Sequence[Change]) -> Sequence[Patch]:
        """Return the patches of a batch of changes."""
        kinds: dict[str, Callable[[Change], None]] = {
            "message": self._message,
            "channel": lambda change: self._sidebar(),
            "people": lambda change: self._sidebar(),
            "home": self._home,
            "modal": self._modal,
            "session": self._session,
            "prompts": self._prompts,
            "traffic": self._traffic,
        }
        for change in changes:
            if change.user in ("", self._page.viewer):
                kinds[change.kind](change)
        return list(self._patches.values())

    def _draw(self, macro: str, *values: object) -> str:
        return str(self._parts[macro](*values))

    def _morph(self, element: str, html: str) -> None:
        self._patches[element] = {"op": "morph", "id": element, "html": html}

    def _message(self, change: Change) -> None:
        where, page = self._where, self._page
        root = change.thread or change.ts
        if change.channel != where.channel or where.tab == "home":
            self._sidebar()
        elif page.is_app(change.channel):
            self._in_timeline(change, root)
        else:
            self._in_channel(change, root)
        if where.thread == (change.channel, root):
            self._upsert(change.ts, MessageList("pane", change.channel, root))
        if change.channel == where.channel:
            page.memory.mark_read(page.viewer, change.channel, change.ts)

    def _in_channel(self, change: Change, root: str) -> None:
        list_ = MessageList("channel", change.channel)
        message = self._find(change.channel, change.ts)
        reply = root != change.ts
        if not reply or (message or {}).get("subtype") == "thread_broadcast":
            self._upsert(change.ts, list_)
        if reply:
            self._upsert(root, list_)

    def _in_timeline(self, change: Change, root: str) -> None:
        list_ = MessageList("conversation", change.channel, root)
        message = self._find(change.channel, change.ts)
        if root == change.ts and message:
            self._conversation(message)
        elif root == change.ts:
            element = conversation_id(root)
            self._patches[element] = {"op": "remove", "id": element}
        self._upsert(change.ts, list_)

    def _conversation(self, root: Json) -> None:
        ts = str(root["ts"])
        self._patches[f"ensure {ts}"] = {
            "op": "ensure",
            "id": conversation_id(ts),
            "list": TIMELINE,
            "ts": ts,
            "html": self._draw("conversation", self._page.conversation(root), emojis.FREQUENT),
        }
        self._morph(APP_PROMPTS, self._draw("prompts", self._page.app_prompts()))

    def _upsert(self, ts: str, list_: MessageList) -> None:
        element, message = list_.message(ts), self._find(list_.channel, ts)
        if message is None:
            self._patches[element] = {"op": "remove", "id": element}
            return
        html = self._draw("message", self._page.message(message, list_), emojis.FREQUENT)
        self._patches[element] = {
            "op": "upsert",
            "id": element,
            "list": list_.id,
            "ts": ts,
            "html": html,
        }

    def _find(self, channel: str, ts: str) -> Json | None:
        return self._page.reader.message(channel, ts, self._page.viewer)

    def _sidebar(self) -> None:
        if "sidebar" not in self._patches:
            self._morph("sidebar", self._draw("sidebar", self._page.sides.sidebar(self._where)))

    def _home(self, change: Change) -> None:
        if self._where.tab == "home":
            self._morph("home", self._draw("home", self._page.home()))

    def _modal(self, change: Change) -> None:
        view = self._page.modal()
        html = self._draw("modal", view) if view else ""
        self._patches["modal"] = {"op": "view", "html": html}

    def _session(self, change: Change) -> None:
        channel, thread = change.channel, change.thread
        for list_ in self._lists(channel, thread):
            self._morph(list_.session, self._draw("session", self._page.session(list_)))
        if channel == self._where.channel and not self._page.is_app(channel):
            view = self._page.channel_session(channel)
            self._morph(view.id, self._draw("session", view))
        if self._page.is_app(channel) and channel == self._where.channel:
            root = self._find(channel, thread)
            if root:
                view_ = self._page.conversation(root)
                self._morph(f"{view_.id}-head", self._draw("conversation_head", view_))

    def _prompts(self, change: Change) -> None:
        if not change.thread:
            self._morph(APP_PROMPTS, self._draw("prompts", self._page.app_prompts()))
        for list_ in self._lists(change.channel, change.thread):
            self._morph(list_.prompts, self._draw("prompts", self._page.prompts(list_)))

    def _lists(self, channel: str, thread: str) -> Sequence[MessageList]:
        shown = []
        if channel == self._where.channel and self._page.is_app(channel):
            shown.append(MessageList("conversation", channel, thread))
        if self._where.thread == (channel, thread):
            shown.append(MessageList("pane", channel, thread))
        return shown

    def _traffic(self, change: Change) -> None:
        if not self._where.developer:
            return
        # A call is logged before its content is known, so the newest change counts.
        for traffic in self._page.reader.traffic(int(change.ts) - 1)[:1]:
            entry = entry_of(traffic)
            html = self._draw("developer_entry", entry)
            made = {"op": "append", "id": entry.id, "list": "developer-list", "html": html}
            self._patches[entry.id] = made
