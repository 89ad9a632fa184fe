"""Guides that an admin should look at: their lines in Home, the dialog, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.models.blocks import Block as SlackBlock
from slack_sdk.models.blocks import InputBlock, UserSelectElement
from slack_sdk.models.views import View

from adoption.guides.models import GuideDecision
from adoption.guides.statistics import Complaint
from bot.answering.blocks import address
from bot.slack.blocks import pieces
from bot.slack.blocks.parts import Block, button, context, header, named, section
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain
from bot.texts import texts

GUIDE_DIALOG = "guide"
LOOK, BRING_BACK = "guide_look", "guide_back"
RULING, PERSON, NOTE = "guide_ruling", "guide_person", "guide_note"
LONGEST_NOTE = 1000
# The third way in the dialog, which changes nothing about the guide.
ASKED = "asked"
_LISTED = 4
_CHOICES = {
    GuideDecision.STILL_ACCURATE.value: "holds",
    ASKED: "asked",
    GuideDecision.EXCLUDED.value: "out",
}
_DONE = {
    GuideDecision.STILL_ACCURATE: "done_holds",
    GuideDecision.EXCLUDED: "done_out",
    GuideDecision.INCLUDED: "done_back",
}


@dataclass(frozen=True)
class GuideLine:
    """A guide in a list of Home.

    Attributes:
        says: why it stands there, in safe words.
    """

    id: str
    title: str
    says: str
    owner: str = ""


@dataclass(frozen=True)
class GuideFacts:
    """What an admin is told of one guide.

    Attributes:
        review: when it was reviewed, in words.
        where: the file or address it comes from.
        link: where it can be opened; empty for nowhere.
        count, up, down: answers that cited it, and the thumbs under them, in `days`.
    """

    id: str
    title: str
    kind: str
    owner: str
    review: str
    where: str
    link: str
    days: int
    count: int = 0
    up: int = 0
    down: int = 0
    complaints: Sequence[Complaint] = field(default_factory=tuple)


def guide_list(title: str, lines: Sequence[GuideLine], action: str = LOOK) -> list[Block]:
    """A list of guides, each with its button; empty for none."""
    if not lines:
        return []
    say = texts("guides")
    made = [header(say[title])]
    label = say["look"] if action == LOOK else say["bring_back"]
    for each in lines[:_LISTED]:
        owner = say["kept_by"].format(owner=plain(each.owner, 100)) if each.owner else ""
        told = ", ".join(part for part in (each.says, owner) if part)
        line = section(f"*{plain(each.title, 300)}*\n_{told}_", button(label, action, each.id))
        # Named, so that a press counts while Home is drawn anew.
        made.append(line | {"block_id": f"{title}:{each.id}"})
    if len(lines) > _LISTED:
        made.append(context(say["more"].format(count=len(lines) - _LISTED)))
    return made


def guide_dialog(facts: GuideFacts) -> dict[str, Any]:
    """All that is known of a guide, and what can be done about it."""
    say = texts("guides")
    owner = say["kept_by"].format(owner=plain(facts.owner, 200)) if facts.owner else ""
    about = [plain(facts.kind, 100), owner, plain(facts.review, 100), plain(facts.where, 500)]
    used = say["used"].format(count=facts.count, days=facts.days, up=facts.up, down=facts.down)
    title = f"*{plain(facts.title, 300)}*"
    if facts.link.startswith(("https://", "http://")):
        title = f"{title}  <{address(facts.link)}|{say['open']}>"
    blocks: list[SlackBlock] = [
        pieces.section(title),
        pieces.small(" · ".join(part for part in about if part)),
        pieces.section(used),
    ]
    if facts.complaints:
        blocks.append(pieces.section(say["said"]))
        blocks += [pieces.small(_complaint(each)) for each in facts.complaints]
    blocks.append(
        pieces.radio_input(RULING, say["ruling"], {v: say[name] for v, name in _CHOICES.items()})
    )
    blocks.append(
        InputBlock(
            block_id=PERSON,
            label=say["person"],
            hint=say["person_hint"],
            optional=True,
            element=UserSelectElement(action_id=PERSON),
        )
    )
    blocks.append(pieces.words_input(NOTE, say["note"], most=LONGEST_NOTE))
    return View(
        type="modal",
        callback_id=GUIDE_DIALOG,
        title=say["title"],
        submit=say["submit"],
        close=say["close"],
        blocks=blocks,
        private_metadata=facts.id,
    ).to_dict()


def chosen(view: Mapping[str, Any]) -> tuple[str, str, str]:
    """What was decided in the dialog, who should look, and the word to them."""
    values = pieces.Values(view)
    ruling = values.chosen(RULING)
    return (
        ruling if ruling in _CHOICES else "",
        values.user(PERSON),
        values.words(NOTE)[:LONGEST_NOTE],
    )


def done_words(ruling: GuideDecision, title: str) -> str:
    """What an admin is told once it is done."""
    return texts("guides")[_DONE[ruling]].format(title=plain(title, 300))


def please_message(facts: GuideFacts, admin: str, note: str) -> Message:
    """Asks somebody to look at a guide, in an admin's name."""
    say = texts("guides")
    who, title = named(admin), plain(facts.title, 300)
    used = say["used"].format(count=facts.count, days=facts.days, up=facts.up, down=facts.down)
    shown = title
    if facts.link.startswith(("https://", "http://")):
        shown = f"<{address(facts.link)}|{title.replace('|', '¦')}>"
    blocks = [section(say["please"].format(admin=who, title=shown))]
    if note:
        blocks.append(section(f"> {plain(note, 1500)}"))
    blocks.append(context(" · ".join(p for p in (plain(facts.review, 100), used) if p)))
    return Message(say["please_notice"].format(admin=who, title=title), blocks)


def _complaint(each: Complaint) -> str:
    why = texts("ratings")[f"reason_{each.reason.name.lower()}"] if each.reason else ""
    parts = [plain(part, 500) for part in (why, each.comment) if part]
    told = f": {', '.join(parts)}" if parts else ""
    return f"“{plain(each.question, 500)}”{told}"
