"""Small makers of rows, so that a test names only what it is about."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine

from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.record import Record
from adoption.submissions.models import State
from adoption.submissions.schemas import StoryFields
from adoption.submissions.submissions import Decision

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


def fresh_record(folder: Path) -> Record:
    """A record of its own in the folder; the tables are made once and then copied."""
    blank = folder / "blank.sqlite"
    if not blank.exists():
        Record.open(f"sqlite:///{blank}").close()
    path = folder / f"{len(list(folder.iterdir()))}.sqlite"
    shutil.copy(blank, path)
    return Record(create_engine(f"sqlite:///{path}"))


def publish_story(record: Record, id: str, account: str, at: datetime, **fields: object) -> None:
    """A story that its author submitted and an admin approved at a moment."""
    assert record.stories.submit_fields(id, account, StoryFields(**fields), True, at)
    assert record.stories.decide(id, Decision(State.PUBLISHED, id, "U-admin", at))
