"""The dialog in which somebody says what they did instead, and the thanks."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, InputBlock, OptionGroup, StaticSelectElement
from slack_sdk.models.views import View

from adoption.feedback.models import Weight
from bot.features.overrides.vocabulary import Vocabulary, value_of
from bot.slack.blocks import (
    checkboxes_input,
    context,
    modal,
    notice,
    option,
    plain_text,
    radio_input,
    select_input,
    text_input,
)
from bot.slack.mrkdwn import plain
from bot.texts import texts

OVERRIDE_DIALOG = "override"
TOOL, OTHER_TOOL, RECOMMENDED, DID_INSTEAD = "tool", "other_tool", "recommended", "did_instead"
REASON, WEIGHT, TEXT, OPTIONS = "reason", "weight", "text", "options"
NAMED, CONSENT, FOR_OWNER = "named", "consent", "for_owner"
ANOTHER = "another"
LONGEST_TOOL = 150
_MOST_TOOLS = 99


def override_dialog(
    vocabulary: Vocabulary,
    tools: Sequence[str],
    tool: str = "",
    recommended: str = "",
    question: str = "",
) -> View:
    """The dialog, on one screen.

    Args:
        tools: those to choose from; with none, the name is written.
        tool, recommended: what is filled in already.
        question: id of the question whose answer was overridden.
    """
    say = texts("overrides")
    weights = {each.value: say[f"weight_{each.value}"] for each in Weight}
    inputs: list[Block] = [
        context(say["intro"]),
        *_tool_inputs(tools, tool),
        text_input(RECOMMENDED, say["recommended"], optional=True, initial=recommended),
        text_input(DID_INSTEAD, say["did_instead"], optional=True),
        _reasons(vocabulary),
        radio_input(WEIGHT, say["weight"], weights, Weight.MEDIUM),
        text_input(TEXT, say["text"], optional=True),
        checkboxes_input(
            OPTIONS, say["options"], {each: say[each] for each in (NAMED, CONSENT, FOR_OWNER)}
        ),
    ]
    return modal(OVERRIDE_DIALOG, say["title"], inputs, submit=say["submit"], metadata=question)


def thanks(vocabulary: Vocabulary, tool: str, others: Sequence[str]) -> View:
    """What is shown after it was sent.

    Args:
        others: the reasons that others gave most often, as the record names them.
    """
    say = texts("overrides")
    paragraphs = [say["thanks"], say["next"]]
    if others:
        lines = "\n".join(f"• {plain(vocabulary.label_of(each), 200)}" for each in others)
        paragraphs.append(f"{say['others'].format(tool=plain(tool, 200))}\n{lines}")
    return notice(say["thanks_title"], *paragraphs)


def _tool_inputs(tools: Sequence[str], tool: str) -> list[Block]:
    say = texts("overrides")
    if not tools:
        return [text_input(TOOL, say["tool"], multiline=False, initial=tool, most=LONGEST_TOOL)]
    options = [option(each, each) for each in tools[:_MOST_TOOLS]]
    another = text_input(
        OTHER_TOOL, say["another"], optional=True, multiline=False, most=LONGEST_TOOL
    )
    return [
        select_input(TOOL, say["tool"], [*options, option(say["another"], ANOTHER)], tool),
        another,
    ]


def _reasons(vocabulary: Vocabulary) -> InputBlock:
    say = texts("overrides")
    groups = [
        OptionGroup(
            label=plain_text(level.label),
            options=[
                option(label, value_of(level.reason, code)) for code, label in level.details.items()
            ],
        )
        for level in vocabulary.levels
    ]
    hint = plain_text(say["reason_hint"], 150)
    element = StaticSelectElement(action_id=REASON, placeholder=hint, option_groups=groups)
    return InputBlock(block_id=REASON, label=plain_text(say["reason"]), element=element)
