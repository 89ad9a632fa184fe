"""The dialog of targets: those that are set, and a form for another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block, InputBlock, Option, OptionGroup, StaticSelectElement
from slack_sdk.models.views import View

from adoption.reports.rich_text import day_in_words
from adoption.reports.targets import MEASURES, Aim, Dimension
from bot.slack.blocks import (
    button,
    date_input,
    header,
    modal,
    option,
    plain_text,
    section,
    select_input,
    text_input,
)
from bot.slack.mrkdwn import plain
from bot.texts import texts

TARGETS_DIALOG, REMOVE = "targets", "target_remove"
MEASURE, WHOM, VALUE, BY = "measure", "whom", "value", "by"
EVERYBODY = f"{Dimension.ALL}:all"
_MOST_LISTED, _MOST_OPTIONS, _LONGEST_VALUE = 40, 30, 150
_GROUPS = {Dimension.TEAM: "teams", Dimension.WAVE: "waves", Dimension.TOOL: "tools"}


def targets_dialog(aims: Sequence[Aim], groups: Mapping[Dimension, Sequence[str]]) -> View:
    """Lists the targets, each with a button that removes it, above a form for another one.

    Args:
        groups: the names of the teams, waves and tools that there are.
    """
    say = texts("targets")
    listed: list[Block] = [_listed(each, n) for n, each in enumerate(aims[:_MOST_LISTED])]
    measures = [option(_capital(label), name) for name, label in MEASURES.items()]
    blocks: list[Block] = [
        *(listed or [section(say["none"])]),
        header(say["new"]),
        select_input(MEASURE, say["measure"], measures, placeholder=say["measure_hint"]),
        _whom(groups),
        text_input(VALUE, say["value"], multiline=False, most=10, hint=say["value_hint"]),
        date_input(BY, say["by"], optional=True),
    ]
    return modal(TARGETS_DIALOG, say["title"], blocks, submit=say["save"], close=say["close"])


def value_of(aim: Aim) -> str:
    """What names a target in a button."""
    return f"{aim.measure}:{aim.dimension}:{aim.name}"


def aim_in(value: str) -> tuple[str, Dimension, str] | None:
    """Measure and group of the target in a value; None where it names no kind of group."""
    measure, _, rest = value.partition(":")
    group = group_in(rest)
    return (measure, *group) if group else None


def group_in(value: str) -> tuple[Dimension, str] | None:
    """Kind and name of a group in a value; None for a kind that there is not."""
    dimension, _, name = value.partition(":")
    return (Dimension(dimension), name) if dimension in set(Dimension) else None


def _listed(aim: Aim, position: int) -> Block:
    say = texts("targets")
    text = say["set_by" if aim.by else "set"].format(
        measure=_capital(MEASURES[aim.measure]),
        whom=plain(aim.whose, 300),
        value=f"{aim.value * 100:g}",
        day=day_in_words(aim.by) if aim.by else "",
    )
    shown = section(text, button(say["remove"], REMOVE, value_of(aim)))
    shown.block_id = f"target:{position}"
    return shown


def _whom(groups: Mapping[Dimension, Sequence[str]]) -> InputBlock:
    say = texts("targets")
    everybody = option(say["everybody"], EVERYBODY)
    offered = [OptionGroup(label=plain_text(say["everybody"]), options=[everybody])]
    for dimension, title in _GROUPS.items():
        if options := _options(dimension, groups.get(dimension, ())):
            offered.append(OptionGroup(label=plain_text(say[title]), options=options))
    element = StaticSelectElement(action_id=WHOM, option_groups=offered, initial_option=everybody)
    return InputBlock(block_id=WHOM, label=plain_text(say["whom"], 200), element=element)


def _options(dimension: Dimension, names: Sequence[str]) -> list[Option]:
    values = [(name, f"{dimension}:{name}") for name in names]
    fitting = [each for each in values if len(each[1]) <= _LONGEST_VALUE]
    return [option(name, value) for name, value in fitting[:_MOST_OPTIONS]]


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]
