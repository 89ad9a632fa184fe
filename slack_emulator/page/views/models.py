"""What the templates of the page are given: plain values, ready to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

_NOTHING = Markup()


@dataclass(frozen=True)
class Face:
    """A person or app as shown beside a message."""

    id: str
    name: str
    handle: str
    title: str = ""
    initials: str = ""
    colour: int = 0
    is_app: bool = False
    is_active: bool = True

    @property
    def is_persona(self) -> bool:
        """Return whether the reader of the page can take this part."""
        return self.is_active and not self.is_app


@dataclass(frozen=True)
class Persona:
    """A person whose part the reader can take."""

    person: Face
    href: str


@dataclass(frozen=True)
class SideLink:
    """One line of the sidebar."""

    href: str
    name: str
    current: bool = False
    unread: bool = False
    mentions: int = 0
    private: bool = False
    you: bool = False
    group: bool = False
    shared: bool = False
    person: Face | None = None


@dataclass(frozen=True)
class Sidebar:
    """The sidebar's three lists."""

    apps: Sequence[SideLink]
    channels: Sequence[SideLink]
    direct: Sequence[SideLink]


@dataclass(frozen=True)
class ReactionView:
    """One emoji under a message."""

    name: str
    count: int
    mine: bool
    who: str


@dataclass(frozen=True)
class FileView:
    """A file under a message."""

    address: str
    name: str
    title: str
    size: str
    is_picture: bool
    is_page: bool = False
    alt: str = ""


@dataclass(frozen=True)
class ShortcutView:
    """A shortcut of the app in a menu."""

    callback_id: str
    name: str
    app: str
    note: str = ""


@dataclass(frozen=True)
class Replies:
    """The line under a message that opens its thread."""

    href: str
    count: int
    last: str
    people: Sequence[Face]


@dataclass(frozen=True)
class MessageView:
    """One message in one list; the same message in two lists has two ids."""

    id: str
    channel: str
    ts: str
    author: Face
    time: str
    day: str
    iso: str
    link: str
    text: Markup = _NOTHING
    markdown: bool = False
    only_emoji: bool = False
    blocks: Markup = _NOTHING
    attachments: Sequence[Markup] = ()
    files: Sequence[FileView] = ()
    reactions: Sequence[ReactionView] = ()
    replies: Replies | None = None
    thread: str = ""
    thread_href: str = ""
    edited: bool = False
    ephemeral: bool = False
    system: bool = False
    streaming: bool = False
    broadcast: bool = False
    alone: bool = False
    actions: bool = True
    can_edit: bool = False
    can_delete: bool = False
    editable_text: str = ""
    shortcuts: Sequence[ShortcutView] = ()


@dataclass(frozen=True)
class SessionView:
    """What the app is doing in a conversation, with the stop button."""

    id: str
    channel: str = ""
    thread: str = ""
    words: str = ""
    can_stop: bool = False


@dataclass(frozen=True)
class PromptView:
    """A suggested question."""

    title: str
    message: str


@dataclass(frozen=True)
class PromptsView:
    """The suggested questions of a conversation."""

    id: str
    channel: str = ""
    thread: str = ""
    title: str = ""
    prompts: Sequence[PromptView] = ()
    compact: bool = False


@dataclass(frozen=True)
class ComposerView:
    """A message box."""

    id: str
    channel: str
    label: str
    action: str
    thread: str = ""
    inline: bool = False
    focus: bool = False
    can_broadcast: bool = False
    place_name: str = ""
    shortcuts: Sequence[ShortcutView] = ()


@dataclass(frozen=True)
class ConversationView:
    """One thread in the timeline of the app's Messages tab."""

    id: str
    ts: str
    list: str
    title: str
    href: str
    messages: Sequence[MessageView]
    session: SessionView
    prompts: PromptsView
    composer: ComposerView
    state: str = ""


@dataclass(frozen=True)
class PaneView:
    """The thread shown beside the conversation."""

    channel: str
    thread: str
    place_name: str
    close_href: str
    list: str
    messages: Sequence[MessageView]
    session: SessionView
    prompts: PromptsView
    composer: ComposerView


@dataclass(frozen=True)
class EntryView:
    """One payload in the developer panel."""

    id: str
    way: str
    way_words: str
    name: str
    note: str
    at: str
    payload: str


@dataclass(frozen=True)
class DeveloperView:
    """The developer panel."""

    fragment: str
    entries: Sequence[EntryView]


@dataclass(frozen=True)
class HomeView:
    """The app's Home tab."""

    view_id: str
    app_name: str
    blocks: Markup


@dataclass(frozen=True)
class ModalView:
    """The modal on top."""

    id: str
    title: str
    blocks: Markup
    submit: str = ""
    close: str = ""
    stacked: bool = False


@dataclass(frozen=True)
class ChannelView:
    """A channel or a direct message between people."""

    name: str
    topic: str
    list: str
    messages: Sequence[MessageView]
    session: SessionView
    composer: ComposerView
    start_title: str
    start_words: str
    hint: str = ""
    private: bool = False
    person: Face | None = None
    members: int = 0
    earlier: int = 0
    earlier_href: str = ""
    member_names: str = ""
    joined: bool = True


@dataclass(frozen=True)
class AppView:
    """The app's own place with its Home and Messages tabs."""

    name: str
    topic: str
    person: Face
    home_href: str
    messages_href: str
    list: str
    conversations: Sequence[ConversationView]
    prompts: PromptsView
    composer: ComposerView
    home: HomeView
    start_title: str
    start_words: str
    hint: str = ""


@dataclass(frozen=True)
class PageView:
    """The frame around a place."""

    title: str
    team: str
    base: str
    channel: str
    seq: str
    viewer: Face
    personas: Sequence[Persona]
    side: Sidebar
    completions: Markup
    tab: str = ""
    pane: PaneView | None = None
    developer: DeveloperView | None = None
    view: ModalView | None = None
    frequent: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Where:
    """What one window shows.

    Attributes:
        channel: The open conversation.
        tab: The app's tab, `home` or `messages`; empty elsewhere.
        thread: The thread beside it as (channel, timestamp), if any.
        developer: Whether the payload panel is open.
        everything: Whether older messages are shown too.
    """

    channel: str
    tab: str = ""
    thread: tuple[str, str] | None = None
    developer: bool = False
    everything: bool = False
