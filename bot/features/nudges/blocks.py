"""What admins see of nudges: the choice of a tool, the preview, and how campaigns go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from adoption.nudges.effect import Effect
from adoption.nudges.preview import Preview, Shares, Standing, people_in
from adoption.privacy.groups import OTHERS
from adoption.reports.programme.nudges import effect_in_words
from adoption.reports.rich_text import joined
from bot.features.nudges.message import Nudge, nudge_text
from bot.slack.blocks import (
    actions,
    button,
    confirmation,
    context,
    divider,
    header,
    modal,
    notice,
    option,
    section,
    select_input,
)
from bot.slack.mrkdwn import plain
from bot.texts import texts

CHOOSE_DIALOG, PREVIEW_DIALOG = "nudges_choose", "nudges_preview"
PLAN, STOP = "nudges_plan", "nudges_stop"
TOOL = "tool"
_MOST_TEAMS, _MOST_TOOLS, _MOST_CAMPAIGNS = 8, 100, 4
_LONGEST_VALUE = 150


@dataclass(frozen=True)
class Course:
    """A campaign, how far it is, and what it did."""

    effect: Effect
    standing: Standing
    approved_on: str


def choose_dialog(tools: Sequence[str], courses: Sequence[Course]) -> View:
    """The dialog in which an admin chooses a tool and sees how earlier campaigns went."""
    say = texts("nudges")
    options = [option(tool, tool) for tool in tools if len(tool) <= _LONGEST_VALUE]
    if not options:
        return notice(say["choose_title"], say["about"], say["no_tools"])
    only = options[0].value if len(options) == 1 else ""
    blocks: list[Block] = [
        section(say["about"]),
        select_input(
            TOOL, say["tool"], options[:_MOST_TOOLS], str(only), placeholder=say["choose"]
        ),
        *([divider()] if courses else []),
        *_campaigns(courses, with_stop=False),
    ]
    return modal(
        CHOOSE_DIALOG, say["choose_title"], blocks, submit=say["preview"], close=say["close"]
    )


def preview_dialog(preview: Preview, holdout: float, hours: str, example: Nudge) -> View:
    """Whom a message would reach, what it says, and who is left out, before it is approved."""
    say, tool = texts("nudges"), plain(preview.tool, 150)
    if not preview.is_enough:
        few = say["too_few"].format(tool=tool)
        return notice(say["preview_title"], few, say["too_few_why"])
    shown = people_in(preview.picked)
    picked = say["picked" if holdout else "picked_all"].format(
        people=shown, share=preview.picked, tool=tool, held_out=_fives(shown * holdout)
    )
    blocks: list[Block] = [
        header(say["who"]),
        section(picked),
        *_teams(preview.teams),
        *_left_out(preview.excluded),
        header(say["says"]),
        context(say["example"]),
        *nudge_text(example),
        divider(),
        context(say["rules"].format(hours=plain(hours, 60))),
    ]
    return modal(
        PREVIEW_DIALOG,
        say["preview_title"],
        blocks,
        submit=say["approve"],
        close=say["back"],
        metadata=preview.tool,
    )


def approved_notice(tool: str) -> View:
    """What is shown once a message is approved; closing it ends the planning."""
    say = texts("nudges")
    shown = notice(say["approved_title"], say["approved"].format(tool=plain(tool, 150)))
    shown.clear_on_close = True
    return shown


def home_part(courses: Sequence[Course]) -> list[Block]:
    """Campaigns in an admin's Home, with a button to plan one."""
    say = texts("nudges")
    shown = _campaigns(courses, with_stop=True) or [section(say["none_yet"])]
    return [header(say["title"]), *shown, actions(button(say["plan"], PLAN), block_id="nudges")]


def reasons_in_words(reasons: Shares) -> str:
    """Reasons with about how many people each is behind."""
    say = texts("nudges")
    return joined(
        [
            say["reason"].format(why=say[why], people=people_in(share))
            for why, share in reasons.items()
        ]
    )


def _campaigns(courses: Sequence[Course], with_stop: bool) -> list[Block]:
    return [_campaign(each, with_stop) for each in courses[:_MOST_CAMPAIGNS]]


def _campaign(course: Course, with_stop: bool) -> Block:
    say, campaign = texts("nudges"), course.effect.campaign
    title = say["campaign"].format(tool=plain(campaign.tool, 150), day=course.approved_on)
    can_stop = with_stop and course.standing.waits and campaign.stopped_at is None
    return section("\n".join([title, *_standing(course)]), _stop(campaign.id) if can_stop else None)


def _standing(course: Course) -> list[str]:
    say, standing, effect = texts("nudges"), course.standing, course.effect
    if standing.waits:
        return [say["sending"]]
    lines = [say["is_stopped"]] if effect.campaign.stopped_at is not None else []
    if standing.sent.value is not None:
        lines.append(say["sent"].format(people=people_in(standing.sent)))
    if standing.skipped:
        lines.append(say["not_sent"].format(reasons=reasons_in_words(standing.skipped)))
    if effect.will_try.value is not None:
        lines.append(say["pressed"].format(share=str(effect.will_try).capitalize()))
    words = effect_in_words(effect)
    return [*lines, words[:1].upper() + words[1:]]


def _stop(campaign: str) -> ButtonElement:
    say = texts("nudges")
    sure = confirmation(
        say["stop_title"], say["stop_text"], say["stop_yes"], say["stop_no"], "danger"
    )
    return button(say["stop"], STOP, campaign, "danger", confirm=sure)


def _teams(teams: Shares) -> list[Block]:
    say = texts("nudges")
    named = [
        say["group"].format(name=say[OTHERS] if name == OTHERS else plain(name, 80), share=share)
        for name, share in list(teams.items())[:_MOST_TEAMS]
    ]
    return [section(say["teams"].format(teams=joined(named)))] if named else []


def _left_out(excluded: Shares) -> list[Block]:
    if not excluded:
        return []
    return [section(texts("nudges")["left_out"].format(reasons=reasons_in_words(excluded)))]


def _fives(people: float) -> int:
    return max(5, round(people / 5) * 5)
