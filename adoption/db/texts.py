"""Makes people's words fit for a database."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text without what a database cannot hold: NUL (PostgreSQL) and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
