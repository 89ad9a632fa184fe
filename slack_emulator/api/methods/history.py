"""conversations.history and conversations.replies: what was written."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from slack_emulator.api.args import Args
from slack_emulator.api.method import Api, Method
from slack_emulator.api.paging import page_of
from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.state.directory import HISTORY_SCOPES, Channel
from slack_emulator.state.messages import Message


def _history(api: Api, args: Args) -> Json:
    channel = _readable(api, args)
    found = [m for m in api.state.messages.history(channel.id) if not m.only_for]
    newest_first = [message for message in reversed(found) if _is_between(message, args)]
    return _page(newest_first, args) | {"pin_count": len(api.state.pins.get(channel.id, ()))}


def _replies(api: Api, args: Args) -> Json:
    channel = _readable(api, args)
    message = api.state.messages.get(channel.id, args.text("ts"), "thread_not_found")
    thread = api.state.messages.thread(channel.id, message.root)
    seen = [each for each in thread if not each.only_for]
    root, replies = seen[:1], [each for each in seen[1:] if _is_between(each, args)]
    return _page([*root, *replies], args, default=1000)


def _readable(api: Api, args: Args) -> Channel:
    channel = api.scoped_channel(args, HISTORY_SCOPES)
    if api.bot not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _is_between(message: Message, args: Args) -> bool:
    ts, inclusive = Decimal(message.ts), args.flag("inclusive")
    oldest, latest = _moment(args, "oldest"), _moment(args, "latest")
    after = oldest is None or ts > oldest or (inclusive and ts == oldest)
    before = latest is None or ts < latest or (inclusive and ts == latest)
    return after and before


def _moment(args: Args, name: str) -> Decimal | None:
    text = args.text(name)
    if not text or text == "now":
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise SlackError(f"invalid_ts_{name}") from None


def _page(messages: Sequence[Message], args: Args, default: int = 100) -> Json:
    page, cursor = page_of(messages, args, default)
    bodies = [message.to_json() for message in page]
    if not args.flag("include_all_metadata"):
        for body in bodies:
            body.pop("metadata", None)
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": bodies, "has_more": bool(cursor), **more}


_SPAN = ("cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest")
METHODS: Sequence[Method] = (
    Method("conversations.history", _history, required=("channel",), optional=_SPAN),
    Method("conversations.replies", _replies, required=("channel", "ts"), optional=_SPAN),
)
