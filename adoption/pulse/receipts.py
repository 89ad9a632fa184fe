"""Names of people for one round that nobody without the key can turn back into people.

The key has two parts: a secret that is in no database, and a salt of the round that is deleted
when the round ends. From then on nobody can make the names again.
"""

from __future__ import annotations

import hashlib

_BYTES = 16


def receipt_of(secret: bytes, salt: str, account: str) -> str:
    """The name under which it is stored that somebody has answered."""
    return _hashed(secret, salt, f"receipt {account}")


def slot_of(secret: bytes, salt: str, account: str) -> str:
    """The name under which messages are sent to somebody."""
    return _hashed(secret, salt, f"slot {account}")


def key_check(secret: bytes, salt: str) -> str:
    """Shows whether the key is the same, without showing the key."""
    return _hashed(secret, salt, "check")


def _hashed(secret: bytes, salt: str, text: str) -> str:
    key = hashlib.blake2b(secret, key=bytes.fromhex(salt)).digest()
    return hashlib.blake2b(text.encode(), key=key, digest_size=_BYTES).hexdigest()
