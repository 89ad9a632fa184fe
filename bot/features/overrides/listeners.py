"""“I did it differently”: by command, by shortcut, on a message, under an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from adoption.feedback.models import Weight
from bot.answering.answered import case_of
from bot.answering.blocks import OVERRIDE_ANSWER
from bot.features.desk import Desk
from bot.features.home import blocks as home
from bot.features.overrides import blocks as dialog
from bot.features.overrides.blocks import OVERRIDE_DIALOG, override_dialog, thanks
from bot.features.overrides.jobs import Told
from bot.slack.accounts import account_of
from bot.slack.blocks.pieces import LONGEST_WORDS, Values
from bot.slack.dialogs import opened
from bot.slack.mrkdwn import typed_text
from bot.texts import texts

GLOBAL_SHORTCUT, MESSAGE_SHORTCUT = "override", "override_message"


def register(app: App, desk: Desk) -> None:
    """Takes overrides on."""

    def anywhere(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        opened(client, body["trigger_id"], override_dialog(desk.vocabulary, desk.tools()))
        ack()

    def on_message(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        said = typed_text(str((body.get("message") or {}).get("text") or ""))
        view = override_dialog(desk.vocabulary, desk.tools(), recommended=said)
        opened(client, body["trigger_id"], view)
        ack()

    def under_answer(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient
    ) -> None:
        question = str(action.get("value") or "")
        case = case_of(question)
        answer = case.answer if case is not None else None
        view = override_dialog(
            desk.vocabulary,
            desk.tools(),
            tool=(answer.tool or "") if answer else "",
            recommended=answer.text if answer else "",
            question=question,
        )
        opened(client, body["trigger_id"], view)
        ack()

    def sent(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        told = told_in(view, desk)
        if isinstance(told, Told):
            desk.overrides.take(view["id"], account_of(context), told)
            others = desk.overrides.others_say(told.tool)
            ack(response_action="update", view=thanks(desk.vocabulary, told.tool, others))
        else:
            ack(response_action="errors", errors=dict(told))

    app.shortcut(GLOBAL_SHORTCUT)(anywhere)
    app.shortcut(MESSAGE_SHORTCUT)(on_message)
    app.action(OVERRIDE_ANSWER)(under_answer)
    app.action(home.OVERRIDE)(anywhere)
    app.view(OVERRIDE_DIALOG)(sent)


def told_in(view: Mapping[str, Any], desk: Desk) -> Told | dict[str, str]:
    """What was filled in, or what is missing by the name of its field."""
    say, values = texts("overrides"), Values(view)
    parted = desk.vocabulary.parted(values.chosen(dialog.REASON))
    if parted is None:
        return {dialog.REASON: say["choose"]}
    tool = values.chosen(dialog.TOOL) or values.words(dialog.TOOL)
    if tool == dialog.ANOTHER:
        tool = values.words(dialog.OTHER_TOOL)
        if not tool:
            return {dialog.OTHER_TOOL: say["say_which"]}
    if not tool:
        return {dialog.TOOL: say["say_which"]}
    weight = values.chosen(dialog.WEIGHT)
    ticked = values.ticked(dialog.OPTIONS)
    reason, detail = parted
    return Told(
        tool=tool[: dialog.LONGEST_TOOL],
        reason=reason.value,
        detail=detail,
        weight=weight if weight in set(Weight) else Weight.MEDIUM.value,
        recommended=values.words(dialog.RECOMMENDED)[:LONGEST_WORDS] or None,
        did_instead=values.words(dialog.DID)[:LONGEST_WORDS] or None,
        text=values.words(dialog.TEXT)[:LONGEST_WORDS] or None,
        named=dialog.NAMED in ticked,
        consent=dialog.CONSENT in ticked,
    )
