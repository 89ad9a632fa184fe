"""Questions: a mention in a channel, or a direct message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltContext

from adoption.questions.models import Surface
from bot.answering.jobs import Jobs
from bot.answering.question import Question
from bot.slack.accounts import account_of

# Messages that carry a person's own words; edits, joins and the like are no questions.
_SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_SURFACES = {"im": Surface.DIRECT, "mpim": Surface.GROUP, "group": Surface.PRIVATE}

# Among what a person may look at; the others are threads, canvases and lists.
_CHANNEL = "slack#/types/channel_id"
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:[#!][^|>]*\||(?:https?|mailto):[^|>]*\|)([^>]*)>")
_BARE = re.compile(r"<((?:https?|mailto):[^>|]*)>")


def register(app: App, jobs: Jobs) -> None:
    """Takes questions on."""

    def mentioned(event: dict[str, Any], context: BoltContext) -> None:
        if is_from_colleague(event, context):
            jobs.take_question(question_of(event, context))

    def said(event: dict[str, Any], context: BoltContext) -> None:
        if event.get("channel_type") == "im" and is_from_colleague(event, context):
            jobs.take_question(question_of(event, context))

    app.event("app_mention")(mentioned)
    app.event("message")(said)


def is_from_colleague(event: Mapping[str, Any], context: BoltContext) -> bool:
    """Whether a person of this workspace wrote it: no bot, no edit, no guest from elsewhere."""
    if event.get("subtype") not in _SPOKEN or event.get("bot_id") or not event.get("user"):
        return False
    home = context.team_id
    return all(event.get(key) in (None, home) for key in ("user_team", "source_team"))


def question_of(event: Mapping[str, Any], context: BoltContext) -> Question:
    """The question in a message event."""
    channel, ts = event["channel"], event["ts"]
    kind = event.get("channel_type") or ("im" if channel.startswith("D") else "channel")
    return Question(
        id=f"{channel}:{ts}",
        account=account_of(context),
        surface=_SURFACES.get(kind, Surface.CHANNEL),
        channel=channel,
        thread=event.get("thread_ts") or ts,
        text=words_of(event.get("text") or ""),
        asked_at=float(ts),
        looking_at=looked_at(event.get("app_context")),
    )


def looked_at(context: object) -> str:
    """The channel in what Slack says a person has before them; empty where there is none."""
    entities = context.get("entities") if isinstance(context, Mapping) else None
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, Mapping) and entity.get("type") == _CHANNEL:
            return str(entity.get("value") or "")
    return ""


def words_of(text: str) -> str:
    """What a person typed, without Slack's marks for mentions, channels and links."""
    words = _BARE.sub(r"\1", _LINK.sub(r"\1", _MENTION.sub(" ", text)))
    words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(words.split())
