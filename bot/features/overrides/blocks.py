"""The dialog in which somebody says what they did instead, and the thanks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    OptionGroup,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from adoption.feedback.models import Weight
from bot.features.overrides.vocabulary import Vocabulary, value_of
from bot.slack.blocks.pieces import (
    LONGEST_WORDS,
    menu_input,
    notice,
    option,
    radio_input,
    small,
    ticks_input,
    words_input,
)
from bot.slack.mrkdwn import cut, plain
from bot.texts import texts

OVERRIDE_DIALOG = "override"
TOOL, OTHER_TOOL, RECOMMENDED, DID, REASON = "tool", "other_tool", "recommended", "did", "reason"
WEIGHT, TEXT, OPTIONS, NAMED, CONSENT = "weight", "text", "options", "named", "consent"
ANOTHER = "another"
LONGEST_TOOL = 150
_MOST_TOOLS = 99


def override_dialog(
    vocabulary: Vocabulary,
    tools: Sequence[str],
    tool: str = "",
    recommended: str = "",
    question: str = "",
) -> dict[str, Any]:
    """The dialog, on one screen.

    Args:
        tools: those one can choose from; with none, the name is written.
        tool, recommended: what is filled in already.
        question: id of the question whose answer was not followed.
    """
    say = texts("overrides")
    blocks: list[Block] = [
        small(say["intro"]),
        *_tool_inputs(tools, tool),
        words_input(RECOMMENDED, say["recommended"], initial=recommended, most=LONGEST_WORDS),
        words_input(DID, say["did_instead"]),
        _reasons(vocabulary),
        radio_input(
            WEIGHT,
            say["weight"],
            {each.value: say[f"weight_{each.value}"] for each in Weight},
            Weight.MEDIUM,
        ),
        words_input(TEXT, say["text"]),
        ticks_input(OPTIONS, say["options"], {NAMED: say["named"], CONSENT: say["consent"]}),
    ]
    return View(
        type="modal",
        callback_id=OVERRIDE_DIALOG,
        private_metadata=question,
        title=say["title"],
        submit=say["submit"],
        close=say["close"],
        blocks=blocks,
    ).to_dict()


def thanks(vocabulary: Vocabulary, tool: str, others: Sequence[str]) -> dict[str, Any]:
    """What is shown after it was sent.

    Args:
        others: the reasons that others gave most often, as the record names them.
    """
    say = texts("overrides")
    paragraphs = [say["thanks"], say["next"]]
    if others:
        lines = "\n".join(f"• {plain(vocabulary.words_for(each), 200)}" for each in others)
        paragraphs.append(f"{say['others'].format(tool=plain(tool, 200))}\n{lines}")
    return notice(say["thanks_title"], *paragraphs)


def _tool_inputs(tools: Sequence[str], tool: str) -> list[Block]:
    say = texts("overrides")
    if not tools:
        return [
            words_input(
                TOOL, say["tool"], optional=False, multiline=False, initial=tool, most=LONGEST_TOOL
            )
        ]
    options = [option(each, each) for each in tools[:_MOST_TOOLS]]
    options.append(option(say["another"], ANOTHER))
    return [
        menu_input(TOOL, say["tool"], options, tool),
        words_input(OTHER_TOOL, say["another"], multiline=False, most=LONGEST_TOOL),
    ]


def _reasons(vocabulary: Vocabulary) -> InputBlock:
    say = texts("overrides")
    groups = [
        OptionGroup(
            label=PlainTextObject(text=cut(level.label, 75), emoji=False),
            options=[
                option(label, value_of(level.reason, code)) for code, label in level.details.items()
            ],
        )
        for level in vocabulary.levels
    ]
    element = StaticSelectElement(
        action_id=REASON, placeholder=say["reason_hint"], option_groups=groups
    )
    return InputBlock(block_id=REASON, label=say["reason"], element=element)
