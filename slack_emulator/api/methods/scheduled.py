"""chat.scheduleMessage and what belongs to it: messages for later."""

from __future__ import annotations

from collections.abc import Sequence

from slack_emulator.api.args import Args, wrong
from slack_emulator.api.method import Api, Method
from slack_emulator.api.methods.chat import draft_of
from slack_emulator.api.methods.composing import CONTENT, MANNERS, content_of, writable
from slack_emulator.api.paging import page_of
from slack_emulator.errors import SlackError
from slack_emulator.models import Json

_FARTHEST_SECONDS = 120 * 24 * 3600


def _schedule(api: Api, args: Args) -> Json:
    channel, content = writable(api, args), content_of(api, args)
    moment, now = _moment(args), api.state.core.clock()
    if moment <= now:
        raise SlackError("time_in_past")
    if moment > now + _FARTHEST_SECONDS:
        raise SlackError("time_too_far")
    draft = draft_of(
        api,
        channel,
        content,
        thread=args.text("thread_ts"),
        broadcast=args.flag("reply_broadcast"),
    )
    with api.state.core.lock:
        name = api.state.core.new_id("Q")
        entry: Json = {"post_at": moment, "created": int(now), "draft": draft}
        api.state.scheduled[name] = entry
    shown = {"text": content.text, "type": "delayed_message", "bot_id": draft.user}
    return {
        "channel": channel.id,
        "scheduled_message_id": name,
        "post_at": moment,
        "message": shown,
    }


def _moment(args: Args) -> int:
    try:
        return int(float(args.text("post_at")))
    except ValueError:
        raise wrong("must be an integer: post_at") from None


def _list(api: Api, args: Args) -> Json:
    wanted = args.text("channel")
    with api.state.core.lock:
        found = [
            {
                "id": name,
                "channel_id": entry["draft"].channel.id,
                "post_at": entry["post_at"],
                "date_created": entry["created"],
                "text": entry["draft"].text,
            }
            for name, entry in api.state.scheduled.items()
            if wanted in ("", entry["draft"].channel.id)
        ]
    page, cursor = page_of(found, args)
    return {"scheduled_messages": page, "response_metadata": {"next_cursor": cursor}}


def _unschedule(api: Api, args: Args) -> Json:
    name = args.text("scheduled_message_id")
    with api.state.core.lock:
        entry = api.state.scheduled.get(name)
        if entry is None or entry["draft"].channel.id != args.text("channel"):
            raise SlackError("invalid_scheduled_message_id")
        del api.state.scheduled[name]
    return {}


def post_due(api: Api) -> int:
    """Write the scheduled messages whose time has come; returns how many."""
    with api.state.core.lock:
        now = api.state.core.clock()
        due = [name for name, entry in api.state.scheduled.items() if entry["post_at"] <= now]
        for name in due:
            api.writing.post(api.state.scheduled.pop(name)["draft"])
        return len(due)


METHODS: Sequence[Method] = (
    Method(
        "chat.scheduleMessage",
        _schedule,
        scopes=("chat:write",),
        required=("channel", "post_at"),
        optional=(*CONTENT, *MANNERS, "metadata", "reply_broadcast", "thread_ts"),
    ),
    Method(
        "chat.scheduledMessages.list",
        _list,
        optional=("channel", "cursor", "latest", "limit", "oldest", "team_id"),
    ),
    Method(
        "chat.deleteScheduledMessage",
        _unschedule,
        scopes=("chat:write",),
        required=("channel", "scheduled_message_id"),
        optional=("as_user",),
    ),
)
