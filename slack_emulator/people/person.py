"""A person of the workspace for tests and scripts: says, presses, submits, looks."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from slack_emulator.errors import WorkspaceError
from slack_emulator.models import Json, Prompts
from slack_emulator.people.actions import PersonActions
from slack_emulator.people.inputs import RawValues, elements_of
from slack_emulator.people.interactions import Place
from slack_emulator.people.reader import WorkspaceReader
from slack_emulator.state.messages import Message

APP = "app"
Thread: TypeAlias = "Message | str | None"


class Person:
    """One person: what they do and what they see.

    A channel is a name with or without `#`, an id, `app` for the own conversation with the app,
    or `@handle` for another person. Texts are what a person types: `@Name` is a mention.

    Attributes:
        id: The user id.
    """

    def __init__(self, actions: PersonActions, reader: WorkspaceReader) -> None:
        """Take what the person can do, and the workspace as they see it."""
        self.id = actions.user
        self._actions = actions
        self._reader = reader

    @property
    def handle(self) -> str:
        """Return the person's handle."""
        return str(self._actions.state.directory.user(self.id)["name"])

    @property
    def name(self) -> str:
        """Return the person's full name."""
        return str(self._actions.state.directory.user(self.id)["real_name"])

    def place(self, channel: str) -> str:
        """Return the id of a channel as this person names it.

        Raises:
            WorkspaceError: Where there is none.
        """
        directory = self._actions.state.directory
        if channel == APP:
            return self._reader.app_channel(self.id)
        if channel.startswith("@"):
            other = directory.named(channel[1:])
            if other:
                return self._reader.direct_channel(self.id, str(other["id"]))
        found = directory.find(channel)
        if found is None:
            raise WorkspaceError(f"There is no channel {channel}.")
        return found.id

    def says(
        self,
        text: str,
        channel: str = APP,
        thread: Thread = None,
        *,
        files: Sequence[str] = (),
        broadcast: bool = False,
    ) -> Message:
        """Write a message and give it; `files` are ids of `uploads`."""
        root = thread.root if isinstance(thread, Message) else thread or ""
        made = self._actions.say(self.place(channel), self._typed(text), root, files, broadcast)
        return copy.deepcopy(made)

    def _typed(self, text: str) -> str:
        return self._reader.codec(self.id).encode(text)

    def edits(self, message: Message, text: str) -> None:
        """Change an own message."""
        self._actions.edit(message.channel, message.ts, self._typed(text))

    def deletes(self, message: Message) -> None:
        """Delete an own message."""
        self._actions.delete(message.channel, message.ts)

    def reacts(self, message: Message, name: str) -> None:
        """Set an emoji under a message."""
        self._actions.react(message.channel, message.ts, name)

    def unreacts(self, message: Message, name: str) -> None:
        """Take an own emoji away."""
        self._actions.unreact(message.channel, message.ts, name)

    def joins(self, channel: str) -> None:
        """Become a member of a public channel."""
        self._actions.join(self.place(channel))

    def leaves(self, channel: str) -> None:
        """Leave a channel."""
        self._actions.leave(self.place(channel))

    def invites(self, other: Person | str, channel: str) -> None:
        """Bring another person into a channel, or the app (`app`)."""
        self._actions.invite(self.place(channel), self._id_of(other))

    def removes(self, other: Person | str, channel: str) -> None:
        """Take another person out of a channel, or the app (`app`)."""
        self._actions.remove(self.place(channel), self._id_of(other))

    def _id_of(self, other: Person | str) -> str:
        app = self._actions.state.directory.app.bot_user_id
        return other.id if isinstance(other, Person) else (app if other == APP else other)

    def uploads(self, name: str, content: bytes) -> str:
        """Store a file; returns its id for `says`."""
        return self._actions.upload(name, content)

    def runs(self, command: str, channel: str = "general") -> None:
        """Run a slash command such as `/ask what is new`."""
        name, _, text = command.partition(" ")
        self._actions.command(self.place(channel), name, text)

    def uses_shortcut(self, callback_id: str, message: Message | None = None) -> None:
        """Run a global shortcut, or one on a message."""
        if message is None:
            self._actions.shortcut(callback_id)
            return
        self._actions.message_shortcut(callback_id, message.channel, message.ts)

    def presses(
        self,
        action_id: str,
        on: Message | Json,
        value: str | Sequence[str] = "",
        *,
        block_id: str = "",
        values: RawValues | None = None,
    ) -> None:
        """Use an element of a message or view.

        Args:
            action_id: The element.
            on: A message, or a view as `home` and `modal` give it.
            value: What is chosen: the value of an option or of a feedback side, words, or several.
            block_id: The block, where the action id alone does not tell.
            values: What else is filled in, by block id and action id.

        Raises:
            WorkspaceError: Where there is no such element.
            NotDelivered: Where the app did not acknowledge in time.
        """
        place, ids = self._element(on, action_id, block_id)
        self._actions.interactions.press(self.id, place, ids, value, values or {})

    def searches(
        self, action_id: str, on: Message | Json, query: str = "", *, block_id: str = ""
    ) -> Sequence[Json]:
        """Type into an external menu; returns the options or groups the app offers."""
        place, ids = self._element(on, action_id, block_id)
        return self._actions.interactions.options(self.id, place, ids, query)

    def _element(
        self, on: Message | Json, action_id: str, block_id: str
    ) -> tuple[Place, tuple[str, str]]:
        if isinstance(on, Message):
            place = self._actions.place_of(on.channel, on.ts)
        else:
            place = self._actions.place_of("", "", str(on["id"]))
        for block, element in elements_of(place.blocks):
            if element["action_id"] == action_id and block_id in ("", block):
                return place, (block, action_id)
        known = ", ".join(element["action_id"] for _, element in elements_of(place.blocks))
        raise WorkspaceError(f"There is no {action_id} here; there is: {known or 'nothing'}.")

    def submits(self, values: RawValues, view: Json | None = None) -> Mapping[str, str]:
        """Submit the modal on top, or a given one; returns the app's faults by block id."""
        return self._actions.submit(self._view_id(view), values)

    def closes(self, view: Json | None = None) -> None:
        """Close the modal on top, or a given one."""
        self._actions.close(self._view_id(view))

    def _view_id(self, view: Json | None) -> str:
        found = view or self.modal
        if found is None:
            raise WorkspaceError("No form is open.")
        return str(found["id"])

    def stops(self, message: Message) -> None:
        """Press the stop button of the conversation a message belongs to."""
        self._actions.stop(message.channel, message.root)

    def opens_app(self, tab: Literal["home", "messages"] = "home") -> None:
        """Open a tab of the app."""
        self._actions.open_app(tab)

    def looks_at(self, channel: str) -> None:
        """Turn to a channel."""
        self._actions.look_at(self.place(channel))

    @property
    def home(self) -> Json | None:
        """Return the Home view the app drew for this person."""
        return self._reader.home(self.id)

    @property
    def suggested(self) -> Prompts:
        """Return what the app suggests to this person in its Messages tab."""
        return self._reader.prompts(self.place(APP), "")

    @property
    def modals(self) -> Sequence[Json]:
        """Return the open modals, the top one last."""
        return self._reader.modals(self.id)

    @property
    def modal(self) -> Json | None:
        """Return the modal on top, or nothing."""
        return next(reversed(self.modals), None)

    def sees(self, channel: str = APP) -> list[Message]:
        """Return all messages the person sees in a channel, replies and whispers too, in order."""
        state, place = self._actions.state, self.place(channel)
        state.directory.visible(place, self.id)
        with state.core.lock:
            found = state.messages.everything(place)
            return [copy.deepcopy(m) for m in found if m.only_for in ("", self.id)]

    def whispers(self, channel: str = APP) -> list[Message]:
        """Return what only this person sees in a channel."""
        return [message for message in self.sees(channel) if message.only_for]
