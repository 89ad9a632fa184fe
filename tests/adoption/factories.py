"""Small makers of rows, so that a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime

from adoption.models import Outcome, Surface
from adoption.record import Asked, Cited

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def asked(id: str = "C1:1", **fields: object) -> Asked:
    defaults: dict[str, object] = {
        "account": "T1:U1",
        "asked_at": NOON,
        "surface": Surface.CHANNEL,
        "channel": "C1",
        "question": "How do I ask well?",
        "outcome": Outcome.ANSWERED,
        "answer": "Say what it is for. [1]",
        "index_version": "v1",
        "citations": [Cited(1, "p1", "Asking well", "Steps", "asking.md")],
    }
    if fields.get("outcome") in (Outcome.ABSTAINED, Outcome.FAILED):
        defaults["citations"] = []
    return Asked(id=id, **(defaults | fields))
