"""Who of a campaign gets no message, so that its effect can be seen."""

from __future__ import annotations

import hashlib


def is_held_out(campaign: str, person: str, share: float) -> bool:
    """Whether somebody is among the share that gets no message; the same whenever it is asked.

    Args:
        campaign: its id keys the hash, so that another campaign holds out others.
        person: their pseudonym, which is random.
        share: 0 to 1.
    """
    digest = hashlib.blake2b(person.encode(), key=campaign.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest) < share * 2**64
