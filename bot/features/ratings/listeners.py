"""Slack's payloads around ratings: thumbs, reasons, savings."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.feedback.models import Reason, TimeSaved, Vote
from bot.answering.answered import answered_question
from bot.container import Container
from bot.delivery.answer_actions import READ_SECTION
from bot.delivery.blocks import SECTION_HELPS, THUMBS
from bot.delivery.help import Help
from bot.features.ratings import reason_blocks
from bot.features.ratings.jobs import (
    GivenReason,
    GivenSaving,
    Thumb,
    store_reason,
    store_saving,
    store_vote,
)
from bot.features.ratings.reason_blocks import (
    LONGEST_COMMENT,
    REASON_DIALOG,
    reason_dialog,
    reason_thanks,
)
from bot.features.ratings.saving_blocks import SAVING
from bot.features.ratings.sections import SectionPress, open_section, store_section
from bot.slack.errors import SlackError
from bot.slack.identity import account_of, place_of
from bot.slack.view_values import ViewValues, trigger_in, value_in
from bot.texts import texts

log = logging.getLogger(__name__)


def register(app: App, container: Container) -> None:
    """Connects thumbs, the dialog for reasons and the buttons for savings."""

    def rated(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        vote, _, question = value_in(action).partition(":")
        if vote in set(Vote) and question:
            at = _moment(action)
            thumb = Thumb(question, account_of(context), Vote(vote), at, place_of(body))
            key = f"{question}:{thumb.account}:{action['action_ts']}"
            container.jobs.enqueue(store_vote, thumb, key=key)
            if thumb.vote is Vote.NEGATIVE:
                _ask_why(container, trigger_in(body), question)
        ack()

    def explained(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        errors = errors_in(values)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        given = GivenReason(
            question=values.metadata,
            account=account_of(context),
            reason=Reason(values.chosen(reason_blocks.REASON)),
            comment=values.text(reason_blocks.COMMENT)[:LONGEST_COMMENT] or None,
        )
        container.jobs.enqueue(store_reason, given, key=values.id)
        ack(response_action="update", view=_thanks(container, given))

    def saved(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        what, _, question = value_in(action).partition(":")
        if what in set(TimeSaved) and question:
            url, account = str(body.get("response_url") or ""), account_of(context)
            given = GivenSaving(question, account, TimeSaved(what), _moment(action), url)
            key = f"{question}:{account}:{action['action_ts']}"
            container.jobs.enqueue(store_saving, given, key=key)
        ack()

    def helped(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        passage, _, question = value_in(action).partition("|")
        if question:
            url, account = str(body.get("response_url") or ""), account_of(context)
            press = SectionPress(question, passage, account, _moment(action), url)
            key = f"{question}:{account}:{action['action_ts']}"
            container.jobs.enqueue(store_section, press, key=key)
        ack()

    def read(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        passage, _, question = value_in(action).partition("|")
        trigger = trigger_in(body)
        if question:
            open_section(container, trigger, question, passage, account_of(context))
        ack()

    app.action(THUMBS)(rated)
    app.action(SECTION_HELPS)(helped)
    app.action(re.compile(rf"^{READ_SECTION}(_\d+)?$"))(read)
    app.view(REASON_DIALOG)(explained)
    app.action(re.compile(f"^{SAVING}_"))(saved)


def errors_in(values: ViewValues) -> dict[str, str]:
    """What is missing in the dialog for reasons, by the name of its field."""
    say, chosen = texts("ratings"), values.chosen(reason_blocks.REASON)
    if chosen not in set(Reason):
        return {reason_blocks.REASON: say["choose_reason"]}
    if chosen == Reason.OTHER and not values.text(reason_blocks.COMMENT):
        return {reason_blocks.COMMENT: say["say_more"]}
    return {}


def _thanks(container: Container, given: GivenReason) -> View:
    found = answered_question(container.jobs, given.question)
    mine = found is not None and found.question.account == given.account
    help = container.delivery.help_for(found.question) if found is not None else Help()
    return reason_thanks(given.question if mine else "", help)


def _ask_why(container: Container, trigger: str, question: str) -> None:
    try:
        container.slack.open_dialog(trigger, reason_dialog(question))
    except SlackError as error:
        # The thumb is stored; only the chance to say why is gone.
        log.warning("The reason dialog did not open: %s", error.code)


def _moment(action: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(action["action_ts"]), UTC)
