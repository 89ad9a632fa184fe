"""Drafts a wave's messages: a text of ours, and the playbook's section that fits.

What the guide says is data: it is shown as text to copy, and never read as layout, link or mention.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from adoption.reports.rich_text import day_in_words
from adoption.rollout.models import MessageKind
from adoption.rollout.wave import Wave
from bot.container import Container
from bot.slack.messages import PUBLIC, readers_of
from bot.slack.mrkdwn import cut, visible
from bot.texts import texts
from knowledge.errors import EncoderUnavailable, IndexUnavailable
from knowledge.index.passages import Scope

log = logging.getLogger(__name__)

# Everyone may read what is drafted from: the owner sends it to a channel.
_PLAYBOOK = Scope(kinds=frozenset({"playbook"}))
_LONGEST_PASSAGE = 1500


@dataclass(frozen=True)
class Draft:
    """A message to copy.

    Attributes:
        title, heading: the guide and section that it was drafted from; empty for none.
        audiences: of the guide, also should it be restricted before this is sent.
    """

    text: str
    title: str = ""
    heading: str = ""
    audiences: frozenset[str] = PUBLIC


def draft_of(container: Container, wave: Wave, kind: MessageKind) -> Draft:
    """The draft of a message; without a section where no public guide has one."""
    say = texts("rollout")
    teams = ", ".join(wave.teams.values()) or wave.name
    opening = say[f"draft_{kind}"].format(day=day_in_words(wave.plan.go_live), teams=teams)
    try:
        hits = container.answerer.find(say[f"ask_{kind}"], _PLAYBOOK).hits
    except (EncoderUnavailable, IndexUnavailable) as error:
        log.warning("A message of a rollout is drafted without a guide: %s", error)
        return Draft(opening)
    if not hits:
        return Draft(opening)
    passage = hits[0].passage
    section = cut(visible(passage.text).strip(), _LONGEST_PASSAGE)
    text, readers = f"{opening}\n\n{section}", readers_of(passage)
    return Draft(text, passage.title, passage.heading, readers)
