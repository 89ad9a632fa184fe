"""The one gateway to Slack: every call that the app makes, with errors that say what can be done.

Each method raises `SlackRefused` where another try gives the same, `SlackRateLimited` where
Slack asks to be called later, and `SlackUnavailable` where another try may succeed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk import WebClient
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.slack.errors import (
    SlackRateLimited,
    SlackRefused,
    SlackUnavailable,
    translated,
)
from bot.slack.messages import (
    PUBLIC,
    Message,
    Picture,
    Place,
    Posted,
    is_person,
    unbroken_lines,
)
from bot.slack.reader import Json, SlackReader, client_like
from bot.texts import texts

log = logging.getLogger(__name__)

_POSTED = "uptake_post"
# Showing an answer while it grows is a courtesy that may not hold anything up.
_STREAM_TIMEOUT = 10
_REPLACED_HOME = "hash_conflict"
_USED_TRIGGER = "exchanged_trigger_id"

ViewLike = View | Mapping[str, Any]
Blocks = Sequence[Block | dict[str, Any]]


def post_metadata(key: str) -> Json:
    """What lets the app find a message of its own again."""
    return {"event_type": _POSTED, "event_payload": {"key": key}}


# Whether everybody who sees a place may read a text for these audiences.
MayBeShown = Callable[[frozenset[str], Place], bool]


def only_public(audiences: frozenset[str], place: Place) -> bool:
    """Shows no restricted text to anybody."""
    return audiences <= PUBLIC


class SlackGateway(SlackReader):
    """Calls Slack with the bot's token; sends restricted text only where it may be shown.

    Args:
        limited: called whenever Slack limits the rate.
        may_be_shown: asked before anything restricted is sent.
    """

    def __init__(
        self,
        client: WebClient,
        limited: Callable[[], None] = lambda: None,
        may_be_shown: MayBeShown = only_public,
    ) -> None:
        """Takes the token and address from a client; retries nothing by itself."""
        super().__init__(client, limited)
        self._streaming = client_like(client, timeout=_STREAM_TIMEOUT)
        self._may_be_shown = may_be_shown
        self._direct: dict[str, str] = {}

    # Messages

    def post(
        self,
        place: Place,
        message: Message,
        *,
        metadata: Json | None = None,
        key: str = "",
        look_first: bool = False,
    ) -> Posted:
        """Posts a message.

        Args:
            metadata: what lets the app find the message again; `key` as metadata by default.
            look_first: whether a message with that key may be there already; then it is returned.
                What only one person sees cannot be found.
        """
        message = self._allowed(place, message)
        if place.only_for:
            return self._whisper(place, message)
        channel = place.channel
        if look_first and key:
            channel = self.direct(channel) if is_person(channel) else channel
            found = self.find_own(channel, place.thread, key)
            if found:
                return Posted(channel, found)
        made = self._call(
            self._client.chat_postMessage,
            channel=channel,
            thread_ts=place.thread or None,
            reply_broadcast=True if place.broadcast else None,
            text=message.text,
            blocks=message.blocks or None,
            metadata=metadata or (post_metadata(key) if key else None),
            unfurl_links=False,
            unfurl_media=False,
        )
        return Posted(str(made["channel"]), str(made["ts"]))

    def update(
        self,
        channel: str,
        ts: str,
        message: Message,
        *,
        metadata: Json | None = None,
        reader: str = "",
    ) -> None:
        """Replaces the content of an own message.

        Args:
            reader: as of a `Place`.
        """
        message = self._allowed(Place(channel, reader=reader), message)
        self._call(
            self._client.chat_update,
            channel=channel,
            ts=ts,
            text=message.text,
            blocks=message.blocks,
            metadata=metadata,
        )

    def delete(self, channel: str, ts: str) -> None:
        """Deletes an own message."""
        self._call(self._client.chat_delete, channel=channel, ts=ts)

    def respond(
        self, url: str, message: Message, *, replace: bool = False, reader: str = ""
    ) -> None:
        """Replies to an interaction, to the person alone; its address is valid for half an hour.

        Args:
            replace: whether the message that was pressed is replaced.
            reader: who pressed; without them nothing restricted is shown.
        """
        message = self._allowed(Place("", only_for=reader), message)
        with translated():
            answer = WebhookClient(url).send(
                text=message.text,
                blocks=message.blocks or None,
                response_type="ephemeral",
                replace_original=replace,
            )
        if answer.status_code == 429:
            self._limited()
            raise SlackRateLimited(float(answer.headers.get("Retry-After", 1)))
        if answer.status_code >= 500:
            raise SlackUnavailable("response_url", f"Slack has a fault ({answer.status_code}).")
        if answer.status_code != 200:
            raise SlackRefused(answer.body[:80])

    # Answers that grow, and what is shown of work

    def start_stream(self, place: Place, account: str, message: Message) -> str:
        """Begins a message that grows, for whoever asked; returns its ts.

        Raises:
            SlackRefused: also where the text may not be shown.
        """
        self._check(place, message)
        team, _, user = account.rpartition(":")
        begun = self._call(
            self._streaming.chat_startStream,
            channel=place.channel,
            thread_ts=place.thread,
            recipient_team_id=team or None,
            recipient_user_id=user or None,
            chunks=[_chunk(message.text)],
        )
        return str(begun["ts"])

    def append_stream(self, place: Place, ts: str, message: Message) -> None:
        """Appends Markdown to a message that grows."""
        self._check(place, message)
        chunks = [_chunk(message.text)]
        append = self._streaming.chat_appendStream
        self._call(append, channel=place.channel, ts=ts, chunks=chunks)

    def stop_stream(
        self,
        place: Place,
        ts: str,
        message: Message | None = None,
        *,
        metadata: Json | None = None,
    ) -> None:
        """Ends a message that grows, with some last Markdown and the blocks below it."""
        message = message or Message("")
        self._check(place, message)
        self._call(
            self._client.chat_stopStream,
            channel=place.channel,
            ts=ts,
            chunks=[_chunk(message.text)] if message.text else None,
            blocks=message.blocks or None,
            metadata=metadata,
        )

    def set_status(self, channel: str, thread: str, status: str) -> None:
        """Shows in a conversation whether the app works on something: processing or active."""
        self._call(
            self._client.agents_sessions_setStatus,
            channel_id=channel,
            thread_ts=thread,
            status=status,
        )

    def suggest(self, channel: str, title: str, questions: Sequence[Mapping[str, str]]) -> None:
        """Shows questions to press in a direct conversation, each with `title` and `message`."""
        self._call(
            self._client.assistant_threads_setSuggestedPrompts,
            channel_id=channel,
            title=title,
            prompts=[dict(each) for each in questions],
        )

    # Dialogs and Home

    def open_dialog(
        self, trigger: str, view: ViewLike, *, audiences: frozenset[str] = PUBLIC, reader: str = ""
    ) -> None:
        """Opens a dialog; Slack allows three seconds after the press.

        Args:
            audiences: those of the texts in it; `reader` must be of each.
        """
        self._check(Place(reader), Message("", audiences=audiences))
        self._open(self._client.views_open, trigger, view)

    def push_dialog(
        self, trigger: str, view: ViewLike, *, audiences: frozenset[str], reader: str
    ) -> None:
        """Puts a dialog on top of the one that is open.

        Args:
            audiences, reader: as for `open_dialog`.
        """
        self._check(Place(reader), Message("", audiences=audiences))
        self._open(self._client.views_push, trigger, view)

    def update_dialog(
        self, view_id: str, view: ViewLike, *, audiences: frozenset[str], reader: str
    ) -> None:
        """Changes an open dialog; none where a press came from no dialog.

        Args:
            view_id: names it; empty for none.
            audiences, reader: as for `open_dialog`.
        """
        if not view_id:
            return
        self._check(Place(reader), Message("", audiences=audiences))
        self._call(self._client.views_update, view_id=view_id, view=_view(view))

    def publish_home(
        self, user: str, view: ViewLike, hash: str = "", audiences: frozenset[str] = PUBLIC
    ) -> str | None:
        """Draws somebody's Home; returns its new hash.

        Args:
            audiences: those of the texts in it.
            hash: of the Home that was read before; None is returned where Home is newer.
        """
        self._check(Place(user), Message("", audiences=audiences))
        try:
            made = self._call(
                self._client.views_publish, user_id=user, view=_view(view), hash=hash or None
            )
        except SlackRefused as error:
            if error.code == _REPLACED_HOME:
                return None
            raise
        return str(made["view"].get("hash") or "")

    # Files

    def upload(self, pictures: Sequence[Picture]) -> list[str]:
        """Uploads pictures for use in blocks; returns their ids."""
        return [self._upload(picture) for picture in pictures]

    def attach(
        self,
        place: Place,
        name: str,
        content: str,
        title: str = "",
        *,
        audiences: frozenset[str],
        look_first: bool = False,
    ) -> None:
        """Uploads a text file into a thread, or into a channel where the place has no thread.

        Args:
            audiences: those of the texts in it.
            look_first: whether a file of that name may be there already; then it stays alone.

        Raises:
            SlackRefused: also where the file may not be shown.
        """
        self._check(place, Message("", audiences=audiences))
        if look_first and self.has_file(place.channel, place.thread, name):
            return
        self._call(
            self._client.files_upload_v2,
            channel=place.channel,
            thread_ts=place.thread or None,
            filename=name,
            content=content,
            title=title or name,
        )

    # What the calls have in common

    def _whisper(self, place: Place, message: Message) -> Posted:
        self._call(
            self._client.chat_postEphemeral,
            channel=place.channel,
            user=place.only_for,
            thread_ts=place.thread or None,
            text=message.text,
            blocks=message.blocks or None,
        )
        return Posted(place.channel, "")

    def _open(self, method: Callable[..., SlackResponse], trigger: str, view: ViewLike) -> None:
        try:
            self._call(method, trigger_id=trigger, view=_view(view))
        except SlackRefused as error:
            if error.code != _USED_TRIGGER:
                raise
            log.info("Slack sent a press twice; its dialog is open already")

    def direct(self, user: str) -> str:
        """The id of somebody's direct conversation with the app."""
        if user not in self._direct:
            made = self._call(self._client.conversations_open, users=user)
            self._direct[user] = str(made["channel"]["id"])
        return self._direct[user]

    def _allowed(self, place: Place, message: Message) -> Message:
        """The message, or a sentence in its stead where not everybody may read it."""
        try:
            self._check(place, message)
        except SlackRefused:
            return Message(message.instead or texts("delivery")["restricted"])
        return replace(message, blocks=unbroken_lines(message.blocks))

    def _check(self, place: Place, message: Message) -> None:
        restricted = message.audiences - PUBLIC
        if restricted and not self._may_be_shown(restricted, place):
            where = replace(place, broadcast=False)
            level = logging.INFO if message.instead else logging.ERROR
            log.log(level, "A text for %s was not shown at %s", sorted(restricted), where)
            raise SlackRefused("restricted")

    def _upload(self, picture: Picture) -> str:
        made = self._call(
            self._client.files_upload_v2,
            filename=picture.name,
            content=picture.content,
            title=picture.about,
            alt_txt=picture.about,
        )
        return str(made["files"][0]["id"])


def _view(view: ViewLike) -> Json:
    json: Json = unbroken_lines(view.to_dict() if isinstance(view, View) else dict(view))
    return json


def _chunk(text: str) -> dict[str, str]:
    return {"type": "markdown_text", "text": text}
