"""files.*: the two steps of an upload, and what is known of a file."""

from __future__ import annotations

from collections.abc import Sequence

from slack_emulator.api.args import Args, wrong
from slack_emulator.api.method import Api, Method
from slack_emulator.api.methods.composing import writable
from slack_emulator.blockkit import check_message_blocks
from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.platform.writing import Draft
from slack_emulator.state.directory import Channel
from slack_emulator.state.files import MOST_BYTES, File


def _announce(api: Api, args: Args) -> Json:
    length = args.number("length", 0, 1, MOST_BYTES)
    name = args.text("filename")
    ticket, made = api.state.files.announce(name, api.bot, length, args.text("alt_txt"))
    return {"upload_url": f"{api.address()}/upload/{ticket}", "file_id": made.id}


def _complete(api: Api, args: Args) -> Json:
    entries = args.things("files")
    if not entries or not all(isinstance(each, dict) and each.get("id") for each in entries):
        raise wrong("missing required field: files (each has an id)")
    channels = _targets(api, args)
    blocks = check_message_blocks(args.things("blocks"))
    with api.state.core.lock:
        found = [api.state.files.get(str(entry["id"])) for entry in entries]
        for file, entry in zip(found, entries, strict=True):
            if file.owner != api.bot or file.is_complete:
                raise SlackError("file_not_found")
            file.title, file.is_complete = str(entry.get("title") or file.name), True
        for channel in channels:
            _share(api, channel, found, args, blocks)
        return {"files": [file.to_json(api.address()) for file in found]}


def _targets(api: Api, args: Args) -> list[Channel]:
    wanted = [*args.listed("channels"), *args.listed("channel_id")]
    return [writable(api, Args({"channel": name})) for name in dict.fromkeys(wanted)]


def _share(
    api: Api, channel: Channel, files: Sequence[File], args: Args, blocks: Sequence[Json]
) -> None:
    for file in files:
        file.channels.append(channel.id)
    shown = [file.to_json(api.address()) for file in files]
    thread, words = args.text("thread_ts"), args.text("initial_comment")
    draft = Draft(
        channel,
        api.bot,
        words,
        thread,
        files=shown,
        blocks=blocks,
        via_app=True,
        extra={"upload": True},
    )
    api.writing.post(draft)
    for file in files:
        api.events.file_shared(file.id, channel, api.bot)


def _info(api: Api, args: Args) -> Json:
    file = _seen(api, args)
    return {"file": file.to_json(api.address()), "comments": []}


def _delete(api: Api, args: Args) -> Json:
    file = _seen(api, args)
    if file.owner != api.bot:
        raise SlackError("cant_delete_file")
    api.state.files.remove(file.id)
    return {}


def _seen(api: Api, args: Args) -> File:
    file = api.state.files.get(args.text("file"))
    places = api.state.directory.channels
    shared = any(api.bot in places[name].members for name in file.channels)
    if file.owner != api.bot and not shared:
        raise SlackError("file_not_found")
    return file


METHODS: Sequence[Method] = (
    Method(
        "files.getUploadURLExternal",
        _announce,
        scopes=("files:write",),
        required=("filename", "length"),
        optional=("alt_txt", "snippet_type"),
        tier=4,
    ),
    Method(
        "files.completeUploadExternal",
        _complete,
        scopes=("files:write",),
        required=("files",),
        optional=("blocks", "channel_id", "channels", "initial_comment", "thread_ts"),
        tier=4,
    ),
    Method(
        "files.info",
        _info,
        scopes=("files:read",),
        required=("file",),
        optional=("count", "cursor", "limit", "page"),
        tier=4,
    ),
    Method("files.delete", _delete, scopes=("files:write",), required=("file",)),
)
