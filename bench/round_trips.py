"""Every round trip to PostgreSQL that one question takes, from Slack's event to the record.

    python -m bench.round_trips

Each line is one message to the server, which answers it before the next is sent; some are sent
beside others, by another thread. "ANSWERED" stands where Slack got the answer.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from ingest.sync.sync import Sync
from knowledge.index.index import Index
from slack_emulator import LocalWorkspace
from tests.conftest import write_guides
from tests.servers import postgres_server
from tests.support.app import BUDGET, MANIFEST, RunningApp, encoder, running_app
from tests.support.proxy import Proxy, proxy
from tests.support.statements import statements_in

_SHOWN = 150


def traced(it: RunningApp, line: Proxy) -> tuple[list[str], int]:
    """What one question sends to the database, and how much of it before the answer."""
    # The first questions load and prepare what later ones use.
    for _ in range(2):
        it.asks()
    line.sent.clear()
    asked = it.slack.user().says(f"{it.slack.mention} {BUDGET}", "general")
    it.slack.wait_for_answer(asked, 60)
    before = len(line.sent)
    it.slack.wait_until_quiet()
    it.eventually(lambda: it.container.jobs.idle)
    return [statements_in(chunk) for chunk in line.sent], before


def main() -> None:
    """Prints the statements of one question, in their order."""
    with tempfile.TemporaryDirectory(prefix="uptake-trips-") as made, postgres_server() as url:
        data = Path(made) / "data"
        Sync(Index.open(data / "index", encoder())).run([write_guides(Path(made) / "guides")])
        port = int(make_url(url).port or 0)
        with proxy("127.0.0.1", port) as line, LocalWorkspace(MANIFEST) as slack:
            slow = make_url(url).set(port=line.port).render_as_string(hide_password=False)
            with running_app(data, slack=slack, database_url=slow) as it:
                statements, before = traced(it, line)
        shutil.rmtree(data)
    for number, statement in enumerate(statements, 1):
        print(f"{number:3} {statement[:_SHOWN]}")
        if number == before:
            print("    ANSWERED")


if __name__ == "__main__":
    main()
