"""Reads what somebody filled into a dialog or Home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any


class ViewValues:
    """The values of a view by the name of the input; block and element share their name.

    Attributes:
        id: names the view.
        metadata: what the app put into `private_metadata`.
    """

    def __init__(self, view: Mapping[str, Any]) -> None:
        self.id = str(view.get("id") or "")
        self.metadata = str(view.get("private_metadata") or "")
        state: Mapping[str, Any] = view.get("state") or {}
        self._values: Mapping[str, Any] = state.get("values") or {}

    def parts(self, count: int) -> tuple[str, ...]:
        """The lines of `metadata`, so many; empty ones where it has fewer."""
        found = self.metadata.split("\n", count - 1)
        return (*found, *[""] * (count - len(found)))

    def text(self, name: str) -> str:
        """What was written into a field; empty for nothing."""
        return str(self._of(name).get("value") or "").strip()

    def chosen(self, name: str) -> str:
        """The value of the option that was chosen; empty for none."""
        return str((self._of(name).get("selected_option") or {}).get("value") or "")

    def ticked(self, name: str) -> frozenset[str]:
        """The values of the options that were ticked or chosen."""
        options = self._of(name).get("selected_options") or ()
        return frozenset(str(each["value"]) for each in options)

    def day(self, name: str) -> date | None:
        """The day that was chosen; None for none, and for what is no day."""
        return day_in(str(self._of(name).get("selected_date") or ""))

    def time(self, name: str) -> str:
        """The time of day that was chosen, as HH:MM; empty for none."""
        return str(self._of(name).get("selected_time") or "")

    def user(self, name: str) -> str:
        """The person who was chosen; empty for none."""
        return str(self._of(name).get("selected_user") or "")

    def users(self, name: str) -> tuple[str, ...]:
        """The people who were chosen."""
        return tuple(str(user) for user in self._of(name).get("selected_users") or ())

    def channel(self, name: str) -> str:
        """The channel or conversation that was chosen; empty for none."""
        found = self._of(name)
        return str(found.get("selected_channel") or found.get("selected_conversation") or "")

    def has(self, name: str) -> bool:
        """Whether the view has such an input at all."""
        return name in (self._values.get(name) or {})

    def file(self, name: str) -> str:
        """The id of the file that was uploaded; empty for none."""
        files = self._of(name).get("files") or [{}]
        return str(files[0].get("id") or "")

    def _of(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (self._values.get(name) or {}).get(name) or {}
        return found


def day_in(text: str) -> date | None:
    """A day as YYYY-MM-DD; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def value_in(action: Mapping[str, Any]) -> str:
    """The value of a button; empty for one without."""
    return str(action.get("value") or "")


def view_in(body: Mapping[str, Any]) -> str:
    """The id of the dialog or Home in which somebody pressed; empty for a message."""
    return str((body.get("view") or {}).get("id") or "")


def trigger_in(body: Mapping[str, Any]) -> str:
    """What opens a dialog in reply to a payload; empty for none."""
    return str(body.get("trigger_id") or "")


def chosen_in(action: Mapping[str, Any]) -> str:
    """The value of what was chosen in a menu; empty for none."""
    return str((action.get("selected_option") or {}).get("value") or "")
