"""Answers over a `response_url`: new words, or others in place of those acted on."""

from __future__ import annotations

from typing import Any

from slack_emulator.blockkit import check_message_blocks
from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.platform.writing import Draft, Writing
from slack_emulator.state import State
from slack_emulator.state.messages import Message
from slack_emulator.state.triggers import ResponsePlace, Triggers


class Responses:
    """Takes what the app posts to response addresses."""

    def __init__(self, state: State, triggers: Triggers, writing: Writing) -> None:
        """Take the state, the addresses and the way to write."""
        self._state = state
        self._triggers = triggers
        self._writing = writing

    def respond(self, key: str, body: Json) -> None:
        """Do what a body posted to a response address asks for.

        Raises:
            SlackError: Where the address is not good any more, or the body is not.
        """
        place = self._triggers.use_place(key)
        if body.get("delete_original"):
            self._writing.delete(self._original(place))
            return
        _check(body)
        if body.get("replace_original"):
            self._replace(self._original(place), body)
            return
        self._post(place, body)

    def _original(self, place: ResponsePlace) -> Message:
        found = self._state.messages.find(place.channel, place.ts) if place.ts else None
        if found is None or not found.via_app:
            raise SlackError("message_not_found", status=404)
        return found

    def _replace(self, message: Message, body: Json) -> None:
        changes = {
            "text": str(body.get("text") or ""),
            "blocks": body.get("blocks") or [],
            "attachments": body.get("attachments") or [],
        }
        self._writing.change(message, changes, self._state.directory.app.bot_user_id)

    def _post(self, place: ResponsePlace, body: Json) -> None:
        aloud = body.get("response_type") == "in_channel"
        extra: dict[str, Any] = {"metadata": body["metadata"]} if body.get("metadata") else {}
        self._writing.post(
            Draft(
                channel=self._state.directory.channels[place.channel],
                user=self._state.directory.app.bot_user_id,
                text=str(body.get("text") or ""),
                thread=str(body.get("thread_ts") or place.thread),
                blocks=body.get("blocks") or (),
                attachments=body.get("attachments") or (),
                only_for="" if aloud else place.user,
                via_app=True,
                extra=extra,
            )
        )


def _check(body: Json) -> None:
    blocks = body.get("blocks") or []
    if not (body.get("text") or blocks or body.get("attachments")):
        raise SlackError("no_text", status=400)
    check_message_blocks(blocks)
