"""The views people see: Home tabs and stacks of modals."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.state.core import Core

MOST_STACKED = 3


class Views:
    """Every person's Home view and open modals."""

    def __init__(self, core: Core) -> None:
        """Take the shared core."""
        self._core = core
        self._homes: dict[str, Json] = {}
        self._stacks: dict[str, list[Json]] = {}

    def home(self, user: str) -> Json | None:
        """Return the Home view the app drew for a person."""
        with self._core.lock:
            return copy.deepcopy(self._homes.get(user))

    def stack(self, user: str) -> Sequence[Json]:
        """Return a person's open modals, the top one last."""
        with self._core.lock:
            return copy.deepcopy(self._stacks.get(user, []))

    def publish(self, user: str, view: Json, expected: str) -> Json:
        """Draw a person's Home tab.

        Raises:
            SlackError: `hash_conflict` where another hash is current.
        """
        with self._core.lock:
            old = self._homes.get(user)
            if expected and old and old["hash"] != expected:
                raise SlackError("hash_conflict")
            made = view | {"id": old["id"] if old else self._core.new_id("V")}
            made |= {"root_view_id": made["id"], "previous_view_id": None, "hash": self._hash()}
            self._check_external_id(made)
            self._homes[user] = made
            self._core.changed("home", user=user)
            return copy.deepcopy(made)

    def open(self, user: str, view: Json) -> Json:
        """Open a modal in place of those that are open."""
        with self._core.lock:
            self._check_external_id(view)
            self._stacks[user] = []
            return self._pushed(user, view)

    def push(self, user: str, view: Json) -> Json:
        """Put a modal on top of the open ones.

        Raises:
            SlackError: `not_found` where none is open, `push_limit_reached` above three.
        """
        with self._core.lock:
            stack = self._stacks.get(user)
            if not stack:
                raise SlackError("not_found")
            if len(stack) >= MOST_STACKED:
                raise SlackError("push_limit_reached")
            self._check_external_id(view)
            return self._pushed(user, view)

    def _pushed(self, user: str, view: Json) -> Json:
        stack = self._stacks[user]
        made = view | {"id": self._core.new_id("V"), "hash": self._hash()}
        made["root_view_id"] = stack[0]["id"] if stack else made["id"]
        made["previous_view_id"] = stack[-1]["id"] if stack else None
        stack.append(made)
        self._core.changed("modal", user=user)
        return copy.deepcopy(made)

    def update(self, found: Json, view: Json, expected: str) -> Json:
        """Replace a view's content.

        Raises:
            SlackError: `hash_conflict` where another hash is current, `not_found` where it closed.
        """
        with self._core.lock:
            user, old = self._current(str(found["id"]))
            if expected and old["hash"] != expected:
                raise SlackError("hash_conflict")
            kept = {name: old[name] for name in ("id", "root_view_id", "previous_view_id")}
            made = view | kept | {"hash": self._hash()}
            self._check_external_id(made)
            old.clear()
            old.update(made)
            self._core.changed("home" if made["type"] == "home" else "modal", user=user)
            return copy.deepcopy(made)

    def find(self, view_id: str = "", external_id: str = "") -> tuple[str, Json] | None:
        """Return a view and whose it is, by its id or the app's own id."""
        with self._core.lock:
            try:
                user, view = self._current(view_id, external_id)
            except SlackError:
                return None
            return user, copy.deepcopy(view)

    def close(self, user: str, view_id: str) -> Json | None:
        """Close one modal and what is above it; returns it, or nothing where it is not open."""
        with self._core.lock:
            stack = self._stacks.get(user, [])
            place = next((i for i, view in enumerate(stack) if view["id"] == view_id), None)
            if place is None:
                return None
            closed = stack[place]
            del stack[place:]
            self._core.changed("modal", user=user)
            return copy.deepcopy(closed)

    def clear(self, user: str) -> None:
        """Close all of a person's modals."""
        with self._core.lock:
            self._stacks[user] = []
            self._core.changed("modal", user=user)

    def set_state(self, view_id: str, values: Json) -> None:
        """Remember what a person has filled in."""
        with self._core.lock:
            _, view = self._current(view_id)
            view["state"] = {"values": values}

    def _current(self, view_id: str, external_id: str = "") -> tuple[str, Json]:
        held = [(user, view) for user, stack in self._stacks.items() for view in stack]
        for user, view in (*held, *self._homes.items()):
            by_own = external_id and view.get("external_id") == external_id
            if (view_id and view["id"] == view_id) or by_own:
                return user, view
        raise SlackError("not_found")

    def _check_external_id(self, view: Json) -> None:
        external = view.get("external_id")
        found = self.find(external_id=str(external)) if external else None
        if found and found[1]["id"] != view.get("id"):
            raise SlackError("duplicate_external_id")

    def _hash(self) -> str:
        return f"{int(self._core.clock())}.{self._core.new_id('h')}"
