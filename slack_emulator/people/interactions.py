"""What people do with the app besides writing: commands, shortcuts, buttons and menus."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_emulator.errors import NotDelivered, WorkspaceError
from slack_emulator.manifest import Manifest
from slack_emulator.models import Json
from slack_emulator.people.inputs import RawValues, element_at, elements_of, state_of, value_of
from slack_emulator.platform.response_urls import Responses
from slack_emulator.state import State
from slack_emulator.state.directory import Channel
from slack_emulator.state.messages import Message
from slack_emulator.state.triggers import Triggers
from slack_emulator.transport.delivery import PATIENCE_SECONDS, EnvelopeKind, Outbox

_OFFERED_KEPT = 500


@dataclass(frozen=True)
class Place:
    """The surface a person acts on: a message or a view.

    Attributes:
        message: The message, if one.
        view: The view, if one.
    """

    message: Message | None = None
    view: Json | None = None

    @property
    def blocks(self) -> Sequence[Json]:
        """Return the blocks of the surface."""
        body = self.message.body if self.message else self.view or {}
        return list(body.get("blocks") or ())


class Interactions:
    """Sends what people do to the app and waits for its acknowledgement."""

    def __init__(
        self,
        state: State,
        manifest: Manifest,
        outbox: Outbox,
        triggers: Triggers,
        responses: Responses,
        address: Callable[[], str],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Take the parts, the workspace's address, and how long an answer is waited for."""
        self._state = state
        self._manifest = manifest
        self._outbox = outbox
        self._triggers = triggers
        self._responses = responses
        self._address = address
        self._patience = patience
        self._offered: dict[str, list[Json]] = {}

    def command(self, user: str, channel: Channel, name: str, text: str) -> None:
        """Run a slash command; an answer in the acknowledgement is shown.

        Raises:
            WorkspaceError: Where the app has no such command.
            NotDelivered: Where the app did not answer in time.
        """
        if name not in {command.name for command in self._manifest.commands}:
            raise WorkspaceError(f"{name} is not a command here. Type / to see those there are.")
        if "commands" not in self._manifest.scopes:
            raise WorkspaceError("The app has commands, but not the scope commands.")
        person = self._state.directory.user(user)
        url = self._response_url(user, channel.id)
        payload = {
            "token": "local-verification-token",
            "team_id": self._state.directory.team_id,
            "team_domain": self._state.directory.team["domain"],
            "channel_id": channel.id,
            "channel_name": _name_of(channel),
            "user_id": user,
            "user_name": person["name"],
            "command": name,
            "text": text,
            "api_app_id": self._state.directory.app.app_id,
            "is_enterprise_install": "false",
            "response_url": url,
            "trigger_id": self._triggers.new(user),
        }
        answer = self.deliver("slash_commands", payload, name)
        if answer.get("text") or answer.get("blocks"):
            self._responses.respond(url.rsplit("/", 1)[-1], answer)

    def shortcut(self, user: str, callback_id: str) -> None:
        """Run a global shortcut."""
        self._check_shortcut(callback_id, "global")
        payload = self._common("shortcut", user) | {
            "callback_id": callback_id,
            "action_ts": self._state.core.ts(),
            "trigger_id": self._triggers.new(user),
        }
        self.deliver("interactive", payload, "shortcut")

    def message_shortcut(self, user: str, callback_id: str, message: Message) -> None:
        """Run a shortcut on a message."""
        self._check_shortcut(callback_id, "message")
        channel = self._state.directory.channels[message.channel]
        payload = self._common("message_action", user) | {
            "callback_id": callback_id,
            "action_ts": self._state.core.ts(),
            "trigger_id": self._triggers.new(user),
            "message_ts": message.ts,
            "channel": {"id": channel.id, "name": _name_of(channel)},
            "message": message.to_json(),
            "response_url": self._response_url(user, channel.id, message),
        }
        self.deliver("interactive", payload, "message_action")

    def press(
        self,
        user: str,
        place: Place,
        ids: tuple[str, str],
        value: str | Sequence[str],
        values: RawValues,
    ) -> None:
        """Use an element of a message or view; `ids` are its block's and its own."""
        ids, element = self._element(place, ids)
        offered = self._offered.get(user, [])
        state = {"values": state_of(place.blocks, values, offered)}
        action = value_of(element, value, offered) | {
            "action_id": ids[1],
            "block_id": ids[0],
            "action_ts": self._state.core.ts(),
        }
        if place.view:
            self._state.views.set_state(str(place.view["id"]), state["values"])
        payload = self._common("block_actions", user) | self._surface(user, place)
        if place.view:
            payload["view"] = payload["view"] | {"state": state}
        payload |= {"state": state, "actions": [action], "trigger_id": self._triggers.new(user)}
        self.deliver("interactive", payload, "block_actions")

    def options(self, user: str, place: Place, ids: tuple[str, str], query: str) -> Sequence[Json]:
        """Ask the app for the choices of an external menu: options, or groups of options."""
        ids, _ = self._element(place, ids)
        payload = self._common("block_suggestion", user) | self._surface(user, place)
        for name in ("response_url", "trigger_id"):
            payload.pop(name, None)
        payload |= {"block_id": ids[0], "action_id": ids[1], "value": query}
        answer = self.deliver("interactive", payload, "block_suggestion")
        found: list[Json] = list(answer.get("option_groups") or answer.get("options") or ())
        flat = [o for each in found for o in each.get("options", [each])]
        self._offered[user] = [*self._offered.get(user, []), *flat][-_OFFERED_KEPT:]
        return found

    def offered(self, user: str) -> Sequence[Json]:
        """Return the options that external menus offered a person lately."""
        return list(self._offered.get(user, ()))

    def deliver(self, kind: EnvelopeKind, payload: Json, name: str) -> Json:
        """Send a payload and give what the app acknowledged with.

        Raises:
            NotDelivered: Where the app did not acknowledge in time.
        """
        envelope = self._outbox.send(kind, payload, name)
        if not envelope.settled.wait(self._patience) or envelope.answer is None:
            raise NotDelivered(f"{self._manifest.name} did not respond in time. Try again.")
        return envelope.answer

    def view_payload(self, kind: str, user: str, view: Json) -> Json:
        """Return the payload of a view's submission or closing."""
        return self._common(kind, user) | {"view": view}

    def _common(self, kind: str, user: str) -> Json:
        directory = self._state.directory
        directory.check_active(user)
        person = directory.user(user)
        return {
            "type": kind,
            "token": "local-verification-token",
            "api_app_id": directory.app.app_id,
            "team": {"id": directory.team_id, "domain": directory.team["domain"]},
            "user": {
                "id": user,
                "username": person["name"],
                "name": person["name"],
                "team_id": person["team_id"],
            },
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _surface(self, user: str, place: Place) -> Json:
        if place.view:
            inside = {"type": "view", "view_id": place.view["id"]}
            return {"container": inside, "view": dict(place.view)}
        assert place.message is not None
        message = place.message
        channel = self._state.directory.channels[message.channel]
        container: dict[str, Any] = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(message.only_for),
        }
        if message.body.get("thread_ts"):
            container["thread_ts"] = message.root
        made = {
            "container": container,
            "channel": {"id": channel.id, "name": _name_of(channel)},
            "response_url": self._response_url(user, channel.id, message),
        }
        return made if message.only_for else made | {"message": message.to_json()}

    def _response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        thread = message.root if message and message.body.get("thread_ts") else ""
        key = self._triggers.new_place(user, channel, message.ts if message else "", thread)
        return f"{self._address()}/response/{key}"

    def _element(
        self, place: Place, ids: tuple[str, str]
    ) -> tuple[tuple[str, str], Mapping[str, Any]]:
        """The element that somebody used, and the ids by which it goes now.

        Blocks that the app gives no ids get others when it redraws them, which may be in the
        moment between looking and pressing: the one element with that action is meant then.
        """
        found = element_at(place.blocks, *ids)
        if found is not None:
            return ids, found
        alike = [each for each in elements_of(place.blocks) if each[1]["action_id"] == ids[1]]
        if len(alike) != 1:
            raise WorkspaceError("That is no longer there. Reload the page.")
        ((block, element),) = alike
        return (block, ids[1]), element

    def _check_shortcut(self, callback_id: str, kind: str) -> None:
        known = {(each.callback_id, each.kind) for each in self._manifest.shortcuts}
        if (callback_id, kind) not in known:
            raise WorkspaceError(f"The app has no {kind} shortcut {callback_id}.")
        if "commands" not in self._manifest.scopes:
            raise WorkspaceError("The app has shortcuts, but not the scope commands.")


def _name_of(channel: Channel) -> str:
    return "directmessage" if channel.kind == "im" else channel.name
