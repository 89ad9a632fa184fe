"""Carries messages, views and files to Slack, each once, and says where they are."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.slack.errors import code_of, is_final
from bot.slack.messages import Message, Picture

log = logging.getLogger(__name__)

DEED_EVENT = "uptake_deed"
_LOOK_BACK = 100


class Courier:
    """Talks to Slack for the programme; what can never succeed is logged and given up."""

    def __init__(self, client: WebClient) -> None:
        self.client = client

    def post(
        self, place: str, message: Message, key: str, again: bool, thread: str | None = None
    ) -> list[str]:
        """Posts to a channel or person; with `again` only where `key` is not there already.

        Returns:
            Channel and ts; nothing where it can never be posted.
        """
        try:
            channel = self._channel_of(place)
            found = self._find(channel, key, thread) if again else None
            if found is not None:
                return [channel, found]
            made = self.client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                thread_ts=thread,
                metadata={"event_type": DEED_EVENT, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as error:
            self._give_up(error, "A message could not be posted")
            return []
        return [str(made["channel"]), str(made["ts"])]

    def update(self, channel: str, ts: str, message: Message) -> None:
        """Changes an own message."""
        try:
            self.client.chat_update(
                channel=channel, ts=ts, text=message.text, blocks=message.blocks
            )
        except SlackApiError as error:
            self._give_up(error, "A message could not be changed")

    def read(self, channel: str, ts: str) -> dict[str, Any]:
        """A message as it is now, or nothing."""
        try:
            page = self.client.conversations_history(
                channel=channel, latest=ts, oldest=ts, inclusive=True, limit=1
            )
        except SlackApiError as error:
            self._give_up(error, "A message could not be read")
            return {}
        found = cast(list[dict[str, Any]], page.get("messages") or [])
        return found[0] if found and found[0].get("ts") == ts else {}

    def whisper(self, url: str, message: Message) -> None:
        """Answers an interaction, to the person alone."""
        answer = WebhookClient(url).send(
            text=message.text,
            blocks=message.blocks or None,
            response_type="ephemeral",
            replace_original=False,
        )
        if answer.status_code >= 500:
            raise OSError(f"Slack answered {answer.status_code}")

    def link(self, channel: str, ts: str) -> str:
        """The address of a message, or nothing."""
        try:
            made = self.client.chat_getPermalink(channel=channel, message_ts=ts)
        except SlackApiError as error:
            self._give_up(error, "A message has no address")
            return ""
        return str(made.get("permalink") or "")

    def publish(self, user: str, view: dict[str, Any], hash: str) -> str | None:
        """Draws somebody's Home; None where it shows something newer than `hash`."""
        try:
            made = self.client.views_publish(user_id=user, view=view, hash=hash or None)
        except SlackApiError as error:
            if code_of(error) == "hash_conflict":
                return None
            self._give_up(error, "Home could not be drawn")
            return ""
        return str(cast(dict[str, Any], made["view"]).get("hash") or "")

    def suggest(self, channel: str, title: str, questions: Sequence[dict[str, str]]) -> None:
        """Shows questions to press in a direct conversation, each with `title` and `message`."""
        try:
            self.client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, title=title, prompts=list(questions)
            )
        except SlackApiError as error:
            self._give_up(error, "Nothing could be suggested")

    def redraw(self, view_id: str, view: dict[str, Any]) -> None:
        """Changes an open dialog."""
        try:
            self.client.views_update(view_id=view_id, view=view)
        except SlackApiError as error:
            self._give_up(error, "A dialog could not be changed")

    def upload(self, pictures: Sequence[Picture]) -> list[str]:
        """Uploads pictures for use in blocks; gives their ids."""
        try:
            return [self._upload(picture) for picture in pictures]
        except SlackApiError as error:
            self._give_up(error, "A picture could not be uploaded")
            return []

    def attach(self, channel: str, thread: str, name: str, content: str, title: str) -> None:
        """Uploads a file into a thread."""
        try:
            self.client.files_upload_v2(
                channel=channel, thread_ts=thread, filename=name, content=content, title=title
            )
        except SlackApiError as error:
            self._give_up(error, "A file could not be uploaded")

    def reactions(self, channel: str, ts: str) -> int:
        """How many people reacted to a message, each once."""
        try:
            made = self.client.reactions_get(channel=channel, timestamp=ts, full=True)
        except SlackApiError as error:
            self._give_up(error, "Reactions could not be counted")
            return 0
        found = cast(dict[str, Any], made.get("message") or {}).get("reactions") or []
        return len({user for each in found for user in each.get("users", [])})

    def _upload(self, picture: Picture) -> str:
        made = self.client.files_upload_v2(
            filename=picture.name,
            content=picture.content,
            title=picture.about,
            alt_txt=picture.about,
        )
        return str(cast(list[dict[str, Any]], made["files"])[0]["id"])

    def _channel_of(self, place: str) -> str:
        if not place.startswith(("U", "W")):
            return place
        made = self.client.conversations_open(users=place)
        return str(cast(dict[str, Any], made["channel"])["id"])

    def _find(self, channel: str, key: str, thread: str | None) -> str | None:
        if thread:
            page = self.client.conversations_replies(
                channel=channel, ts=thread, include_all_metadata=True, limit=_LOOK_BACK
            )
        else:
            page = self.client.conversations_history(
                channel=channel, include_all_metadata=True, limit=_LOOK_BACK
            )
        for message in cast(list[dict[str, Any]], page.get("messages") or []):
            if message.get("metadata", {}).get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        return None

    @staticmethod
    def _give_up(error: SlackApiError, what: str) -> None:
        """Lets pass what will never succeed; raises the rest, to be tried again."""
        if not is_final(code_of(error)):
            raise error
        log.warning("%s: %s", what, code_of(error))
