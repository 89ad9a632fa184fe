"""The message: something to try, the champion, the next session; and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement

from bot.slack.blocks import actions, button, context, section
from bot.slack.identity import mention
from bot.slack.messages import PUBLIC, Message
from bot.slack.mrkdwn import markdown, plain
from bot.texts import texts

WILL_TRY, NO_MORE, AGAIN = "nudge_will_try", "nudge_no_more", "nudge_again"
OPEN_GUIDE = "nudge_open_guide"
# Names the buttons, which are taken away once one is pressed.
BUTTONS = "nudge"
_LONGEST_TIP = 600


@dataclass(frozen=True)
class Tip:
    """Something to try, from a guide that everyone may read.

    Attributes:
        link: the guide's address; empty where it has none.
        audiences: of the guide, also should it be restricted before this is sent.
    """

    title: str
    text: str
    link: str = ""
    audiences: frozenset[str] = PUBLIC


@dataclass(frozen=True)
class NextSession:
    """A training session by the clocks of whoever reads it."""

    title: str
    starts_at: datetime


@dataclass(frozen=True)
class Nudge:
    """What one person gets.

    Attributes:
        campaign: its id; empty in a preview.
        champion: an account; empty where the team has none.
    """

    campaign: str
    tool: str
    tip: Tip | None = None
    champion: str = ""
    session: NextSession | None = None


def nudge_message(nudge: Nudge) -> Message:
    """The message; without a tip where its guide was restricted meanwhile."""
    say, tool = texts("nudges"), plain(nudge.tool, 150)
    title = say["message_title"].format(tool=tool)
    shown = [*nudge_text(nudge), _buttons(nudge), context(_why(nudge))]
    audiences = nudge.tip.audiences if nudge.tip is not None else PUBLIC
    made = Message.of(title, *shown, audiences=audiences)
    return replace(made, instead=say["ask_me"].format(tool=tool))


def nudge_text(nudge: Nudge) -> list[Block]:
    """What the message says, without its buttons."""
    say = texts("nudges")
    tool = plain(nudge.tool, 150)
    lines = [say["champion"].format(champion=mention(nudge.champion))] if nudge.champion else []
    if nudge.session is not None:
        title, day = plain(nudge.session.title, 150), day_and_time(nudge.session.starts_at)
        lines.append(say["session"].format(title=title, day=day))
    tip = say["ask_me"].format(tool=tool)
    if nudge.tip is not None:
        text = markdown(nudge.tip.text, _LONGEST_TIP)
        tip = say["tip"].format(title=plain(nudge.tip.title, 200), text=text)
    return [
        section(say["message_title"].format(tool=tool)),
        section(tip),
        *([section("\n".join(lines))] if lines else []),
    ]


def day(at: datetime) -> str:
    """A day as people read it: `Tuesday 1 December`."""
    return f"{at:%A} {at.day} {at:%B}"


def day_and_time(at: datetime) -> str:
    """A moment as people read it: `Tuesday 1 December, 10:00`."""
    return f"{day(at)}, {at:%H:%M}"


def ending(said: str, campaign: str, may_undo: bool = False) -> list[Block]:
    """What stands where the buttons were."""
    again = actions(button(texts("nudges")["again"], AGAIN, campaign), block_id=BUTTONS)
    return [context(said), *([again] if may_undo else [])]


def _why(nudge: Nudge) -> str:
    return texts("nudges")["why"].format(tool=plain(nudge.tool, 150))


def _buttons(nudge: Nudge) -> Block:
    say, tip = texts("nudges"), nudge.tip
    link = tip.link if tip is not None and tip.link.startswith(("https://", "http://")) else ""
    guide: list[ButtonElement] = []
    if link:
        guide.append(button(say["open_guide"], OPEN_GUIDE, url=link))
    return actions(
        button(say["will_try"], WILL_TRY, nudge.campaign),
        *guide,
        button(say["no_more"], NO_MORE, nudge.campaign),
        block_id=BUTTONS,
    )
