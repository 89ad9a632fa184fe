"""agents.sessions.* and assistant.threads.*: what the app is doing in a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_emulator.api.args import Args, wrong
from slack_emulator.api.method import Api, Method
from slack_emulator.api.methods.composing import LOOKS
from slack_emulator.errors import SlackError
from slack_emulator.models import Json, Prompts
from slack_emulator.state.sessions import STATUSES

_MOST_TITLE = 200
_MOST_PROMPTS = 4
_STOP = "agent_session_stopped"
_UNSUBSCRIBED = f"missing_{_STOP}_event_subscription"


def _set_status(api: Api, args: Args) -> Json:
    channel, thread = _place(api, args)
    title = _title(args)
    set_session_status(api, channel, thread, args.text("status"), title)
    if _STOP in api.manifest.events:
        return {}
    return {"warning": _UNSUBSCRIBED, "response_metadata": {"warnings": [_UNSUBSCRIBED]}}


def set_session_status(api: Api, channel: str, thread: str, status: str, title: str = "") -> None:
    """Set the status of a conversation's session.

    Raises:
        SlackError: `invalid_arguments` where there is no such status.
    """
    if status not in STATUSES:
        raise wrong(f"must be a valid enum value: status ({', '.join(STATUSES)})")
    api.state.sessions.set_status(channel, thread, status, title)


def _rename(api: Api, args: Args) -> Json:
    channel, thread = _place(api, args)
    api.state.sessions.rename(channel, thread, _title(args))
    return {}


def _title(args: Args) -> str:
    title = args.text("title")
    if len(title) > _MOST_TITLE:
        raise wrong(f"must be less than {_MOST_TITLE + 1} characters: title")
    return title


def _place(api: Api, args: Args) -> tuple[str, str]:
    channel, ts = api.own_channel(args, "channel_id"), args.text("thread_ts")
    if not ts:
        return channel.id, ""
    found = api.state.messages.find(channel.id, ts)
    if found is None or found.only_for:
        raise SlackError("thread_not_found")
    return channel.id, found.root


def _set_words(api: Api, args: Args) -> Json:
    channel, thread = _place(api, args)
    api.state.sessions.set_words(channel, thread, args.text("status"))
    return {}


def _set_title(api: Api, args: Args) -> Json:
    channel, thread = _place(api, args)
    api.state.sessions.set_title(channel, thread, _title(args))
    return {}


def _set_prompts(api: Api, args: Args) -> Json:
    channel, thread = _place(api, args)
    found = [_prompt(value) for value in args.things("prompts")]
    if len(found) > _MOST_PROMPTS:
        raise wrong(f"no more than {_MOST_PROMPTS} items allowed: prompts")
    api.state.sessions.set_prompts(channel, thread, Prompts(args.text("title"), found))
    return {}


def _prompt(value: Any) -> tuple[str, str]:
    good = isinstance(value, dict) and value.get("title") and value.get("message")
    if not good:
        raise wrong("missing required field: prompts (each has a title and a message)")
    return str(value["title"]), str(value["message"])


METHODS: Sequence[Method] = (
    Method(
        "agents.sessions.setStatus",
        _set_status,
        scopes=("chat:write",),
        required=("channel_id", "status"),
        optional=("thread_ts", "title", "initiator_user_id", *LOOKS),
    ),
    Method(
        "agents.sessions.rename",
        _rename,
        scopes=("chat:write",),
        required=("channel_id", "title"),
        optional=("thread_ts",),
    ),
    Method(
        "assistant.threads.setSuggestedPrompts",
        _set_prompts,
        scopes=("assistant:write",),
        required=("channel_id", "prompts"),
        optional=("thread_ts", "title"),
    ),
    Method(
        "assistant.threads.setStatus",
        _set_words,
        scopes=("assistant:write", "chat:write"),
        required=("channel_id", "thread_ts"),
        optional=("status", "loading_messages", *LOOKS),
    ),
    Method(
        "assistant.threads.setTitle",
        _set_title,
        scopes=("assistant:write",),
        required=("channel_id", "thread_ts", "title"),
    ),
)
