"""Lets a person act through the page; every refusal is put into words for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

from slack_emulator.acts import Hands
from slack_emulator.errors import NotDelivered, SlackError, WorkspaceError
from slack_emulator.page.world import Json, PageError, Press

_WORDS = {
    "channel_not_found": "That channel is not here, or you are not in it.",
    "message_not_found": "That message is not there any more.",
    "thread_not_found": "That thread is not there any more.",
    "file_not_found": "That file is not there any more.",
    "already_reacted": "You have set that one already.",
    "no_reaction": "That emoji is not there any more.",
    "too_many_emoji": "This message has as many emoji as it can take.",
    "user_not_found": "Nobody here has that name.",
}


class PageActor:
    """One person's acts on the page; every refusal is put into words for them."""

    def __init__(self, hands: Hands) -> None:
        """Take the person's hands."""
        self._hands = hands

    def say(
        self, channel: str, text: str, thread: str, files: Sequence[str], broadcast: bool
    ) -> None:
        """Post a message."""
        with _in_words():
            self._hands.say(channel, text, thread, files, broadcast)

    def command(self, channel: str, name: str, text: str, thread: str) -> None:
        """Run a slash command."""
        with _in_words():
            self._hands.command(channel, name, text)

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Change the words of an own message."""
        with _in_words():
            self._hands.edit(channel, ts, text)

    def delete(self, channel: str, ts: str) -> None:
        """Remove an own message."""
        with _in_words():
            self._hands.delete(channel, ts)

    def react(self, channel: str, ts: str, name: str) -> None:
        """Set an emoji under a message, or take the own one away."""
        with _in_words():
            message = self._hands.seen(channel, ts)
            found = message.to_json().get("reactions") or ()
            own = any(r["name"] == name and self._hands.user in r["users"] for r in found)
            (self._hands.unreact if own else self._hands.react)(channel, ts, name)

    def join(self, channel: str) -> None:
        """Become a member of a channel."""
        with _in_words():
            self._hands.join(channel)

    def upload(self, name: str, content: bytes) -> str:
        """Store a file and give its id."""
        return self._hands.state.files.store(name, self._hands.user, content).id

    def press(self, press: Press) -> None:
        """Use a Block Kit element."""
        with _in_words():
            place = self._hands.place_of(press.channel, press.ts, press.view_id)
            ids = (press.block_id, press.action_id)
            interactions = self._hands.interactions
            interactions.press(self._hands.user, place, ids, press.value, press.state)

    def options(self, press: Press, query: str) -> Sequence[Json]:
        """Ask the app for the choices of an external menu: options, or groups of options."""
        with _in_words():
            place = self._hands.place_of(press.channel, press.ts, press.view_id)
            ids = (press.block_id, press.action_id)
            return self._hands.interactions.options(self._hands.user, place, ids, query)

    def submit(
        self, view_id: str, state: Mapping[str, Mapping[str, str | Sequence[str]]]
    ) -> Mapping[str, str]:
        """Submit a modal; gives the app's faults by block id."""
        with _in_words():
            return self._hands.forms.submit(self._hands.user, view_id, state)

    def close(self, view_id: str) -> None:
        """Close a modal."""
        with _in_words():
            self._hands.forms.close(self._hands.user, view_id)

    def shortcut(self, callback_id: str) -> None:
        """Run a global shortcut."""
        with _in_words():
            self._hands.interactions.shortcut(self._hands.user, callback_id)

    def message_shortcut(self, callback_id: str, channel: str, ts: str) -> None:
        """Run a message shortcut."""
        with _in_words():
            message = self._hands.seen(channel, ts)
            self._hands.interactions.message_shortcut(self._hands.user, callback_id, message)

    def stop(self, channel: str, thread: str) -> None:
        """Press the stop button of a conversation."""
        with _in_words():
            self._hands.stop(channel, thread)

    def opens_app(self, tab: Literal["home", "messages"]) -> None:
        """Open a tab of the app."""
        self._hands.open_app(tab)

    def looks_at(self, channel: str) -> None:
        """Turn to a channel."""
        with _in_words():
            self._hands.look_at(channel)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (WorkspaceError, NotDelivered) as fault:
        raise PageError(str(fault)) from fault
    except SlackError as fault:
        raise PageError(_WORDS.get(fault.code, f"That did not work ({fault.code}).")) from fault
