"""Keys of reported usage: the same report always gets the same key, neighbours lie together.

A key that is only a hash falls anywhere in the index: with millions of rows every new one changes
a page of its own, and an import waits for pages to be read, written and logged. So four bytes of
locality precede the hash: reports of one day, or with ids that follow each other, share them and
so a few pages. They depend on what identifies the report and on nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

_PLACE = 4
_OF_IDS, _FOR_IDS = 0x4000_0000, 0x3FFF_FFFF
# ULIDs have 26 characters and UUIDs 36; both may begin with the moment at which they were made:
# in 8 characters a second (ULID) or a minute (UUID version 7).
_LONG, _MOMENT = 26, 8
# Numbers that count up share all but their end; a thousand of them are a few pages.
_COUNTED = 3


def key_of_day(day: date, named: Sequence[str]) -> bytes:
    """The key, in 20 bytes, of a report without an id, identified by its values and its day."""
    return day.toordinal().to_bytes(_PLACE, "big") + _digest(named, 16)


def key_of_id(owner: Sequence[str], id: str) -> bytes:
    """The key, in 20 bytes, of a report to which its owner (source and tool) gave an id."""
    begins = id[:_MOMENT] if len(id) >= _LONG else id[:-_COUNTED]
    near = int.from_bytes(_digest([*owner, begins], _PLACE), "big")
    return (_OF_IDS | near & _FOR_IDS).to_bytes(_PLACE, "big") + _digest([*owner, id], 16)


def _digest(parts: Sequence[str], size: int) -> bytes:
    # Lengths go first, so that no two lists of parts run together to the same text.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=size).digest()
