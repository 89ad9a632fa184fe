"""Guides that need an admin: their lines in Home, the dialog, and the messages that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.guides.models import GuideDecision
from adoption.guides.statistics import Complaint, ShownUse
from bot.delivery.blocks import address
from bot.slack.blocks import (
    button,
    context,
    header,
    modal,
    radio_input,
    section,
    text_input,
    user_input,
)
from bot.slack.identity import mention
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain
from bot.texts import texts

GUIDE_DIALOG = "guide"
REVIEW, INCLUDE = "guide_review", "guide_include"
DECISION, PERSON, NOTE = "decision", "person", "note"
LONGEST_NOTE = 1000
# The choice in the dialog that changes nothing about the guide.
REQUEST_REVIEW = "request_review"
_LISTED = 4


@dataclass(frozen=True)
class GuideLine:
    """A guide in a list of Home.

    Attributes:
        says: why it is listed, in escaped mrkdwn.
    """

    id: str
    title: str
    says: str
    owner: str = ""


@dataclass(frozen=True)
class GuideFacts:
    """What an admin is shown of one guide.

    Attributes:
        review: when it was reviewed, in words.
        where: the file or address it comes from.
        link: where it can be opened; empty for nowhere.
        use: its citations and votes in `days`.
    """

    id: str
    title: str
    kind: str
    owner: str
    review: str
    where: str
    link: str
    days: int
    use: ShownUse
    complaints: Sequence[Complaint] = ()


def guide_list(name: str, lines: Sequence[GuideLine]) -> list[Block]:
    """A list of guides, each with its button; empty for none."""
    if not lines:
        return []
    say = texts("guides")
    action, label = (INCLUDE, "include") if name == "excluded" else (REVIEW, "review")
    made: list[Block] = [header(say[name])]
    for each in lines[:_LISTED]:
        owner = say["owned_by"].format(owner=plain(each.owner, 100)) if each.owner else ""
        why = ", ".join(part for part in (each.says, owner) if part)
        text = f"*{plain(each.title, 300)}*\n_{why}_"
        shown = section(text, button(say[label], action, each.id))
        # Named, so that a press counts while Home is drawn again.
        shown.block_id = f"{name}:{each.id}"
        made.append(shown)
    if len(lines) > _LISTED:
        made.append(context(say["more"].format(count=len(lines) - _LISTED)))
    return made


def guide_dialog(facts: GuideFacts) -> View:
    """All that is known of a guide, and what an admin can do about it."""
    say = texts("guides")
    owner = say["owned_by"].format(owner=plain(facts.owner, 200)) if facts.owner else ""
    about = [plain(facts.kind, 100), owner, plain(facts.review, 100), plain(facts.where, 500)]
    title = f"*{plain(facts.title, 300)}*"
    if link := _link(facts, say["open"]):
        title = f"{title}  {link}"
    said: list[Block] = [context(_complaint(each)) for each in facts.complaints]
    blocks: list[Block] = [
        section(title),
        context(" · ".join(part for part in about if part)),
        section(_used(facts)),
        *([section(say["said"]), *said] if said else [context(say["said_few"])]),
        *_inputs(),
    ]
    return modal(
        GUIDE_DIALOG,
        say["title"],
        blocks,
        submit=say["submit"],
        close=say["close"],
        metadata=facts.id,
    )


def _inputs() -> list[Block]:
    say = texts("guides")
    choices = {
        GuideDecision.STILL_ACCURATE.value: say["still_accurate"],
        REQUEST_REVIEW: say["request_review"],
        GuideDecision.EXCLUDED.value: say["exclude"],
    }
    return [
        radio_input(DECISION, say["decision"], choices),
        user_input(PERSON, say["person"], optional=True, hint=say["person_hint"]),
        text_input(NOTE, say["note"], optional=True, most=LONGEST_NOTE),
    ]


def decided_text(decision: GuideDecision, title: str) -> str:
    """The reply to an admin once it is done."""
    return texts("guides")[f"decided_{decision.name.lower()}"].format(title=plain(title, 300))


def review_request(facts: GuideFacts, admin: str, note: str) -> Message:
    """Asks somebody to review a guide, in an admin's name."""
    say, who, title = texts("guides"), mention(admin), plain(facts.title, 300)
    shown = _link(facts, title.replace("|", "¦")) or title
    about = [part for part in (plain(facts.review, 100), _used(facts)) if part]
    blocks: list[Block] = [
        section(say["please"].format(admin=who, title=shown)),
        *([section(f"> {plain(note, 1500)}")] if note else []),
        context(" · ".join(about)),
    ]
    return Message.of(say["please_notice"].format(admin=who, title=title), *blocks)


def _link(facts: GuideFacts, label: str) -> str:
    opens = facts.link.startswith(("https://", "http://"))
    return f"<{address(facts.link)}|{label}>" if opens else ""


def _used(facts: GuideFacts) -> str:
    say, use = texts("guides"), facts.use
    name = "used_few" if use.answers is None else "used" if use.answers else "not_used"
    used = say[name].format(count=use.answers, days=facts.days)
    if use.thumbs_down.value is None:
        return used
    return f"{used} {say['used_thumbs'].format(share=use.thumbs_down)}"


def votes_text(use: ShownUse, days: int) -> str:
    """Why a guide is among those that did not help."""
    say = texts("guides")
    name = "votes_few" if use.thumbs_down.value is None else "votes"
    return say[name].format(share=use.thumbs_down, days=days)


def _complaint(each: Complaint) -> str:
    reason = texts("ratings")[f"reason_{each.reason.name.lower()}"] if each.reason else ""
    parts = [plain(part, 500) for part in (reason, each.comment) if part]
    why = f": {', '.join(parts)}" if parts else ""
    return f"“{plain(each.question, 500)}”{why}"
