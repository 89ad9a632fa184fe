"""What comes after a question: it is edited or deleted, or its asker presses stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltContext

from adoption.channels.models import AnswerMode
from bot.answering.question_edits import (
    enqueue_edit,
    enqueue_stop,
    enqueue_withdrawal,
    is_known,
)
from bot.container import Container
from bot.conversation.question import Edit, Stop, Withdrawal
from bot.slack.identity import is_from_colleague, mentions_us
from bot.slack.mrkdwn import typed_text

# What Slack leaves of a message whose replies stay.
_TOMBSTONE = "tombstone"


def register(app: App, container: Container) -> None:
    """Connects edits, deletions and the stop button."""

    def mode(channel: str) -> AnswerMode:
        return container.record.channel_rules.get(channel).mode

    def edited(event: dict[str, Any], context: BoltContext) -> bool:
        return (
            _is(event, "message_changed") and not _is_deletion(event) and concerns(event, context)
        )

    def deleted(event: dict[str, Any], context: BoltContext) -> bool:
        return _is_deletion(event) and concerns(event, context)

    def concerns(event: dict[str, Any], context: BoltContext) -> bool:
        """Whether a question changed, or may have, with its own event still to come."""
        if is_known(container, _question_of(event)):
            return True
        place = {"channel": event["channel"], "channel_type": event.get("channel_type")}
        before = dict(event.get("previous_message") or {}) | place
        return is_from_colleague(before, context) and may_ask(before, context)

    def may_ask(message: dict[str, Any], context: BoltContext) -> bool:
        channel, thread = str(message["channel"]), message.get("thread_ts")
        return (
            message.get("channel_type") == "im"
            or mentions_us(message, context)
            or (bool(thread) and container.conversation.takes_part(channel, str(thread)))
            or mode(channel) is AnswerMode.EVERY
        )

    def edit(event: dict[str, Any], context: BoltContext) -> None:
        channel, message = str(event["channel"]), event["message"]
        # When Slack unfurls a link, it sends an edit whose text is the same.
        ts = (message.get("edited") or {}).get("ts")
        if ts and mode(channel) is not AnswerMode.OFF and not message.get("bot_id"):
            account = f"{context.team_id}:{message.get('user')}"
            text = typed_text(message.get("text") or "")
            enqueue_edit(container, Edit(_question_of(event), channel, ts, text, account))

    def withdraw(event: dict[str, Any]) -> None:
        at = float(event.get("event_ts") or event["ts"])
        withdrawal = Withdrawal(_question_of(event), str(event["channel"]))
        enqueue_withdrawal(container, withdrawal, at)

    def stop(event: dict[str, Any], context: BoltContext) -> None:
        press = Stop(
            channel=str(event["channel"]),
            thread=str(event.get("thread_ts") or ""),
            account=f"{context.team_id}:{event['user']}",
            streams=tuple(str(ts) for ts in event.get("streaming_message_ts") or ()),
            at=float(event["event_ts"]),
        )
        enqueue_stop(container, press)

    app.event("message", matchers=[edited])(edit)
    app.event("message", matchers=[deleted])(withdraw)
    app.event("agent_session_stopped")(stop)


def _is(event: Mapping[str, Any], subtype: str) -> bool:
    return bool(event.get("subtype") == subtype)


def _is_deletion(event: Mapping[str, Any]) -> bool:
    if _is(event, "message_changed"):
        return bool((event.get("message") or {}).get("subtype") == _TOMBSTONE)
    return _is(event, "message_deleted")


def _question_of(event: Mapping[str, Any]) -> str:
    """The name of the question that a message is, where it is one."""
    ts = (event.get("message") or {}).get("ts") or event.get("deleted_ts")
    return f"{event['channel']}:{ts}"
