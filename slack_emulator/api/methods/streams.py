"""chat.startStream, appendStream and stopStream: answers that are written piece by piece."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from slack_emulator.api.args import Args, wrong
from slack_emulator.api.method import Api, Method
from slack_emulator.api.methods.agents import set_session_status
from slack_emulator.api.methods.chat import own_message
from slack_emulator.api.methods.composing import LOOKS, content_of, writable
from slack_emulator.blockkit import check_message_blocks
from slack_emulator.blockkit.limits import LIMITS
from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.platform.block_ids import with_ids
from slack_emulator.platform.rich_text import rich_text_of
from slack_emulator.platform.writing import Draft
from slack_emulator.state.messages import Message, Stream

_STATES = ("pending", "in_progress", "complete", "error")
_PIECES = ("markdown_text", "chunks")


def _start(api: Api, args: Args) -> Json:
    channel = writable(api, args)
    if channel.kind != "im":
        for name in ("recipient_user_id", "recipient_team_id"):
            if not args.text(name):
                raise SlackError(f"missing_{name}")
    stream = Stream(plan=args.text("task_display_mode") == "plan")
    _feed(api, stream, args)
    extra = content_of(api, Args({n: args.text(n) for n in LOOKS if n in args}), needed=False).extra
    with api.state.core.lock:
        draft = Draft(
            channel,
            api.bot,
            thread=args.text("thread_ts"),
            text_format="markdown",
            stream=stream,
            via_app=True,
            extra=extra,
        )
        made = api.writing.post(draft)
        _draw(api, made)
    return {"channel": channel.id, "ts": made.ts}


def _append(api: Api, args: Args) -> Json:
    if not (args.text("markdown_text") or args.things("chunks")):
        raise SlackError("no_text")
    with api.state.core.lock:
        message, stream = _open_stream(api, args)
        _feed(api, stream, args)
        _draw(api, message)
    return {"channel": message.channel, "ts": message.ts}


def _stop(api: Api, args: Args) -> Json:
    content = content_of(api, Args({"metadata": args.thing("metadata")}), needed=False)
    blocks = check_message_blocks(args.things("blocks"))
    with api.state.core.lock:
        message, stream = _open_stream(api, args)
        _feed(api, stream, args)
        stream.is_open = False
        message.body |= content.extra
        _draw(api, message, blocks)
        if args.text("session_status"):
            status = args.text("session_status")
            set_session_status(api, message.channel, message.root, status)
    return {"channel": message.channel, "ts": message.ts, "message": message.to_json()}


def _open_stream(api: Api, args: Args) -> tuple[Message, Stream]:
    message = own_message(api, args, "message_not_owned_by_app")
    if message.stream is None or not message.stream.is_open:
        raise SlackError("message_not_in_streaming_state")
    return message, message.stream


def _feed(api: Api, stream: Stream, args: Args) -> None:
    text, chunks = args.text("markdown_text"), args.things("chunks")
    modes = [name for name, given in zip(_PIECES, (text, chunks), strict=True) if given]
    if len(modes) > 1 or (modes and stream.mode and stream.mode != modes[0]):
        raise SlackError("streaming_mode_mismatch")
    if len(text) > LIMITS["markdown text"]:
        raise SlackError("msg_too_long")
    for chunk in chunks:
        _check_chunk(chunk)
    stream.mode = stream.mode or (modes[0] if modes else "")
    if text:
        _take_words(api, stream, text)
    for chunk in chunks:
        _take(api, stream, chunk)


def _check_chunk(chunk: object) -> None:
    if not isinstance(chunk, dict):
        raise SlackError("invalid_chunks")
    kind = chunk.get("type")
    if kind == "markdown_text" and isinstance(chunk.get("text"), str):
        if len(chunk["text"]) > LIMITS["markdown text"]:
            raise SlackError("msg_too_long")
        return
    if kind == "blocks":
        check_message_blocks(chunk.get("blocks"))
        return
    task = kind == "task_update" and chunk.get("status") in _STATES
    if not (task and chunk.get("id") and chunk.get("title")) and not (
        kind == "plan_update" and isinstance(chunk.get("title"), str)
    ):
        raise SlackError("invalid_chunks")


def _take(api: Api, stream: Stream, chunk: Json) -> None:
    if chunk["type"] == "markdown_text":
        _take_words(api, stream, chunk["text"])
    elif chunk["type"] == "plan_update":
        stream.plan, stream.plan_title = True, chunk["title"]
    elif chunk["type"] == "blocks":
        stream.parts.extend(with_ids(chunk["blocks"], api.state.core))
    else:
        _take_task(api, stream.parts, chunk)


def _take_words(api: Api, stream: Stream, words: str) -> None:
    stream.text += words
    last = stream.parts[-1] if stream.parts else {}
    if last.get("type") == "markdown" and last.get("block_id") == stream.words_block:
        last["text"] += words
        return
    stream.words_block = api.state.core.new_id("b")
    block = {"type": "markdown", "block_id": stream.words_block, "text": words}
    stream.parts.append(block)


def _take_task(api: Api, parts: list[Json], chunk: Json) -> None:
    old = next((p for p in parts if p.get("task_id") == chunk["id"]), None)
    made: Json = {"type": "task_card", "task_id": chunk["id"], "status": chunk["status"]}
    made["title"] = chunk["title"]
    for name in ("details", "output"):
        if chunk.get(name):
            made[name] = rich_text_of(str(chunk[name]), api.state.core.new_id("b"))
    if chunk.get("sources"):
        made["sources"] = chunk["sources"]
    if old is None:
        parts.append(made | {"block_id": api.state.core.new_id("b")})
    else:
        old.update(made)


def _draw(api: Api, message: Message, last: Sequence[Json] = ()) -> None:
    stream = message.stream
    assert stream is not None
    blocks = [*_parts(message, stream), *with_ids(last, api.state.core)]
    if len(blocks) > LIMITS["blocks of a message"]:
        raise wrong("no more than 50 items allowed: blocks")
    state = "in_progress" if stream.is_open else "completed"
    message.body |= {"text": stream.text, "blocks": copy.deepcopy(blocks), "streaming_state": state}
    api.state.messages.touched(message)


def _parts(message: Message, stream: Stream) -> list[Json]:
    if not stream.plan:
        return stream.parts
    tasks = [part for part in stream.parts if part["type"] == "task_card"]
    rest = [part for part in stream.parts if part["type"] != "task_card"]
    title = stream.plan_title or "Plan"
    plan = {"type": "plan", "block_id": f"plan{message.ts}", "title": title, "tasks": tasks}
    return [plan, *rest]


METHODS: Sequence[Method] = (
    Method(
        "chat.startStream",
        _start,
        scopes=("chat:write",),
        required=("channel", "thread_ts"),
        optional=(
            *_PIECES,
            *LOOKS,
            "recipient_team_id",
            "recipient_user_id",
            "task_display_mode",
        ),
        tier=2,
    ),
    Method(
        "chat.appendStream",
        _append,
        scopes=("chat:write",),
        required=("channel", "ts"),
        optional=_PIECES,
        tier=4,
    ),
    Method(
        "chat.stopStream",
        _stop,
        scopes=("chat:write",),
        required=("channel", "ts"),
        optional=(*_PIECES, "blocks", "metadata", "session_status"),
        tier=2,
    ),
)
