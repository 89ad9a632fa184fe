"""What the app does in conversations: agent sessions and suggested prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slack_emulator.errors import SlackError
from slack_emulator.models import Prompts, Session
from slack_emulator.state.core import Core

STATUSES = ("processing", "active", "suspended", "closed")


class Sessions:
    """The sessions and prompts of a workspace, by channel and thread."""

    def __init__(self, core: Core) -> None:
        """Take the shared core."""
        self._core = core
        self._sessions: dict[tuple[str, str], Session] = {}
        self._prompts: dict[tuple[str, str], Prompts] = {}

    def get(self, channel: str, thread: str) -> Session:
        """Return the session of a conversation; an empty one where there is none."""
        with self._core.lock:
            return self._sessions.get((channel, thread), Session())

    def set_status(self, channel: str, thread: str, status: str, title: str = "") -> Session:
        """Set a session's status; the first call makes it, and only that one sets the title."""
        with self._core.lock:
            old = self._sessions.get((channel, thread))
            made = replace(old, status=status, words="") if old else Session(status, title)
            return self._keep(channel, thread, made)

    def set_words(self, channel: str, thread: str, words: str) -> Session:
        """Show words while the app works; none end that."""
        with self._core.lock:
            old = self.get(channel, thread)
            status = "processing" if words else "active"
            return self._keep(channel, thread, replace(old, status=status, words=words))

    def rename(self, channel: str, thread: str, title: str) -> Session:
        """Return a session another title.

        Raises:
            SlackError: `session_not_found`.
        """
        with self._core.lock:
            old = self._sessions.get((channel, thread))
            if old is None:
                raise SlackError("session_not_found")
            return self._keep(channel, thread, replace(old, title=title))

    def set_title(self, channel: str, thread: str, title: str) -> Session:
        """Return a conversation a title, with or without a session before."""
        with self._core.lock:
            return self._keep(channel, thread, replace(self.get(channel, thread), title=title))

    def working(self, channel: str) -> Sequence[str]:
        """Return the threads of a channel in which the app is at work, oldest first."""
        with self._core.lock:
            return [
                thread
                for (place, thread), session in self._sessions.items()
                if place == channel and session.status == "processing"
            ]

    def prompts(self, channel: str, thread: str) -> Prompts | None:
        """Return the prompts the app set for a conversation, or nothing."""
        with self._core.lock:
            return self._prompts.get((channel, thread))

    def set_prompts(self, channel: str, thread: str, prompts: Prompts) -> None:
        """Set the suggested prompts of a conversation."""
        with self._core.lock:
            self._prompts[(channel, thread)] = prompts
            self._core.changed("prompts", channel=channel, thread=thread)

    def _keep(self, channel: str, thread: str, session: Session) -> Session:
        # Taken out first, so that the newest change comes last among those at work.
        self._sessions.pop((channel, thread), None)
        self._sessions[(channel, thread)] = session
        self._core.changed("session", channel=channel, thread=thread)
        return session
