"""Makes the views of whole pages and of the parts that change."""

from __future__ import annotations

import json
from functools import cached_property

from slack_emulator.models import Json, Traffic
from slack_emulator.page.rendering.blocks import Surface, slug
from slack_emulator.page.views.directory import ViewerDirectory, face_of
from slack_emulator.page.views.ids import APP_PROMPTS, TIMELINE, MessageList, conversation_id
from slack_emulator.page.views.memory import Memory
from slack_emulator.page.views.messages import MessageMaker
from slack_emulator.page.views.models import (
    AppView,
    ChannelView,
    ComposerView,
    ConversationView,
    DeveloperView,
    EntryView,
    Face,
    HomeView,
    MessageView,
    ModalView,
    PageView,
    PaneView,
    PromptsView,
    PromptView,
    SessionView,
    ShortcutView,
    Where,
)
from slack_emulator.page.views.sidebar import SideMaker
from slack_emulator.people.reader import WorkspaceReader
from slack_emulator.platform import emojis

SHOWN_MESSAGES = 200
SHOWN_TRAFFIC = 150
_TITLE_LENGTH = 80
_STATE_WORDS = {"closed": "Closed", "suspended": "Paused"}


class PageMaker:
    """Makes page views for one viewer; made anew for every answer."""

    def __init__(self, reader: WorkspaceReader, memory: Memory, viewer: Json) -> None:
        """Take the workspace, what the page remembers, and the viewer's user object."""
        self.reader = reader
        self.memory = memory
        self.viewer = str(viewer["id"])
        self.me = face_of(viewer)
        self.directory = ViewerDirectory(reader, viewer)

    @cached_property
    def maker(self) -> MessageMaker:
        """Return the maker of message views."""
        return MessageMaker(self.reader, self.directory, self.memory)

    @cached_property
    def sides(self) -> SideMaker:
        """Return the maker of the sidebar and of the other lists of people and places."""
        return SideMaker(self.reader, self.directory, self.memory, self.app)

    @cached_property
    def app(self) -> Face:
        """Return the app's face."""
        return face_of(self.reader.bot())

    def is_app(self, channel: str) -> bool:
        """Return whether a conversation is the viewer's own with the app."""
        return channel == self.directory.app_channel

    def page(self, where: Where) -> PageView:
        """Return the frame around a place."""
        place = self.app.name if self.is_app(where.channel) else self.directory.title(where.channel)
        return PageView(
            title=f"{place} – {self.me.name} – {self.reader.team()}",
            team=self.reader.team(),
            base=self.directory.base,
            channel=where.channel,
            tab=where.tab,
            seq=str(self.reader.number()),
            viewer=self.me,
            personas=self.sides.personas(),
            side=self.sides.sidebar(where),
            completions=self.sides.completions(),
            pane=self.pane(*where.thread) if where.thread else None,
            developer=self.developer() if where.developer else None,
            view=self.modal(),
            frequent=emojis.FREQUENT,
        )

    def channel(self, where: Where) -> ChannelView:
        """Return a channel or a direct message between people."""
        place = self.directory.places[where.channel]
        list_ = MessageList("channel", where.channel)
        messages = self.reader.history(where.channel, self.viewer)
        shown = messages if where.everything else messages[-SHOWN_MESSAGES:]
        members = self.reader.members(where.channel)
        other = self.directory.face(str(place["user"])) if place.get("is_im") else None
        title = self.directory.title(where.channel)
        return ChannelView(
            name=title.removeprefix("#"),
            topic=str((place.get("topic") or {}).get("value") or ""),
            list=list_.id,
            messages=[self.maker.make(message, list_) for message in shown],
            earlier=len(messages) - len(shown),
            earlier_href=f"{self.directory.place(where.channel)}?all=1",
            session=self.channel_session(where.channel),
            composer=self._composer(list_, f"Message {title}"),
            start_title=title,
            start_words=_start_words(place, other),
            hint="" if other else f"Type @ to ask {self.app.name} here, / for its commands.",
            private=bool(place.get("is_private")),
            person=other,
            members=0 if other else len(members),
            member_names=", ".join(self.directory.face(member).name for member in members),
            joined=bool(other) or self.viewer in members,
        )

    def app_place(self, where: Where) -> AppView:
        """Return the app's place with its two tabs."""
        channel = self.directory.app_channel
        list_ = MessageList("channel", channel)
        here = self.directory.place(channel)
        roots = self.reader.history(channel, self.viewer) if where.tab == "messages" else []
        shown = roots if where.everything else roots[-SHOWN_MESSAGES:]
        return AppView(
            name=self.app.name,
            topic=self.reader.app_description(),
            person=self.app,
            home_href=f"{here}?tab=home",
            messages_href=here,
            list=TIMELINE,
            conversations=[self.conversation(root) for root in shown],
            prompts=self.app_prompts(),
            composer=self._composer(list_, f"Ask {self.app.name} anything"),
            home=self.home(),
            start_title=f"Hi {self.me.name.split()[0]}, what would you like to know?",
            start_words="Write your question below, or press one of the suggestions.",
            hint="Enter sends. Each question starts a conversation of its own.",
        )

    def conversation(self, root: Json) -> ConversationView:
        """Return one conversation of the app's timeline."""
        channel, ts = self.directory.app_channel, str(root["ts"])
        list_ = MessageList("conversation", channel, ts)
        thread = self.reader.thread(channel, ts, self.viewer) or [root]
        session = self.reader.session(channel, ts)
        return ConversationView(
            id=conversation_id(ts),
            ts=ts,
            list=list_.id,
            title=session.title or self._title_of(root),
            href=self.maker.thread_href(channel, ts),
            messages=[self.maker.make(message, list_) for message in thread],
            session=self.session(list_),
            prompts=self.prompts(list_),
            composer=self._composer(list_, "Reply in this conversation", inline=True),
            state=_STATE_WORDS.get(session.status, ""),
        )

    def pane(self, channel: str, thread: str) -> PaneView | None:
        """Return the thread beside the conversation, or nothing where it is gone."""
        messages = self.reader.thread(channel, thread, self.viewer)
        if not messages:
            return None
        list_ = MessageList("pane", channel, thread)
        name = self.app.name if self.is_app(channel) else self.directory.title(channel)
        return PaneView(
            channel=channel,
            thread=thread,
            place_name=name,
            close_href=self.directory.place(channel),
            list=list_.id,
            messages=[self.maker.make(message, list_) for message in messages],
            session=self.session(list_),
            prompts=self.prompts(list_),
            composer=self._composer(list_, "Reply in this thread"),
        )

    def message(self, message: Json, list_: MessageList) -> MessageView:
        """Return one message of a list."""
        return self.maker.make(message, list_)

    def session(self, list_: MessageList) -> SessionView:
        """Return what the app is doing in a thread."""
        session = self.reader.session(list_.channel, list_.thread)
        if session.status != "processing":
            return SessionView(list_.session)
        words = session.words or f"{self.app.name} is working on it…"
        return SessionView(list_.session, list_.channel, list_.thread, words, can_stop=True)

    def channel_session(self, channel: str) -> SessionView:
        """Return what the app is doing in the threads of a channel, the newest first."""
        list_ = MessageList("channel", channel)
        threads = self.reader.working_threads(channel)
        if not threads:
            return SessionView(list_.session)
        words = f"{self.app.name} is answering in a thread…"
        return SessionView(list_.session, channel, threads[-1], words, can_stop=True)

    def prompts(self, list_: MessageList) -> PromptsView:
        """Return the suggested questions of a thread."""
        found = self.reader.prompts(list_.channel, list_.thread)
        made = [PromptView(title, message) for title, message in found.prompts]
        return PromptsView(list_.prompts, list_.channel, list_.thread, found.title, made)

    def app_prompts(self) -> PromptsView:
        """Return the suggested questions of the app; small ones once a conversation is there."""
        channel = self.directory.app_channel
        found = self.reader.prompts(channel, "")
        made = [PromptView(title, message) for title, message in found.prompts]
        started = bool(self.reader.newest(channel, self.viewer))
        return PromptsView(APP_PROMPTS, channel, "", found.title, made, compact=started)

    def home(self) -> HomeView:
        """Return the app's Home tab."""
        view = self.reader.home(self.viewer) or {}
        surface = Surface(self.directory, "home", kind="home")
        blocks = surface.blocks(view.get("blocks") or ())
        return HomeView(str(view.get("id") or ""), self.app.name, blocks)

    def modal(self) -> ModalView | None:
        """Return the modal on top, if one is open."""
        views = self.reader.modals(self.viewer)
        if not views:
            return None
        view = views[-1]
        surface = Surface(self.directory, slug(f"view-{view['id']}"), kind="modal")
        return ModalView(
            id=str(view["id"]),
            title=surface.words(view.get("title")),
            blocks=surface.blocks(view.get("blocks") or ()),
            submit=surface.words(view.get("submit")),
            close=surface.words(view.get("close")),
            stacked=len(views) > 1,
        )

    def developer(self) -> DeveloperView:
        """Return the payload panel."""
        entries = self.reader.traffic(0)[-SHOWN_TRAFFIC:]
        base = self.directory.base
        return DeveloperView(f"{base}/developer", [entry_of(entry) for entry in entries])

    def _composer(self, list_: MessageList, label: str, *, inline: bool = False) -> ComposerView:
        shortcuts = [
            ShortcutView(s.callback_id, s.name, self.app.name, s.description)
            for s in self.reader.shortcuts("global")
        ]
        broadcast = list_.kind == "pane" and not self.is_app(list_.channel)
        place = self.directory.places.get(list_.channel, {})
        return ComposerView(
            id="composer" if list_.kind == "channel" else list_.composer,
            channel=list_.channel,
            thread=list_.thread,
            label=label,
            action=f"{self.directory.base}/say",
            inline=inline,
            focus=list_.kind == "channel",
            can_broadcast=broadcast and not place.get("is_im"),
            place_name=str(place.get("name") or ""),
            shortcuts=shortcuts if list_.kind != "conversation" else (),
        )

    def _title_of(self, root: Json) -> str:
        words = self.directory.codec.decode(str(root.get("text") or "")).strip()
        first = words.splitlines()[0] if words else "Conversation"
        return first if len(first) <= _TITLE_LENGTH else f"{first[: _TITLE_LENGTH - 1]}…"


def entry_of(traffic: Traffic) -> EntryView:
    """Return the view of one payload."""
    return EntryView(
        id=f"payload-{traffic.number}",
        way="in" if traffic.to_app else "out",
        way_words="to app" if traffic.to_app else "from app",
        name=traffic.name,
        note=traffic.note,
        at=f"{traffic.at:.3f}",
        payload=json.dumps(traffic.payload, indent=2, ensure_ascii=False, default=str),
    )


def _start_words(place: Json, other: Face | None) -> str:
    if other:
        return f"This is the start of your messages with {other.name}."
    purpose = str((place.get("purpose") or {}).get("value") or "")
    return purpose or "This is the very start of the channel."
