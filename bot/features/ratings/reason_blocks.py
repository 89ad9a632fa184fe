"""The dialog that asks why an answer did not help, and what can be done next."""

from __future__ import annotations

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.feedback.models import Reason
from bot.delivery.answer_actions import ask_button
from bot.delivery.help import Help
from bot.slack.blocks import actions, context, modal, notice, radio_input, section, text_input
from bot.slack.mrkdwn import escape
from bot.texts import texts

REASON_DIALOG = "reason"
REASON, COMMENT = "reason", "comment"
LONGEST_COMMENT = 2000


def reason_dialog(question_id: str) -> View:
    """The dialog for the answer to one question."""
    say = texts("ratings")
    inputs: list[Block] = [
        context(say["noted"]),
        radio_input(REASON, say["why"], {each.value: say[_name(each)] for each in Reason}),
        text_input(
            COMMENT,
            say["comment"],
            hint=say["comment_hint"],
            most=LONGEST_COMMENT,
            optional=True,
        ),
    ]
    return modal(
        REASON_DIALOG,
        say["reason_title"],
        inputs,
        submit=say["send"],
        close=say["not_now"],
        metadata=question_id,
    )


def reason_thanks(question_id: str, help: Help) -> View:
    """What is shown after a reason was sent: what happens to it, and a person to ask."""
    say = texts("ratings")
    view = notice(say["reason_sent"], say["reason_thanks"])
    if help.state:
        view.blocks.append(context(escape(help.state)))
    elif question_id:
        ask = ask_button(question_id, help, is_main=True)
        view.blocks += [section(say["next_step"]), actions(ask)]
    return view


def _name(reason: Reason) -> str:
    return f"reason_{reason.name.lower()}"
