"""Questions: a mention, a direct message, a reply in a thread, a shortcut or `/uptake ask`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.channels.models import AnswerMode
from bot.action_ids import ASK_QUESTION
from bot.answering.jobs import enqueue_question
from bot.container import Container
from bot.conversation.question import attached, question_of
from bot.feature import Invocation
from bot.features.questions.blocks import ASK_DIALOG, LONGEST_QUESTION, QUESTION, ask_dialog
from bot.features.questions.jobs import Ask, ask
from bot.slack.identity import account_of, is_colleague, is_from_colleague, mentions_us
from bot.slack.mrkdwn import typed_text, visible
from bot.slack.view_values import ViewValues, trigger_in
from bot.texts import texts
from knowledge.answers.conversation import asks, is_follow_up
from knowledge.answers.requests import understand

ASK_ABOUT = "ask_about"
_ADDRESSED = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>|<!(?:subteam\^|here|channel|everyone)")
_OVERHEARD = ("channel", "group")
_QUESTION_MARKS = ("?", "？", "؟")
_CHANNELS = frozenset({"channel", "group", "mpim"})


def register(app: App, container: Container) -> None:
    """Connects everything that may be a question."""

    def may_ask(event: dict[str, Any], context: BoltContext) -> bool:
        return is_from_colleague(event, context) and container.admins.may_ask(account_of(context))

    def in_our_thread(event: dict[str, Any], context: BoltContext) -> bool:
        return (
            event.get("channel_type") in _CHANNELS
            and event.get("thread_ts") not in (None, event.get("ts"))
            and is_from_colleague(event, context)
            and is_for_anyone(event)
            and container.conversation.takes_part(event["channel"], event["thread_ts"])
        )

    def replied(event: dict[str, Any], context: BoltContext) -> None:
        question = question_of(event, context)
        asked = asks(question.text) or is_follow_up(question.text)
        # Small talk in a thread is not said to the app.
        if asked and understand(question.text).is_question and may_ask(event, context):
            enqueue_question(container, question)

    def overheard(event: dict[str, Any], context: BoltContext) -> bool:
        """Whether a message that does not speak to the app is a question for it all the same."""
        text = str(event.get("text") or "").rstrip()
        if event.get("channel_type") not in _OVERHEARD or event.get("thread_ts"):
            return False
        if not text.endswith(_QUESTION_MARKS) or mentions_us(event, context):
            return False
        if not understand(typed_text(text)).is_question:
            return False
        return container.record.channel_rules.get(str(event["channel"])).mode is AnswerMode.EVERY

    def mentioned(event: dict[str, Any], context: BoltContext) -> None:
        if may_ask(event, context):
            enqueue_question(container, question_of(event, context))

    def said(event: dict[str, Any], context: BoltContext) -> None:
        if event.get("channel_type") == "im" and may_ask(event, context):
            enqueue_question(container, question_of(event, context))

    def asked_about(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        message = body.get("message") or {}
        text, files = typed_text(str(message.get("text") or "")), attached(message)
        if (text or files) and is_colleague(body, context):
            payload = Ask(account_of(context), text, files)
            container.jobs.enqueue(ask, payload, key=trigger_in(body))
        ack()

    def dialog_opened(ack: Ack, body: dict[str, Any]) -> None:
        container.slack.open_dialog(trigger_in(body), ask_dialog())
        ack()

    def asked_in_dialog(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        text = values.text(QUESTION)[:LONGEST_QUESTION]
        if not visible(text).strip():
            ack(response_action="errors", errors={QUESTION: texts("questions")["write_it"]})
            return
        container.jobs.enqueue(ask, Ask(account_of(context), text), key=values.id)
        ack()

    app.event("message", matchers=[overheard])(mentioned)
    app.event("message", matchers=[in_our_thread])(replied)
    app.event("app_mention")(mentioned)
    app.event("message")(said)
    app.shortcut(ASK_ABOUT)(asked_about)
    app.action(ASK_QUESTION)(dialog_opened)
    app.view_submission(ASK_DIALOG)(asked_in_dialog)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake ask <question>`: the answer comes in direct messages."""
    say = texts("questions")
    if not invocation.rest:
        return say["ask_what"]
    payload = Ask(invocation.account, typed_text(invocation.rest))
    container.jobs.enqueue(ask, payload, key=invocation.trigger)
    return say["looking"]


def is_for_anyone(event: Mapping[str, Any]) -> bool:
    """Whether it addresses nobody; a mention of the bot comes as an event of its own."""
    return not _ADDRESSED.search(event.get("text") or "")
