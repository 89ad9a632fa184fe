"""Follow-ups in Slack: the question, the dialog, and what champions see of their team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.follow_ups.counts import Upcoming
from adoption.follow_ups.follow_ups import FollowUp
from adoption.follow_ups.models import Feeling, Obstacle
from adoption.follow_ups.occasions import TOOLS
from bot.slack.blocks import (
    actions,
    button,
    context,
    header,
    line,
    modal,
    notice,
    option,
    radio_input,
    section,
    select_input,
    text_input,
)
from bot.slack.identity import mention
from bot.slack.messages import Message
from bot.slack.view_values import ViewValues
from bot.texts import texts

DIALOG = "follow_up"
# One button a feeling; its value is the follow-up's id.
PRESSED = {each: f"follow_up_{each.value}" for each in Feeling}
OBSTACLE, POINT, PRACTICE, SHARE_AS = "obstacle", "point", "practice", "share_as"
STORY, FAQ = "story", "faq"
LONGEST_POINT, LONGEST_PRACTICE = 1500, 1500
_MOST_NAMED = 20


@dataclass(frozen=True)
class FollowUpAnswer:
    """What somebody filled in.

    Attributes:
        share_as: what becomes of the practice: a story or a FAQ entry.
    """

    how: Feeling
    obstacle: Obstacle
    point: str = ""
    practice: str = ""
    share_as: str = STORY


def question(follow_up: FollowUp) -> Message:
    """Asks somebody how it goes."""
    say = texts("follow_ups")
    return Message.of(say["asked_plain"], *_question(follow_up), context(say["two_presses"]))


def refused_message(accounts: Sequence[str]) -> Message:
    """Says to admins whom Slack did not let follow-ups be sent to."""
    say = texts("follow_ups")
    named = ", ".join(mention(each) for each in accounts[:_MOST_NAMED])
    left = len(accounts) - _MOST_NAMED
    if left > 0:
        named = say["refused_more"].format(people=named, count=left)
    return line(say["refused"].format(people=named))


def home_question(follow_up: FollowUp) -> list[Block]:
    """The same in Home."""
    return [header(texts("follow_ups")["home_title"]), *_question(follow_up)]


def done(follow_up: FollowUp) -> Message:
    """The question after it was answered."""
    say = texts("follow_ups")
    return Message.of(say["thanks"], section(asked(follow_up)), context(say["thanks"]))


def dialog(id: str, how: Feeling, place: str) -> View:
    """What is in the way, and what is worth sharing; sent as it is, it says that nothing is.

    Args:
        place: channel and ts of the message that was pressed; empty for Home.
    """
    say = texts("follow_ups")
    obstacles = [option(say[f"obstacle_{each.value}"], each.value) for each in Obstacle]
    usual = Obstacle.NOTHING.value if how is Feeling.WELL else ""
    blocks: list[Block] = [
        select_input(OBSTACLE, say["obstacle"], obstacles, usual),
        text_input(POINT, say["point"], optional=True, most=LONGEST_POINT, hint=say["point_hint"]),
        text_input(
            PRACTICE,
            say["practice"],
            optional=True,
            most=LONGEST_PRACTICE,
            hint=say["practice_hint"],
        ),
        radio_input(SHARE_AS, say["share_as"], {STORY: say["as_story"], FAQ: say["as_faq"]}, STORY),
    ]
    metadata = "\n".join([id, how.value, place])
    return modal(
        DIALOG, say["title"], blocks, submit=say["send"], close=say["close"], metadata=metadata
    )


def answer_in(values: ViewValues, how: str) -> FollowUpAnswer | None:
    """What was filled in; None where a choice is missing or forged."""
    try:
        feeling, obstacle = Feeling(how), Obstacle(values.chosen(OBSTACLE))
    except ValueError:
        return None
    return FollowUpAnswer(
        feeling,
        obstacle,
        values.text(POINT)[:LONGEST_POINT],
        values.text(PRACTICE)[:LONGEST_PRACTICE],
        FAQ if values.chosen(SHARE_AS) == FAQ else STORY,
    )


def closed_dialog(is_answered: bool) -> View:
    """Says why a follow-up takes no answer."""
    say = texts("follow_ups")
    return notice(say["title"], say["answered" if is_answered else "over"])


def thanks_dialog(answer: FollowUpAnswer) -> View:
    """Thanks somebody, and says what becomes of what they wrote."""
    say = texts("follow_ups")
    lines = [say["thanks"]]
    if answer.point:
        lines.append(say["thanks_point"])
    if answer.practice:
        lines.append(say[f"thanks_{answer.share_as}"])
    return notice(say["title"], *lines)


def team(found: Sequence[Upcoming]) -> list[Block]:
    """What a champion sees: how many are due when, and a message to copy; or nothing."""
    if not found:
        return []
    say = texts("follow_ups")
    return [
        header(say["team_title"]),
        section("\n".join(map(_line, found))),
        section(f"{say['team_note']}\n```{say['team_message']}```"),
    ]


def _question(follow_up: FollowUp) -> list[Block]:
    say = texts("follow_ups")
    buttons = [button(say[each.value], PRESSED[each], follow_up.id) for each in Feeling]
    return [section(asked(follow_up)), actions(*buttons)]


def asked(follow_up: FollowUp) -> str:
    """The question that a follow-up puts, in words."""
    say, kind = texts("follow_ups"), _kind(follow_up.occasion)
    return say[f"asked_{kind}"].format(weeks="Two" if follow_up.weeks == 2 else "Six")


def _line(each: Upcoming) -> str:
    say = texts("follow_ups")
    return say["team_line"].format(
        day=f"{each.due_on:%A} {each.due_on.day} {each.due_on:%B}",
        people=each.people,
        weeks=each.weeks,
        occasion=say[f"occasion_{_kind(each.occasion)}"],
    )


def _kind(occasion: str) -> str:
    return "tools" if occasion == TOOLS else "training"
