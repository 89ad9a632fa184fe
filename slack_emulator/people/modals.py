"""Submits and closes modals, and does what the app answers."""

from __future__ import annotations

from collections.abc import Mapping

from slack_emulator.errors import NotDelivered, SlackError
from slack_emulator.models import Json
from slack_emulator.people.inputs import RawValues, state_of
from slack_emulator.people.interactions import Interactions
from slack_emulator.platform.view_objects import prepared_view
from slack_emulator.state import State
from slack_emulator.state.triggers import Triggers


class Modals:
    """What people do with modals."""

    def __init__(self, state: State, interactions: Interactions, triggers: Triggers) -> None:
        """Take the state, the way to the app, and the trigger ids."""
        self._state = state
        self._interactions = interactions
        self._triggers = triggers

    def submit(self, user: str, view_id: str, values: RawValues) -> Mapping[str, str]:
        """Submit a modal; returns the app's faults by block id, none where it was accepted.

        Raises:
            NotDelivered: Where the app did not answer in time, or answered what Slack refuses.
        """
        view = self._own(user, view_id)
        state = state_of(view["blocks"], values, self._interactions.offered(user))
        self._state.views.set_state(view_id, state)
        payload = self._interactions.view_payload("view_submission", user, self._own(user, view_id))
        payload |= {"trigger_id": self._triggers.new(user), "response_urls": []}
        answer = self._interactions.deliver("interactive", payload, "view_submission")
        try:
            return self._follow(user, view, answer)
        except SlackError as fault:
            words = "The app's response was not valid, so the form stayed open."
            raise NotDelivered(f"{words} ({fault})") from fault

    def _follow(self, user: str, view: Json, answer: Json) -> Mapping[str, str]:
        action, views = answer.get("response_action"), self._state.views
        if action is None:
            views.close(user, str(view["id"]))
        elif action == "clear":
            views.clear(user)
        elif action == "errors":
            return _errors(view, answer)
        elif action == "update":
            views.update(view, prepared_view(self._state, answer.get("view")), "")
        elif action == "push":
            views.push(user, prepared_view(self._state, answer.get("view")))
        else:
            raise SlackError("invalid_response_action")
        return {}

    def close(self, user: str, view_id: str) -> None:
        """Close a modal; sends `view_closed` where the app asked for it."""
        closed = self._state.views.close(user, view_id)
        if closed and closed.get("clear_on_close"):
            self._state.views.clear(user)
        if closed and closed.get("notify_on_close"):
            payload = self._interactions.view_payload("view_closed", user, closed)
            payload["is_cleared"] = bool(closed.get("clear_on_close"))
            self._interactions.deliver("interactive", payload, "view_closed")

    def _own(self, user: str, view_id: str) -> Json:
        found = self._state.views.find(view_id)
        if found is None or found[0] != user:
            raise NotDelivered("That form is not open any more.")
        return found[1]


def _errors(view: Json, answer: Json) -> Mapping[str, str]:
    errors = answer.get("errors")
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_errors")
    return {str(block): str(words) for block, words in errors.items()}
