"""Log lines as JSON, for machines to read; errors without what people wrote."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from bot.conversation.question import Question
from bot.observability.question_metrics import Course, Observer

log = logging.getLogger(__name__)

_OURS = ("bot", "knowledge", "ingest", "adoption", "uptake")


class JsonFormatter(logging.Formatter):
    """One JSON object a line.

    An error is named by its kind and place alone, because its message may hold what somebody
    wrote; so may any other library's whole line, of which the level and the logger are kept.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if record.name.partition(".")[0] in _OURS:
            line["message"] = record.getMessage()
        else:
            line["at"] = f"{record.filename}:{record.lineno}"
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["trace"] = [f"{frame.filename}:{frame.lineno}" for frame in frames]
        line |= getattr(record, "fields", {})
        # Everything else is escaped, so that no text from outside acts on whatever shows the line.
        return json.dumps(line, ensure_ascii=True)


class CourseLog(Observer):
    """Writes a line when a question is kept and when it has ended."""

    def taken(self, question: Question) -> None:
        """Notes that a question was kept."""
        fields = {"question": question.id, "surface": question.surface.value}
        log.info("A question was kept", extra={"fields": fields})

    def ended(self, question: Question, course: Course) -> None:
        """Notes how a question ended."""
        fields = {
            "question": question.id,
            "outcome": course.outcome,
            "model": course.model,
            "index_version": course.index_version,
            "seconds": {
                "waited": round(course.waited, 3),
                "find": round(course.find, 3),
                "answer": round(course.answer, 3),
                "post": round(course.post, 3),
            },
        }
        log.info("A question was answered", extra={"fields": fields})
