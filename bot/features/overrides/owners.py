"""What reaches the owner of a tool: overrides with consent, the week, requests for change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block

from adoption.privacy.redaction import redact
from adoption.reports.feedback.overrides import overrides_by_tool
from adoption.reports.feedback.quotes import done_instead
from adoption.reports.weeks import Week
from bot.container import Container
from bot.features.overrides.vocabulary import read_vocabulary
from bot.guides.owners import slack_owner
from bot.slack.blocks import context, section
from bot.slack.messages import Message, as_json
from bot.slack.mrkdwn import plain
from bot.texts import texts

_LONGEST, _MOST_QUOTES, _MOST_REASONS = 1500, 3, 5


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
    user = owner_of(container, tool)
    return [user] if user else container.admins.places


def owner_of(container: Container, tool: str) -> str:
    """The Slack id of a tool's owner; empty where none is known in Slack."""
    known = (each.owner for each in container.record.tools.all() if each.name == tool)
    owner = next(known, None) or ""
    return slack_owner(container.record, owner)


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


def owned_tools(container: Container, week: str) -> list[tuple[str, str]]:
    """The tools with reasons to read about a week, each with the Slack id of its owner.

    A tool that fewer people than the minimum overrode, or whose owner is not in Slack, is left out.
    """
    found = overrides_by_tool(container.engine, *_span(container, week), container.minimum)
    tools = (each.tool for each in found if each.reasons)
    return [(tool, user) for tool in tools if (user := owner_of(container, tool))]


def weekly_message(container: Container, week: str, tool: str) -> Message | None:
    """Why people overrode a tool in a week, for its owner; None where there is nothing to read."""
    say, span = texts("overrides"), _span(container, week)
    found = overrides_by_tool(container.engine, *span, container.minimum, _label(container))
    of_tool = next((each for each in found if each.tool == tool and each.reasons), None)
    if of_tool is None:
        return None
    title = say["weekly"].format(
        tool=plain(tool, 200), count=of_tool.count, week=Week.parse(week).in_words
    )
    lines = [f"• {plain(each.reason, 200)}: {each.share}" for each in of_tool.reasons]
    quotes = _quotes(container, week, tool)
    said = [section(f"{say['weekly_did']}\n{quotes}")] if quotes else []
    reasons = section("\n".join(lines[:_MOST_REASONS]))
    return Message.of(title, section(title), reasons, *said, context(say["weekly_why"]))


def unreached_message(message: Message, owner: str, tool: str) -> Message:
    """A week's reasons for the admins, where Slack refuses the owner's direct messages."""
    said = texts("overrides")["weekly_unreached"]
    note = said.format(who=f"<@{owner}>", tool=plain(tool, 200))
    # Without the last line, which says why the owner gets it.
    return Message(note, [*as_json([section(note)]), *message.blocks[:-1]])


def change_request(container: Container, week: str, tool: str, code: str) -> Message | None:
    """What the owner of a tool is asked to change; None where too few people gave the reason.

    The figures are those of the week's digest, and the quotes those that people agreed to.
    """
    say, label = texts("overrides"), _label(container)
    found = overrides_by_tool(container.engine, *_span(container, week), container.minimum)
    of_tool = next((each for each in found if each.tool == tool), None)
    reason = (
        next((each for each in of_tool.reasons if each.code == code), None) if of_tool else None
    )
    if of_tool is None or reason is None:
        return None
    title = say["change_request"].format(tool=plain(tool, 200), reason=plain(label(code), 200))
    share = str(reason.share).capitalize()
    figures = say["change_figures"].format(
        share=share, count=of_tool.count, week=Week.parse(week).in_words
    )
    quotes = _quotes(container, week, tool, code)
    said = [section(quotes)] if quotes else []
    return Message.of(title, section(f"*{title}*"), section(figures), *said)


def _quotes(container: Container, week: str, tool: str, code: str = "") -> str:
    """What people did instead who agreed to be quoted, redacted; for one reason or for all."""
    say, names = texts("overrides"), container.record.name_hashes()
    quotes = [
        say["change_quote"].format(
            recommended=plain(each.recommended, 400) or "–", did=plain(each.did, 400)
        )
        for each in done_instead(container.engine, *_span(container, week), names)
        if each.tool == tool and (not code or f"{each.reason}: ".startswith(f"{code}: "))
    ]
    return "\n\n".join(quotes[:_MOST_QUOTES])


def _span(container: Container, week: str) -> tuple[datetime, datetime]:
    return Week.parse(week).bounds(container.settings.zone)


def _label(container: Container) -> Callable[[str], str]:
    return read_vocabulary(container.settings.override_reasons).label_of
