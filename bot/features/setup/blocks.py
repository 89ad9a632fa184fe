"""The steps that are left in Home, and the dialogs that say how to do them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, ConversationFilter
from slack_sdk.models.blocks.block_elements import ConversationSelectElement
from slack_sdk.models.views import View

from bot import action_ids
from bot.features.setup.steps import CHANNELS, Step, StepState
from bot.slack.blocks import button, context, header, modal, plain_text, section
from bot.texts import texts

# Opens the dialog that says how to do a step; the step follows.
HOW, CHOSEN = "setup:", "setup_channel:"
# The steps that have a dialog of their own, in other features.
_DIALOGS: Mapping[Step, str] = {
    Step.ROSTER: action_ids.OPEN_ROSTER,
    Step.TARGETS: action_ids.OPEN_TARGETS,
    Step.CHAMPIONS: action_ids.OPEN_ROLES,
}


def setup_blocks(steps: Sequence[StepState]) -> list[Block]:
    """The steps that are left, each with a button that opens its dialog."""
    say, left = texts("setup"), [each.step for each in steps if not each.is_done]
    if not left:
        return []
    done = say["done"].format(done=len(steps) - len(left), steps=len(steps))
    return [header(say["title"]), context(done), *map(_left, left)]


def name_of(step: Step) -> str:
    """What a step sets up."""
    return texts("setup")[step]


def instruction_dialog(step: Step, channel: str = "") -> View:
    """How to do a step that needs a terminal or a setting, with the line to copy.

    Args:
        channel: the channel that was chosen; empty for none yet.
    """
    say = texts("setup")
    blocks: list[Block] = [section(say[f"{step}_text"])]
    if step in CHANNELS:
        blocks.append(_channel_choice(step, channel))
    if step not in CHANNELS or channel:
        line = say[f"{step}_line"].format(channel=channel)
        blocks += [section(f"```{line}```"), section(say[f"{step}_then"])]
    return modal("", say["how_title"], blocks, close=say["close"])


def _left(step: Step) -> Block:
    say = texts("setup")
    action = _DIALOGS.get(step, f"{HOW}{step}")
    text = f"☐ *{say[step]}*\n{say[f'{step}_why']}"
    shown = section(text, button(say[f"{step}_button"], action))
    shown.block_id = f"setup:{step}"
    return shown


def _channel_choice(step: Step, channel: str) -> Block:
    choice = ConversationSelectElement(
        action_id=f"{CHOSEN}{step}",
        placeholder=plain_text(texts("setup")["choose"]),
        initial_conversation=channel or None,
        filter=ConversationFilter(include=["public", "private"]),
    )
    return ActionsBlock(elements=[choice])
