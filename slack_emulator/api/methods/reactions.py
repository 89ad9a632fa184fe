"""reactions.* and pins.*: what is set on messages."""

from __future__ import annotations

from collections.abc import Sequence

from slack_emulator.api.args import Args, wrong
from slack_emulator.api.method import Api, Method
from slack_emulator.api.paging import page_of
from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.platform.emojis import character
from slack_emulator.state.messages import Message


def _add(api: Api, args: Args) -> Json:
    message, name = _message(api, args), args.text("name").strip(":")
    if character(name) is None:
        raise SlackError("invalid_name")
    api.writing.react(message, api.bot, name)
    return {}


def _remove(api: Api, args: Args) -> Json:
    api.writing.unreact(_message(api, args), api.bot, args.text("name").strip(":"))
    return {}


def _message(api: Api, args: Args, name: str = "timestamp") -> Message:
    channel = api.own_channel(args)
    if not args.text(name):
        raise wrong(f"missing required field: {name}")
    return api.state.messages.get(channel.id, args.text(name))


def _get(api: Api, args: Args) -> Json:
    message = _message(api, args)
    return {"type": "message", "channel": message.channel, "message": message.to_json()}


def _list(api: Api, args: Args) -> Json:
    user = args.text("user") or api.bot
    found = [
        {"type": "message", "channel": message.channel, "message": message.to_json()}
        for message in api.state.messages.all()
        if any(user in reaction["users"] for reaction in message.body.get("reactions") or ())
        and api.bot in api.state.directory.channels[message.channel].members
    ]
    page, cursor = page_of(found, args)
    return {"items": page, "response_metadata": {"next_cursor": cursor}}


def _pin(api: Api, args: Args) -> Json:
    message = _message(api, args)
    with api.state.core.lock:
        pins = api.state.pins.setdefault(message.channel, [])
        if any(pin["ts"] == message.ts for pin in pins):
            raise SlackError("already_pinned")
        created = int(api.state.core.clock())
        pins.append({"ts": message.ts, "created": created, "created_by": api.bot})
    return {}


def _unpin(api: Api, args: Args) -> Json:
    message = _message(api, args)
    with api.state.core.lock:
        pins = api.state.pins.get(message.channel, [])
        kept = [pin for pin in pins if pin["ts"] != message.ts]
        if len(kept) == len(pins):
            raise SlackError("no_pin")
        api.state.pins[message.channel] = kept
    return {}


def _pins(api: Api, args: Args) -> Json:
    channel = api.own_channel(args)
    items = []
    for pin in api.state.pins.get(channel.id, ()):
        message = api.state.messages.find(channel.id, pin["ts"])
        if message:
            rest = {name: pin[name] for name in ("created", "created_by")}
            body = message.to_json()
            items.append({"type": "message", "channel": channel.id, "message": body, **rest})
    return {"items": items}


METHODS: Sequence[Method] = (
    Method(
        "reactions.add",
        _add,
        scopes=("reactions:write",),
        required=("channel", "name", "timestamp"),
    ),
    Method(
        "reactions.remove",
        _remove,
        scopes=("reactions:write",),
        required=("name",),
        optional=("channel", "timestamp", "file", "file_comment"),
        tier=2,
    ),
    Method(
        "reactions.get",
        _get,
        scopes=("reactions:read",),
        optional=("channel", "timestamp", "file", "file_comment", "full"),
    ),
    Method(
        "reactions.list",
        _list,
        scopes=("reactions:read",),
        optional=("count", "cursor", "full", "limit", "page", "team_id", "user"),
        tier=2,
    ),
    Method("pins.add", _pin, scopes=("pins:write",), required=("channel", "timestamp"), tier=2),
    Method(
        "pins.remove", _unpin, scopes=("pins:write",), required=("channel", "timestamp"), tier=2
    ),
    Method("pins.list", _pins, scopes=("pins:read",), required=("channel",), tier=2),
)
