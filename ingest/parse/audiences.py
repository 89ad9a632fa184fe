"""Audiences: who may read a guide, as front matter and sources say it."""

from __future__ import annotations

import re

from ingest.errors import AudienceWrong
from knowledge.index.passages import EVERYONE

CHAMPIONS, ADMINS = "champions", "admins"
_COMMON = (EVERYONE, CHAMPIONS, ADMINS)
_NAMED = re.compile(r"channel:[CG][A-Z0-9]{2,30}|group:S[A-Z0-9]{2,30}")
KNOWN = "everyone, champions, admins, channel:C… or group:S… with the id that Slack shows"


def audience_of(words: str) -> str:
    """The audience that `words` names.

    Raises:
        AudienceWrong: they name none.
    """
    written = "".join(words.split())
    if written.lower() in _COMMON:
        return written.lower()
    if _NAMED.fullmatch(written):
        return written
    raise AudienceWrong(f"its audience “{words}” is unknown; it can be {KNOWN}")


def is_within(audience: str, wider: str) -> bool:
    """Whether nobody reads with `audience` who may not read with `wider`.

    Admins keep every source, so theirs is the narrowest audience.
    """
    return wider == EVERYONE or audience in (wider, ADMINS)


def narrowed(own: str, sources: str) -> str:
    """A guide's audience in a source: its own if that is within the source's.

    `everyone` in a guide of a narrower source means everyone whom the source is for.

    Raises:
        AudienceWrong: the guide is meant for others than its source.
    """
    if is_within(own, sources):
        return own
    if own == EVERYONE:
        return sources
    raise AudienceWrong(
        f"it is for {own}, but its source is only for {sources}; a guide may narrow the audience "
        "of its source, not widen it"
    )
