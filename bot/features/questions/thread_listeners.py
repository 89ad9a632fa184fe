"""Threads where the bot has answered: what is asked there next needs no new mention."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltContext

from bot.answering.jobs import Jobs
from bot.features.questions.listeners import is_from_colleague, question_of
from knowledge.answers.conversation import asks, is_follow_up

_ADDRESSED = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>|<!(?:subteam\^|here|channel|everyone)")
_CHANNELS = frozenset({"channel", "group", "mpim"})


def register(app: App, jobs: Jobs) -> None:
    """Takes on what is asked in those threads."""

    def said(event: dict[str, Any], context: BoltContext) -> None:
        question = question_of(event, context)
        if asks(question.text) or is_follow_up(question.text):
            jobs.take_question(question)

    app.event("message", matchers=[_is_in_our_thread(jobs)])(said)


def _is_in_our_thread(jobs: Jobs) -> Callable[..., bool]:
    def matches(event: dict[str, Any], context: BoltContext) -> bool:
        return (
            event.get("channel_type") in _CHANNELS
            and event.get("thread_ts") not in (None, event.get("ts"))
            and is_from_colleague(event, context)
            and is_for_anyone(event)
            and jobs.takes_part(event["channel"], event["thread_ts"])
        )

    return matches


def is_for_anyone(event: Mapping[str, Any]) -> bool:
    """Whether it addresses nobody; a mention of the bot comes as an event of its own."""
    return not _ADDRESSED.search(event.get("text") or "")
