"""Several real workers on one database, and a Slack that sends again what was not acknowledged."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import psycopg
from sqlalchemy import make_url
from starlette.websockets import WebSocket, WebSocketDisconnect

from adoption.record import Record
from tests.conftest import environment
from tests.e2e.slack import SmallSlack, serving

KILLABLE = Path(__file__).parent / "killable.py"


@dataclass
class PersistentSlack(SmallSlack):
    """Delivers an envelope until it is acknowledged, in turn over every connection."""

    connections: int = 0
    links: set[int] = field(default_factory=set)

    def wait_connected(self, number: int, seconds: float = 90) -> None:
        self.wait(lambda: self.connections >= number, seconds)

    async def _link(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(json.dumps({"type": "hello", "num_connections": 1}))
        unacknowledged: dict[str, str] = {}
        with self._changed:
            self.connections += 1
            self._changed.notify_all()

        async def send() -> None:
            while True:
                with self._changed:
                    waiting = self._outbox.pop(0) if self._outbox else None
                    if waiting is not None:
                        unacknowledged[json.loads(waiting)["envelope_id"]] = waiting
                if waiting is not None:
                    await socket.send_text(waiting)
                await anyio.sleep(0 if waiting is not None else 0.005)

        try:
            async with anyio.create_task_group() as group:
                group.start_soon(send)
                try:
                    while True:
                        reply = json.loads(await socket.receive_text())
                        with self._changed:
                            unacknowledged.pop(reply["envelope_id"], None)
                            self.acknowledged[reply["envelope_id"]] = reply.get("payload") or {}
                            self._changed.notify_all()
                except (WebSocketDisconnect, RuntimeError):
                    group.cancel_scope.cancel()
        except* (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            with self._changed:
                self.connections -= 1
                self._outbox[:0] = unacknowledged.values()
                self._changed.notify_all()


@contextmanager
def persistent_slack() -> Iterator[PersistentSlack]:
    with serving(PersistentSlack()) as slack:
        yield slack


class Worker:
    """One `uptake run` as a process, whose output is kept."""

    def __init__(
        self,
        slack: SmallSlack,
        data_dir: Path,
        program: Sequence[str] = (str(KILLABLE),),
        arguments: Sequence[str] = (),
        **settings: str,
    ) -> None:
        defaults = {
            "UPTAKE_DATA_DIR": str(data_dir),
            "UPTAKE_SLACK_API_URL": slack.api,
            "UPTAKE_MESSAGES_PER_MINUTE": "60000",
            "UPTAKE_TAKEOVER_SECONDS": "2",
            "UPTAKE_GRACE_SECONDS": "5",
            "SLACK_BOT_TOKEN": "xoxb-test",
            "SLACK_APP_TOKEN": "xapp-test",
            "KILL_MARK": str(data_dir / "killed"),
        }
        self.process = subprocess.Popen(
            [sys.executable, *program, "run", *arguments],
            env=environment(**(defaults | settings)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.output.extend(iter(self.process.stdout.readline, ""))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def stop(self, seconds: float = 60) -> int:
        """Asks it to end, as a service manager would; gives its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A database of its own on a PostgreSQL server."""
    import uuid

    name = f"test_{uuid.uuid4().hex[:12]}"
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def answered_once(
    slack: SmallSlack, record: Record, events: Sequence[dict[str, Any]], seconds: float = 90
) -> None:
    """Waits until every question is written down, and checks that each has one answer."""
    from tests.e2e.test_conversation import eventually

    wanted = {f"{event['channel']}:{event['ts']}" for event in events}
    eventually(lambda: record.count() >= len(wanted), seconds)
    assert record.count() == len(wanted)
    assert all(record.interaction(id) is not None for id in wanted)
    assert {len(slack.replies(event)) for event in events} == {1}
