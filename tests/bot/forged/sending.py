"""Sends the app what a case says, as Slack would have signed it, whoever it comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from slack_bolt import BoltRequest, BoltResponse

from bot.features.questions.blocks import ask_dialog
from slack_emulator import Person
from tests.bot.forged.cases import Case
from tests.bot.forged.world import World

Json = dict[str, Any]
_NUMBERS = count(1)


@dataclass(frozen=True)
class Sender:
    """Who sends something, and of which workspace the payload says they are.

    Attributes:
        home: the workspace that the payload gives for the person; of the payload itself by
            default.
    """

    person: Person
    team: str
    home: str = ""


@dataclass
class Post:
    """Sends payloads to the app of a world; each one is new to it."""

    world: World

    def send(self, sender: Sender, case: Case, **changes: Any) -> BoltResponse:
        """Sends a case; gives what the app answers.

        Args:
            changes: what is otherwise in the payload, at its top.
        """
        body = self.body(sender, case) | changes
        return self.deliver({key: value for key, value in body.items() if value is not ...})

    def deliver(self, body: Json) -> BoltResponse:
        return self.world.it.app.dispatch(BoltRequest(body=body, mode="socket_mode"))

    def body(self, sender: Sender, case: Case) -> Json:
        """The payload of a case, as Slack would send it."""
        if case.kind == "command":
            return self._command(sender, case)
        return self._sender(sender) | {
            "action": self._press,
            "view": self._submission,
            "view_closed": self._submission,
            "shortcut": self._shortcut,
        }[case.kind](sender.person, case)

    def opened(self, person: Person) -> str:
        """The id of a dialog that somebody has open, and nothing above it."""
        slack = self.world.it.slack
        slack.parts.state.views.clear(person.id)
        trigger = slack.parts.triggers.new(person.id)
        self.world.it.container.slack.open_dialog(trigger, ask_dialog())
        return str((person.modal or {})["id"])

    def _sender(self, sender: Sender) -> Json:
        slack, person = self.world.it.slack, sender.person
        return {
            "user": {"id": person.id, "username": "x", "team_id": sender.home or sender.team},
            "team": {"id": sender.team, "domain": "northwind"},
            "api_app_id": "A0",
            "trigger_id": slack.parts.triggers.new(person.id),
        }

    def _press(self, person: Person, case: Case) -> Json:
        message = self.world.message
        channel, number = self.world.it.slack.channel("general"), next(_NUMBERS)
        action = {"type": "button", "action_id": case.name, "block_id": "b", "value": case.value}
        moment = self.world.it.container.clock()
        action |= {"selected_option": {"value": case.value}, "selected_conversation": channel}
        return {
            "type": "block_actions",
            "channel": {"id": channel, "name": "general"},
            "container": {"type": "message", "channel_id": channel, "message_ts": message.ts},
            "message": {"ts": message.ts},
            "view": self._view(person, case, case.dialog),
            "actions": [action | {"action_ts": f"{moment:.0f}.{number:06}"}],
        }

    def _submission(self, person: Person, case: Case) -> Json:
        closed = case.kind == "view_closed"
        return {
            "type": "view_closed" if closed else "view_submission",
            "view": self._view(person, case, case.name),
        }

    def _view(self, person: Person, case: Case, callback: str) -> Json:
        values = {block: {block: value} for block, value in case.values.items()}
        return {
            "type": "modal",
            "id": self.opened(person),
            "hash": str(next(_NUMBERS)),
            "callback_id": callback,
            "private_metadata": case.value,
            "state": {"values": values},
            "blocks": [],
        }

    def _shortcut(self, person: Person, case: Case) -> Json:
        about = case.name in ("ask_about", "override_message")
        channel = self.world.it.slack.channel("general")
        return {
            "type": "message_action" if about else "shortcut",
            "callback_id": case.name,
            "channel": {"id": channel, "name": "general"},
            "message": {"ts": "3.0", "user": "U0X", "text": "Who decides about the budget?"},
        }

    def _command(self, sender: Sender, case: Case) -> Json:
        command, _, word = case.name.partition(" ")
        return {
            "command": command,
            "text": f"{word} {case.value}".strip(),
            "user_id": sender.person.id,
            "team_id": sender.team,
            "channel_id": self.world.it.slack.channel("general"),
            "trigger_id": self.world.it.slack.parts.triggers.new(sender.person.id),
            "response_url": "",
        }


def shown_in(response: BoltResponse) -> str:
    """All that an answer shows."""
    body = response.body
    return body if isinstance(body, str) else json.dumps(body)
