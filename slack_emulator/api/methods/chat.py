"""chat.*: messages written, changed, deleted, shown to one person."""

from __future__ import annotations

from collections.abc import Sequence

from slack_emulator.api.args import Args
from slack_emulator.api.method import Api, Method
from slack_emulator.api.methods.composing import (
    CONTENT,
    LOOKS,
    MANNERS,
    Content,
    content_of,
    writable,
)
from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.platform.writing import Draft
from slack_emulator.state.directory import Channel
from slack_emulator.state.messages import Message


def _post(api: Api, args: Args) -> Json:
    channel, content = writable(api, args), content_of(api, args)
    made = api.writing.post(
        draft_of(
            api,
            channel,
            content,
            thread=args.text("thread_ts"),
            broadcast=args.flag("reply_broadcast"),
        )
    )
    return {"channel": channel.id, "ts": made.ts, "message": made.to_json()}


def draft_of(
    api: Api,
    channel: Channel,
    content: Content,
    *,
    thread: str = "",
    broadcast: bool = False,
    only_for: str = "",
) -> Draft:
    """Return the draft of a message of the app."""
    return Draft(
        channel=channel,
        user=api.bot,
        text=content.text,
        thread=thread,
        broadcast=broadcast,
        blocks=content.blocks,
        attachments=content.attachments,
        only_for=only_for,
        text_format=content.text_format,
        via_app=True,
        extra=content.extra,
    )


def _whisper(api: Api, args: Args) -> Json:
    channel, content, user = writable(api, args), content_of(api, args), args.text("user")
    if user not in api.state.directory.users or user not in channel.members:
        raise SlackError("user_not_in_channel")
    thread = args.text("thread_ts")
    made = api.writing.post(draft_of(api, channel, content, thread=thread, only_for=user))
    return {"message_ts": made.ts}


def _update(api: Api, args: Args) -> Json:
    message = own_message(api, args, "cant_update_message")
    if message.stream and message.stream.is_open:
        raise SlackError("streaming_state_conflict")
    content = content_of(api, args)
    changes: Json = dict(content.extra)
    for name, value in (("blocks", content.blocks), ("attachments", content.attachments)):
        if name in args or value:
            changes[name] = value
    if "text" in args or "markdown_text" in args:
        changes["text"] = content.text
        message.text_format = content.text_format
    api.writing.change(message, changes, api.bot)
    body = message.to_json()
    return {"channel": message.channel, "ts": message.ts, "text": body["text"], "message": body}


def own_message(api: Api, args: Args, refusal: str) -> Message:
    """Return the message of the app that a call names by `channel` and `ts`.

    Raises:
        SlackError: `channel_not_found`, `message_not_found`, or the refusal where it is not the
            app's own.
    """
    channel = api.channel(args)
    message = api.state.messages.get(channel.id, args.text("ts"))
    if message.body.get("bot_id") != api.state.directory.app.bot_id:
        raise SlackError(refusal)
    return message


def _delete(api: Api, args: Args) -> Json:
    message = own_message(api, args, "cant_delete_message")
    api.writing.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def _permalink(api: Api, args: Args) -> Json:
    channel = api.channel(args)
    message = api.state.messages.get(channel.id, args.text("message_ts"))
    link = f"{api.address()}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.root}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


METHODS: Sequence[Method] = (
    Method(
        "chat.postMessage",
        _post,
        scopes=("chat:write",),
        required=("channel",),
        optional=(
            *CONTENT,
            *LOOKS,
            *MANNERS,
            "metadata",
            "reply_broadcast",
            "thread_ts",
            "container_id",
        ),
        tier="message",
    ),
    Method(
        "chat.postEphemeral",
        _whisper,
        scopes=("chat:write",),
        required=("channel", "user"),
        optional=(*CONTENT, *LOOKS, *MANNERS, "thread_ts"),
        tier=4,
    ),
    Method(
        "chat.update",
        _update,
        scopes=("chat:write",),
        required=("channel", "ts"),
        optional=(*CONTENT, *MANNERS, "metadata", "reply_broadcast", "file_ids"),
    ),
    Method(
        "chat.delete",
        _delete,
        scopes=("chat:write",),
        required=("channel", "ts"),
        optional=("as_user",),
    ),
    Method("chat.getPermalink", _permalink, required=("channel", "message_ts"), tier="special"),
)
