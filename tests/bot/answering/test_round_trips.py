"""How often one question asks a PostgreSQL server, which may be far away, or slow."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from slack_emulator import LocalWorkspace
from tests.e2e.fleet import ask, crowd, fresh_database
from tests.support.app import BUDGET, MANIFEST, running_app

# Statements of the job that answers a question: 9 before the answer is posted, four of them to the
# catalogue of the index, which is a file here, and 13 after it.
MOST = 22


def test_a_question_asks_the_database_few_times(data_dir: Path, postgres: str):
    slack = LocalWorkspace(MANIFEST, strict_rates=False, patience=60)
    with (
        fresh_database(postgres) as url,
        slack,
        running_app(data_dir, slack=slack, database_url=url) as it,
    ):
        (place,), (person, *_) = crowd(slack, 1)
        it.asks()
        with executed_by("dbos-executor") as statements:
            slack.wait_for_answer(ask(slack, BUDGET, place, person), 60)
            it.quiet()
    assert 10 < len(statements) <= MOST, "\n".join(statements)


@contextmanager
def executed_by(threads: str) -> Iterator[list[str]]:
    """The statements that threads execute whose name begins so."""
    statements: list[str] = []

    def executes(_: Connection, __: object, statement: str, *more: object) -> None:
        if threading.current_thread().name.startswith(threads):
            statements.append(" ".join(statement.split())[:100])

    event.listen(Engine, "before_cursor_execute", executes)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", executes)
