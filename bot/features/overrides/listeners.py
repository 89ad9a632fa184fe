"""Overrides: by command, by shortcut, on a message, under an answer, from Home."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.feedback.models import Weight
from bot.action_ids import OPEN_OVERRIDE
from bot.answering.answered import AnsweredQuestion, answered_question
from bot.container import Container
from bot.delivery.answer_actions import ANSWER_MENU, OVERRIDE
from bot.feature import Invocation
from bot.features.overrides import blocks
from bot.features.overrides.jobs import Overridden, add_override, common_reasons
from bot.features.overrides.vocabulary import Vocabulary, read_vocabulary
from bot.slack.blocks import LONGEST_TEXT
from bot.slack.identity import account_of, user_of
from bot.slack.messages import Place
from bot.slack.mrkdwn import typed_text
from bot.slack.view_values import ViewValues, chosen_in, trigger_in
from bot.texts import texts
from bot.tools import known_tools
from bot.visibility import audiences_of

GLOBAL_SHORTCUT, MESSAGE_SHORTCUT = "override", "override_message"


def register(app: App, container: Container) -> None:
    """Connects the shortcuts, the buttons and the dialog.

    Raises:
        SettingsWrong: the file of override reasons cannot be used.
    """
    vocabulary = read_vocabulary(container.settings.override_reasons)

    def opened(ack: Ack, body: dict[str, Any]) -> None:
        container.slack.open_dialog(trigger_in(body), dialog(container))
        ack()

    def opened_on_message(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        message = body.get("message") or {}
        # The app's own messages may quote what is for few, and what is filled in is for reports.
        is_own = message.get("user") == context.bot_user_id
        text = "" if is_own else typed_text(str(message.get("text") or ""))
        view = dialog(container, recommended=text)
        container.slack.open_dialog(trigger_in(body), view)
        ack()

    def opened_under_answer(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        question, account = chosen_in(action).removeprefix(OVERRIDE), account_of(context)
        _open_about(container, question, account, trigger_in(body))
        ack()

    def chosen(action: dict[str, Any]) -> bool:
        return chosen_in(action).startswith(OVERRIDE)

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        given = override_from(values, vocabulary, account_of(context))
        if not isinstance(given, Overridden):
            ack(response_action="errors", errors=given)
            return
        container.jobs.enqueue(add_override, given, key=values.id)
        others = common_reasons(container, given.tool)
        ack(response_action="update", view=blocks.thanks(vocabulary, given.tool, others))

    app.shortcut(GLOBAL_SHORTCUT)(opened)
    app.action(OPEN_OVERRIDE)(opened)
    app.shortcut(MESSAGE_SHORTCUT)(opened_on_message)
    app.action(ANSWER_MENU, matchers=[chosen])(opened_under_answer)
    app.view(blocks.OVERRIDE_DIALOG)(submitted)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake override [tool]`: opens the dialog."""
    container.slack.open_dialog(invocation.trigger, dialog(container, tool=invocation.rest))
    return ""


def dialog(container: Container, tool: str = "", recommended: str = "", question: str = "") -> View:
    """The dialog, with what is known filled in."""
    vocabulary = read_vocabulary(container.settings.override_reasons)
    tools = known_tools(container.record, container.index)
    return blocks.override_dialog(vocabulary, tools, tool, recommended, question)


def _open_about(container: Container, question: str, account: str, trigger: str) -> None:
    """Opens the dialog about an answer; an empty one for somebody who may not see it."""
    found, reader = answered_question(container.jobs, question), user_of(account)
    answer, view = (found.answer if found is not None else None), dialog(container)
    if found is not None and answer is not None and _may_see(container, found, account):
        # What is filled in is sent, and stands in reports that more people read.
        text = answer.text if container.visibility.is_public(audiences_of(answer)) else ""
        view = dialog(container, answer.tool or "", text, question)
    container.slack.open_dialog(trigger, view, reader=reader)


def _may_see(container: Container, found: AnsweredQuestion, account: str) -> bool:
    visibility, place = container.visibility, Place(user_of(account))
    return found.is_visible_to(account, visibility) and visibility.may_be_shown(
        audiences_of(found.answer), place
    )


def override_from(
    values: ViewValues, vocabulary: Vocabulary, account: str
) -> Overridden | dict[str, str]:
    """What was filled in, or what is missing by the name of its input."""
    say, chosen = texts("overrides"), vocabulary.codes(values.chosen(blocks.REASON))
    tool = values.chosen(blocks.TOOL) or values.text(blocks.TOOL)
    other = tool == blocks.ANOTHER
    tool = values.text(blocks.OTHER_TOOL) if other else tool
    if chosen is None:
        return {blocks.REASON: say["choose"]}
    if not tool:
        return {blocks.OTHER_TOOL if other else blocks.TOOL: say["say_which"]}
    (reason, detail), ticked = chosen, values.ticked(blocks.OPTIONS)
    weight = values.chosen(blocks.WEIGHT)
    return Overridden(
        account=account,
        tool=tool[: blocks.LONGEST_TOOL],
        reason=reason,
        detail=detail,
        weight=Weight(weight) if weight in set(Weight) else Weight.MEDIUM,
        recommended=values.text(blocks.RECOMMENDED)[:LONGEST_TEXT] or None,
        did_instead=values.text(blocks.DID_INSTEAD)[:LONGEST_TEXT] or None,
        text=values.text(blocks.TEXT)[:LONGEST_TEXT] or None,
        named=blocks.NAMED in ticked,
        consent=blocks.CONSENT in ticked,
        for_owner=blocks.FOR_OWNER in ticked,
    )
