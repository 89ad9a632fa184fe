"""What comes after a question: it is edited or deleted, or its asker presses stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltContext

from adoption.channels.models import AnswerMode
from bot.answering.jobs import Jobs
from bot.features.desk import Desk
from bot.features.questions.listeners import is_from_colleague, words_of

# What Slack leaves of a message whose replies stay.
_TOMBSTONE = "tombstone"


def register(app: App, jobs: Jobs, desk: Desk) -> None:
    """Takes all that on."""

    def edited(event: dict[str, Any], context: BoltContext) -> bool:
        return (
            _is(event, "message_changed") and not _is_deletion(event) and concerns(event, context)
        )

    def deleted(event: dict[str, Any], context: BoltContext) -> bool:
        return _is_deletion(event) and concerns(event, context)

    def concerns(event: dict[str, Any], context: BoltContext) -> bool:
        """Whether it is a question that changed, or may be one that Slack tells of later."""
        if jobs.revising.knows(_question_of(event)):
            return True
        place = {"channel": event["channel"], "channel_type": event.get("channel_type")}
        before = dict(event.get("previous_message") or {}) | place
        return is_from_colleague(before, context) and may_ask(before, context)

    def may_ask(message: dict[str, Any], context: BoltContext) -> bool:
        channel, thread = str(message["channel"]), message.get("thread_ts")
        return (
            message.get("channel_type") == "im"
            or f"<@{context.bot_user_id}" in str(message.get("text") or "")
            or (bool(thread) and jobs.takes_part(channel, str(thread)))
            or desk.channels.rule(channel).mode is AnswerMode.EVERY
        )

    def revise(event: dict[str, Any], context: BoltContext) -> None:
        channel, message = str(event["channel"]), event["message"]
        # A link that is unfurled is told of as an edit without one.
        edit = (message.get("edited") or {}).get("ts")
        silent = desk.channels.rule(channel).mode is AnswerMode.OFF
        if edit and not silent and not message.get("bot_id"):
            account = f"{context.team_id}:{message.get('user')}"
            text = words_of(message.get("text") or "")
            jobs.revising.take_edit(_question_of(event), channel, edit, text, account)

    def withdraw(event: dict[str, Any]) -> None:
        at = float(event.get("event_ts") or event["ts"])
        jobs.revising.take_deletion(_question_of(event), str(event["channel"]), at)

    def stop(event: dict[str, Any], context: BoltContext) -> None:
        channel, thread = str(event["channel"]), str(event.get("thread_ts") or "")
        account = f"{context.team_id}:{event['user']}"
        streams = [str(ts) for ts in event.get("streaming_message_ts") or ()]
        jobs.revising.take_stop(channel, thread, account, streams, str(event["event_ts"]))

    app.event("message", matchers=[edited])(revise)
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
