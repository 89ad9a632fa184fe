"""What reaches the owner of a tool: single overrides with consent, and requests for change."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from adoption.privacy.redaction import redact
from adoption.reports.feedback.overrides import overrides_by_tool
from adoption.reports.feedback.quotes import done_instead
from adoption.reports.weeks import Week
from bot.container import Container
from bot.features.overrides.vocabulary import read_vocabulary
from bot.guides.owners import slack_owner
from bot.slack.blocks import context, section
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain
from bot.texts import texts

_LONGEST, _MOST_QUOTES = 1500, 3


@dataclass(frozen=True)
class Told:
    """An override in its person's words, without their name; empty where they wrote nothing."""

    tool: str
    reason: str
    recommended: str
    did_instead: str
    text: str


def places_of_owner(container: Container, tool: str) -> list[str]:
    """Where the owner of a tool is reached; the admins where none is known in Slack."""
    known = (each.owner for each in container.record.tools.all() if each.name == tool)
    owner = next(known, None) or ""
    user = slack_owner(container.record, owner)
    return [user] if user else container.admins.places


def told_message(container: Container, told: Told) -> Message:
    """One override, as the tool's owner gets it."""
    say, names = texts("overrides"), container.record.name_hashes()
    parts = {"recommended": told.recommended, "did_instead": told.did_instead, "text": told.text}
    title = say["to_owner"].format(tool=plain(told.tool, 200), reason=plain(told.reason, 200))
    said: list[Block] = [
        section(f"*{say[name]}*\n{plain(redact(text, names), _LONGEST)}")
        for name, text in parts.items()
        if text
    ]
    return Message.of(title, section(title), *said, context(say["to_owner_why"]))


def change_request(container: Container, week: str, tool: str, code: str) -> Message | None:
    """What the owner of a tool is asked to change; None where too few people gave the reason.

    The figures are those of the week's digest, and the quotes those that people agreed to.
    """
    say, zone = texts("overrides"), container.settings.zone
    label = read_vocabulary(container.settings.override_reasons).label_of
    span = Week.parse(week).bounds(zone)
    found = overrides_by_tool(container.engine, *span, container.minimum)
    of_tool = next((each for each in found if each.tool == tool), None)
    reason = (
        next((each for each in of_tool.reasons if each.code == code), None) if of_tool else None
    )
    if of_tool is None or reason is None:
        return None
    title = say["change_request"].format(tool=plain(tool, 200), reason=plain(label(code), 200))
    figures = say["change_figures"].format(share=reason.share, count=of_tool.count, week=week)
    names = container.record.name_hashes()
    quotes = [
        say["change_quote"].format(
            recommended=plain(each.recommended, 400) or "–", did=plain(each.did, 400)
        )
        for each in done_instead(container.engine, *span, names)
        if each.tool == tool and f"{each.reason}: ".startswith(f"{code}: ")
    ]
    said = [section("\n".join(quotes[:_MOST_QUOTES]))] if quotes else []
    return Message.of(title, section(f"*{title}*"), section(figures), *said)
