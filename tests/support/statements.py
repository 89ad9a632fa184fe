"""What was sent to PostgreSQL, as a proxy in between has seen it."""

from __future__ import annotations

from collections.abc import Iterator

# The first bytes of PostgreSQL's messages to a server
# (https://www.postgresql.org/docs/current/protocol-message-formats.html).
_QUERY, _PARSE, _BIND = b"Q", b"P", b"B"


def statements_in(chunk: bytes) -> str:
    """The statements in what was sent at once; a prepared one by its name."""
    return "; ".join(filter(None, (_statement(*each) for each in _messages(chunk))))


def _messages(chunk: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The messages, each as its kind and its content."""
    start = 0
    while start + 5 <= len(chunk):
        length = int.from_bytes(chunk[start + 1 : start + 5], "big")
        yield chunk[start : start + 1], chunk[start + 5 : start + 1 + length]
        start += 1 + length


def _statement(kind: bytes, content: bytes) -> str:
    parts = [part.decode("utf-8", "replace") for part in content.split(b"\0", 2)]
    if kind == _QUERY:
        return " ".join(parts[0].split())
    if kind == _PARSE:
        return " ".join(parts[1].split())
    # A statement that was prepared before has a name.
    return f"({parts[1]})" if kind == _BIND and parts[1] else ""
