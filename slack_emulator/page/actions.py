"""Carries out what a person does on the page; each answer is a small JSON object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from slack_emulator.errors import NotDelivered, PageError, SlackError, WorkspaceError
from slack_emulator.models import Json, Press
from slack_emulator.page.rendering.blocks import Surface, environment
from slack_emulator.page.views.pages import PageMaker

Answer = dict[str, Any]


class PageActions:
    """One viewer's actions, by the name the browser calls them."""

    def __init__(self, page: PageMaker) -> None:
        """Take the page maker of the viewer."""
        self._page = page
        self._actions = page.reader.actions(page.viewer)

    def run(self, name: str, data: Json) -> Answer:
        """Do one action and give its answer.

        Raises:
            PageError: Where the action is unknown, malformed or refused; with words for the person.
        """
        action = self._by_name().get(name)
        if action is None:
            raise PageError("This page does not know that action.")
        with _refusals_in_words():
            return action(data) or {}

    def _by_name(self) -> Mapping[str, Callable[[Json], Answer | None]]:
        return {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "join": self._join,
            "press": self._press,
            "options": self._options,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "stop": self._stop,
        }

    def _say(self, data: Json) -> None:
        channel, thread = _text(data, "channel"), _text(data, "thread")
        words, files = _text(data, "text"), _texts(data, "files")
        command, _, rest = words.partition(" ")
        if command.startswith("/") and not files:
            self._run_command(channel, thread, command, rest.strip())
            return
        text = self._page.directory.codec.encode(words)
        self._actions.say(channel, text, thread, files, bool(data.get("broadcast")))

    def _run_command(self, channel: str, thread: str, name: str, text: str) -> None:
        if thread:
            raise PageError("Commands do not work in threads. Type it in the main message box.")
        if name not in {command.name for command in self._page.reader.commands()}:
            raise PageError(f"{name} is not a command here. Type / to see those there are.")
        self._actions.command(channel, name, text)

    def _edit(self, data: Json) -> None:
        words = _text(data, "text").strip()
        if not words:
            raise PageError("A message needs words. To remove it, delete it.")
        text = self._page.directory.codec.encode(words)
        self._actions.edit(_text(data, "channel"), _text(data, "ts"), text)

    def _delete(self, data: Json) -> None:
        self._actions.delete(_text(data, "channel"), _text(data, "ts"))

    def _react(self, data: Json) -> None:
        channel, ts, name = _text(data, "channel"), _text(data, "ts"), _text(data, "name")
        self._actions.toggle_reaction(channel, ts, name)

    def _join(self, data: Json) -> None:
        self._actions.join(_text(data, "channel"))

    def _press(self, data: Json) -> None:
        press = _press_of(data)
        if press.ts and isinstance(press.value, str):
            element = (press.block_id, press.action_id)
            memory, viewer = self._page.memory, self._page.viewer
            memory.choose(viewer, press.channel, press.ts, element, press.value)
        self._actions.press(press)

    def _options(self, data: Json) -> Answer:
        found = self._actions.options(_press_of(data), _text(data, "query"))
        self._page.memory.offer(self._page.viewer, found)
        kind = "checkbox" if _text(data, "type").startswith("multi_") else "radio"
        return {"html": self._rows(found, kind)}

    def _rows(self, found: Sequence[Json], kind: str) -> str:
        surface = Surface(self._page.directory, "offered", kind="modal")
        module = environment().get_template("blocks/elements.html").module
        return str(vars(module)["offered_rows"](found, kind, surface))

    def _submit(self, data: Json) -> Answer:
        faults = self._actions.submit(_text(data, "view_id"), _values(data))
        return {"errors": dict(faults)}

    def _close(self, data: Json) -> None:
        self._actions.close(_text(data, "view_id"))

    def _shortcut(self, data: Json) -> None:
        callback_id = _text(data, "callbackId")
        if data.get("shortcut") == "message":
            channel, ts = _text(data, "channel"), _text(data, "ts")
            self._actions.message_shortcut(callback_id, channel, ts)
            return
        self._actions.shortcut(callback_id)

    def _stop(self, data: Json) -> None:
        self._actions.stop(_text(data, "channel"), _text(data, "thread"))


_WORDS = {
    "channel_not_found": "That channel is not here, or you are not in it.",
    "message_not_found": "That message is not there any more.",
    "thread_not_found": "That thread is not there any more.",
    "file_not_found": "That file is not there any more.",
    "already_reacted": "You have set that one already.",
    "no_reaction": "That emoji is not there any more.",
    "too_many_emoji": "This message can't take any more emoji.",
    "user_not_found": "Nobody here has that name.",
}


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    try:
        yield
    except (WorkspaceError, NotDelivered) as fault:
        raise PageError(str(fault)) from fault
    except SlackError as fault:
        raise PageError(_WORDS.get(fault.code, f"That did not work ({fault.code}).")) from fault


def _press_of(data: Json) -> Press:
    surface = data.get("surface")
    if not isinstance(surface, dict):
        raise PageError("The page sent something unexpected. Reload it and try again.")
    raw = data.get("value")
    return Press(
        block_id=_text(data, "block_id"),
        action_id=_text(data, "action_id"),
        value=_texts(data, "value") if isinstance(raw, list) else _text(data, "value"),
        state=_values(data),
        view_id=_text(surface, "viewId"),
        channel=_text(surface, "channel"),
        ts=_text(surface, "ts"),
    )


def _text(data: Json, name: str) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str):
        raise PageError("The page sent something unexpected. Reload it and try again.")
    return value


def _texts(data: Json, name: str) -> list[str]:
    values = data.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise PageError("The page sent something unexpected. Reload it and try again.")
    return values


def _values(data: Json) -> Mapping[str, Mapping[str, str | Sequence[str]]]:
    values = data.get("values") or {}
    good = isinstance(values, dict) and all(isinstance(found, dict) for found in values.values())
    if not good:
        raise PageError("The page sent something unexpected. Reload it and try again.")
    return {
        str(block): {str(action): _value(raw) for action, raw in found.items()}
        for block, found in values.items()
    }


def _value(raw: object) -> str | Sequence[str]:
    return [str(item) for item in raw] if isinstance(raw, list) else str(raw or "")
