"""What one person's message says: something to try in their role, their champion, a session."""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from adoption.nudges.audience import Holder
from bot.container import Container
from bot.features.nudges.message import NextSession, Nudge, Tip
from bot.slack.messages import readers_of
from knowledge.answers.excerpt import complete
from knowledge.index.passages import Scope
from uptake import UptakeError

log = logging.getLogger(__name__)

_LONGEST_TIP = 500
_PRACTICAL = frozenset({"quick-start", "tutorial"})


def nudge_for(
    container: Container, campaign: str, tool: str, holder: Holder, zone: ZoneInfo
) -> Nudge:
    """What somebody gets; `zone` is theirs."""
    champions = container.record.roles.champions_for(holder.account)
    return Nudge(
        campaign,
        tool,
        tip_for(container, tool, holder.role or ""),
        champions[0] if champions else "",
        _session(container, holder.account, zone),
    )


def tip_for(container: Container, tool: str, role: str) -> Tip | None:
    """Something to try with a tool in a role, from the guides that everyone may read.

    Quick starts and tutorials come first. None where no guide is about this tool or about any.
    """
    question = f"How do I get started with {tool} as {role}?" if role else _beginning(tool)
    for scope in (Scope(tool=tool, kinds=_PRACTICAL), Scope(tool=tool)):
        try:
            hits = container.answerer.find(question, scope).hits
        except UptakeError as error:
            # Without an index the message is sent with the rest.
            log.warning("No tip was found: %s", error)
            return None
        if hits:
            passage = hits[0].passage
            title = " › ".join(dict.fromkeys((passage.title, *passage.headings[-1:])))
            text, readers = complete(hits[0], _LONGEST_TIP).shown, readers_of(passage)
            return Tip(title, text, passage.link, readers)
    return None


def _beginning(tool: str) -> str:
    return f"How do I get started with {tool}?"


def _session(container: Container, account: str, zone: ZoneInfo) -> NextSession | None:
    sessions = container.next_sessions(container, account) if container.next_sessions else ()
    if not sessions:
        return None
    first = sessions[0]
    return NextSession(first.course.title, first.starts_at.astimezone(zone))
