"""Small makers of rows, so that a test names only what it is about."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from adoption.db.engine import engine_for
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


@cache
def _blank() -> Path:
    """A record without rows, made once a process: migrations take longer than a copy."""
    folder = tempfile.mkdtemp(prefix="uptake-record-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "blank.sqlite"
    record = Record.open(f"sqlite:///{path}")
    with record.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    record.close()
    return path


def fresh_record(folder: Path) -> Record:
    """An empty record of its own in the folder."""
    path = folder / f"{len(list(folder.iterdir()))}.sqlite"
    shutil.copy(_blank(), path)
    engine = engine_for(f"sqlite:///{path}")
    return Record(engine)


def publish_story(record: Record, id: str, account: str, at: datetime, **fields: object) -> None:
    """A story that its author submitted and an admin approved at a moment."""
    assert record.stories.submit_fields(id, account, StoryFields(**fields), True, at)
    assert record.stories.decide(id, Decision(State.PUBLISHED, id, "U-admin", at))
