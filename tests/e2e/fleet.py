"""Several real workers on one database, and the workspace they answer in."""

from __future__ import annotations

import signal
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg
from sqlalchemy import make_url

from adoption.record import Record
from slack_emulator import Draft, Faults, LocalWorkspace
from slack_emulator.state.messages import Message
from tests.conftest import uptake_process
from tests.support.processes import start
from tests.support.slack import PATIENCE

KILLABLE = Path(__file__).parent / "killable.py"
ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def workspace(faults: Faults | None = None, request_url: str = "", **more: Any) -> LocalWorkspace:
    """A workspace that takes messages as fast as they come and waits for slow machines."""
    return LocalWorkspace(
        faults=faults, strict_rates=False, patience=PATIENCE, request_url=request_url, **more
    )


def crowd(slack: LocalWorkspace, channels: int, people: int = 4) -> tuple[list[str], list[str]]:
    """New channels with the app, and new people who are in all of them: ids both."""
    already = len(slack.parts.state.directory.users)
    made = [slack.add_user(f"p{already + n}", f"Person {already + n}") for n in range(people)]
    places = [slack.add_channel(f"c{already}-{n}", made) for n in range(channels)]
    return places, [person.id for person in made]


def index(guides: Path, place: Path, shared: Mapping[str, str]) -> None:
    """Indexes guides for every worker that shares a database and an index."""
    here = {"UPTAKE_DATA_DIR": str(place / "a")}
    done = uptake_process("ingest", str(guides), cwd=place, **here, **shared)
    assert done.returncode == 0, done.stderr


def ask(
    slack: LocalWorkspace,
    question: str,
    channel: str = "general",
    who: str = "user",
    thread: Message | None = None,
) -> Message:
    """Somebody asks the app by its name."""
    return slack.user(who).says(f"{slack.mention} {question}", channel, thread)


def appears(slack: LocalWorkspace, channel: str, text: str, user: str, **fields: Any) -> Message:
    """Writes a message with fields that no person's has."""
    place = slack.parts.state.directory.channels[channel]
    thread = fields.pop("thread_ts", "")
    return slack.parts.writing.post(Draft(place, user, text, thread, extra=fields))


def replies(slack: LocalWorkspace, message: Message) -> list[Message]:
    """What the app wrote in a message's thread, finished or not."""
    return [reply for reply in slack.replies(message) if reply.via_app]


def question_of(message: Message) -> str:
    """The id of the question that a message of the app names."""
    payload = message.body.get("metadata", {}).get("event_payload", {})
    return str(payload.get("question", ""))


def id_of(message: Message) -> str:
    """The id under which a message is recorded as a question."""
    return f"{message.channel}:{message.ts}"


class Worker:
    """One `uptake run` as a process, whose output is kept.

    Args:
        kill_at: points of jobs at which it is killed, one after the other.
    """

    def __init__(
        self,
        slack: LocalWorkspace,
        data_dir: Path,
        program: Path = KILLABLE,
        arguments: Sequence[str] = (),
        kill_at: Sequence[str] = (),
        **settings: str,
    ) -> None:
        name = uuid.uuid4().hex[:8]
        self._kill_file = data_dir.parent / f"kill-{name}"
        self.dies_at(*kill_at)
        defaults = {
            "UPTAKE_DATA_DIR": str(data_dir),
            "UPTAKE_SLACK_API_URL": slack.api_url,
            "UPTAKE_MESSAGES_PER_MINUTE": "60000",
            "UPTAKE_TAKEOVER_SECONDS": "2",
            "UPTAKE_GRACE_SECONDS": "5",
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "KILL_FILE": str(self._kill_file),
        }
        self._log = data_dir.parent / f"log-{name}"
        self._log.touch()
        self._begin = partial(start, defaults | settings, self._log, arguments, program)
        self.process = self._begin()

    def starts_again(self) -> None:
        """Starts it once more, with the same settings, after it was killed."""
        self.process = self._begin()

    def dies_at(self, *points: str) -> None:
        """Has it killed at these points from now on."""
        self._kill_file.write_text("\n".join(points), "utf-8")

    @property
    def deaths_to_come(self) -> int:
        """At how many of its points it has not been killed yet."""
        return len(self._kill_file.read_text("utf-8").splitlines())

    @property
    def output(self) -> list[str]:
        """The lines it has written so far."""
        return self._log.read_text("utf-8").splitlines()

    def kill(self) -> None:
        self.process.send(signal.SIGKILL)
        self.process.wait(30)

    def stop(self, seconds: float = 60) -> int:
        """Asks it to end, as a service manager would; gives its exit code."""
        if self.process.alive:
            self.process.send(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        finally:
            print("\n".join(self.output))


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A database of its own on a PostgreSQL server."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def get(port: int, path: str) -> tuple[int, str]:
    """The status and the text of a page of a worker; 0 where nothing answers."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except (URLError, OSError):
        return 0, ""


def eventually(get: Callable[[], Any], seconds: float = 60) -> Any:
    """What `get` gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if got := get():
            return got
        time.sleep(0.02)
    raise AssertionError("waited in vain")


def answered_once(
    slack: LocalWorkspace, record: Record, asked: Sequence[Message], seconds: float = 180
) -> None:
    """Waits until every question is written down, and checks that each has one answer."""
    wanted = {id_of(message) for message in asked}
    eventually(lambda: record.questions.count() >= len(wanted), seconds)
    assert record.questions.count() == len(wanted)
    assert all(record.questions.get(id) is not None for id in wanted)
    assert {len(replies(slack, message)) for message in asked} == {1}
