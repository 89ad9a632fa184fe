"""The state of a workspace: plain data under one lock, without any rule of the platform."""

from __future__ import annotations

from dataclasses import dataclass, field

from slack_emulator.models import Json
from slack_emulator.state.core import Core
from slack_emulator.state.directory import AppIdentity, Directory
from slack_emulator.state.files import Files
from slack_emulator.state.messages import Messages
from slack_emulator.state.sessions import Sessions
from slack_emulator.state.views import Views


@dataclass
class State:
    """Everything a workspace remembers.

    Attributes:
        pins: Message timestamps pinned in a channel, in order.
        bookmarks: Bookmark objects of a channel, by id.
        scheduled: Messages to be posted later, by their id.
        looking_at: What each person looks at, as entities of `app_context_changed`.
    """

    core: Core
    directory: Directory
    messages: Messages
    views: Views
    sessions: Sessions
    files: Files
    pins: dict[str, list[Json]] = field(default_factory=dict)
    bookmarks: dict[str, dict[str, Json]] = field(default_factory=dict)
    scheduled: dict[str, Json] = field(default_factory=dict)
    looking_at: dict[str, list[Json]] = field(default_factory=dict)


def new_state(core: Core, team: Json, app: AppIdentity) -> State:
    """Make an empty state."""
    return State(
        core, Directory(core, team, app), Messages(core), Views(core), Sessions(core), Files(core)
    )
