"""Names the elements of the page, so that the first drawing and the live feed agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from slack_emulator.page.rendering.blocks import slug

ListKind = Literal["channel", "pane", "conversation"]
_PREFIXES: dict[ListKind, str] = {"channel": "m", "pane": "p", "conversation": "c"}


@dataclass(frozen=True)
class MessageList:
    """One list of messages on the page: a channel, the thread pane, or a conversation.

    Attributes:
        kind: Which of the three.
        channel: The channel's id.
        thread: The thread's timestamp, empty for a channel.
    """

    kind: ListKind
    channel: str
    thread: str = ""

    @property
    def id(self) -> str:
        """Return the element id of the list."""
        return slug(f"{self.kind}-list-{self.channel}-{self.thread}")

    @property
    def session(self) -> str:
        """Return the element id of the status line under the list."""
        return slug(f"{self.kind}-session-{self.channel}-{self.thread}")

    @property
    def prompts(self) -> str:
        """Return the element id of the suggested questions under the list."""
        return slug(f"{self.kind}-prompts-{self.channel}-{self.thread}")

    @property
    def composer(self) -> str:
        """Return the element id of the message box under the list."""
        return slug(f"{self.kind}-composer-{self.channel}-{self.thread}")

    def message(self, ts: str) -> str:
        """Return the element id of a message in this list."""
        return slug(f"{_PREFIXES[self.kind]}-{self.channel}-{ts}")


def conversation_id(thread: str) -> str:
    """Return the element id of a conversation in the app's timeline."""
    return slug(f"conversation-{thread}")


TIMELINE = "timeline"
APP_PROMPTS = "app-prompts"
