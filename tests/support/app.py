"""The production app in this process, at work in a local workspace whose people act."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from dbos import DBOS
from slack_bolt import App
from sqlalchemy import text

from adoption.record import Record
from bot.answering.answered import finished
from bot.app import build, in_workspace, jobs_running, slack_app
from bot.container import Container
from bot.delivery.answer_actions import ANSWER_MENU, OVERRIDE
from bot.features import all_schedules
from bot.jobs.runtime import JobRuntime
from bot.observability.question_metrics import Observers
from bot.observability.status_board import StatusBoard
from bot.serve import executor_of
from bot.settings import read_settings
from knowledge.encoding.encoder import DEFAULT_MODEL, Encoder
from slack_emulator import LocalWorkspace, Message, Person
from tests.support.slack import PATIENCE, strings
from tests.support.slack_apps import running

MANIFEST = Path(__file__).parents[2] / "bot" / "slack" / "manifest.json"
BUDGET = "How much of the budget should go to change management?"
WEATHER = "What is the weather in Oslo?"


@cache
def encoder() -> Encoder:
    """The default model, which all apps of a test process share."""
    return Encoder()


class Clock:
    """The real time, set ahead by some seconds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds


@dataclass
class RunningApp:
    """A workspace with the app at work in it.

    Attributes:
        board: shows early statuses, round by round.
    """

    slack: LocalWorkspace
    container: Container
    clock: Clock
    app: App
    board: StatusBoard

    @property
    def record(self) -> Record:
        return self.container.record

    def asks(self, who: str = "user", question: str = BUDGET, channel: str = "general"):
        """A person mentions the app, or writes to it directly; gives the question and answer."""
        mention = "" if channel == "app" else f"{self.slack.mention} "
        asked = self.slack.user(who).says(f"{mention}{question}", channel=channel)
        answer = self.slack.wait_for_answer(asked, 60)
        self.quiet()
        return asked, answer

    def account(self, who: str | Person) -> str:
        person = self.slack.user(who) if isinstance(who, str) else who
        return f"{self.slack.team_id}:{person.id}"

    def eventually(self, found: Callable[[], Any], what: str = "it", seconds: float = 30) -> Any:
        """What `found` gives as soon as it gives something; the record announces no change."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if got := found():
                return got
            time.sleep(0.02)
        lately = [f"{call.method} {call.error}".strip() for call in self.slack.calls()[-20:]]
        raise AssertionError(f"{what} did not happen; calls: {lately}")

    def quiet(self) -> None:
        """Waits until the workspace has nothing to deliver and the app runs no job."""
        self.slack.wait_until_quiet()
        jobs = self.container.jobs
        self.eventually(lambda: has_no_job(jobs), "the end of all jobs", 60)

    def catch_up(self) -> None:
        """Starts what the clock, set ahead as it may be, says is due."""
        self.container.jobs.catch_up(datetime.fromtimestamp(self.clock(), UTC))

    def whisper(self, who: str, channel: str, saying: str) -> Message:
        """What only this person sees in a channel, as soon as it says so."""

        def found() -> Message | None:
            seen = self.slack.user(who).sees(channel)
            return next((m for m in reversed(seen) if saying in said(m)), None)

        return self.eventually(found, f"“{saying}” for {who}")

    def direct(self, person: Person) -> list[Message]:
        """What the app wrote to somebody."""
        return [message for message in person.sees("app") if message.via_app]

    def told(self, person: Person, words: str, seconds: float = 20) -> Message:
        """The app's newest message to somebody that says `words`."""
        return self.slack.wait_for(
            lambda: [m for m in self.direct(person) if words in written(m)], seconds, words
        )[-1]

    def home(self, person: Person, words: str = "", seconds: float = 20) -> dict[str, Any]:
        """Somebody's Home as soon as it says `words`."""
        return self.slack.wait_for(
            lambda: view if (view := person.home) and words in written(view) else None,
            seconds,
            f"“{words}” in Home",
        )

    def rows(self, sql: str) -> list[Any]:
        with self.container.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]


def has_no_job(jobs: JobRuntime[Any]) -> bool:
    """Whether no job runs, and none that is due has still to begin."""
    waiting = ["ENQUEUED", "PENDING"]
    return jobs.idle and not DBOS.list_workflows(
        status=waiting, load_input=False, load_output=False
    )


@contextmanager
def running_app(
    data_dir: Path,
    slack: LocalWorkspace | None = None,
    manifest: dict[str, Any] | Path = MANIFEST,
    **more: Any,
) -> Iterator[RunningApp]:
    """The app at work, composed as `bot.serve` composes it, over Socket Mode.

    Args:
        slack: a workspace that is open already; a new one with `manifest` by default.
        more: settings; channels and `admins` by name.
    """
    with ExitStack() as stack:
        if slack is None:
            slack = stack.enter_context(
                LocalWorkspace(manifest, strict_rates=False, patience=PATIENCE)
            )
        clock = Clock()
        settings = read_settings(_env_file=None, **settings_for(slack, data_dir, more))
        shared = encoder() if settings.embedding_model == DEFAULT_MODEL else None
        container = build(settings, clock=clock, encoder=shared)
        stack.callback(container.record.close)
        container = in_workspace(container, settings)
        board = StatusBoard(container.slack, partial(finished, container.jobs), time.time)
        container = replace(container, observer=Observers([board]))
        worker = executor_of(settings)
        stack.enter_context(jobs_running(container, settings.jobs_url, worker, grace=5))
        app = slack_app(container)
        container.jobs.schedule(all_schedules(settings), settings.zone)
        stack.enter_context(running(app, slack))
        yield RunningApp(slack, container, clock, app, board)


def settings_for(slack: LocalWorkspace, data_dir: Path, more: dict[str, Any]) -> dict[str, Any]:
    """Settings for a workspace; channels and people are given by name."""
    values: dict[str, Any] = {
        "data_dir": data_dir,
        "content": [data_dir.parent / "guides"],
        "slack_api_url": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "help_channel": "ai-help",
        "stories_channel": "ai-stories",
    } | more
    if values.get("admin_channel"):
        slack.user("admin").invites("app", values["admin_channel"])
    for name in ("help_channel", "stories_channel", "admin_channel"):
        if values.get(name) and not values[name].startswith("C"):
            values[name] = slack.channel(values[name])
    values["admins"] = [slack.user(name).id for name in values.get("admins", ())]
    return values


def said(message: Message) -> str:
    """Everything a message shows, as JSON with its own letters."""
    return json.dumps(message.to_json(), ensure_ascii=False)


def written(message: Message | dict[str, Any]) -> str:
    """All text of a message or view."""
    body = message.body if isinstance(message, Message) else message
    return "\n".join([*strings(body.get("blocks") or []), str(body.get("text") or "")])


def button(message: Message, action: str) -> dict[str, Any]:
    """The button of a message with an action."""
    for block in message.body["blocks"]:
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                return element
    raise AssertionError(f"there is no {action}: {said(message)}")


def overrides(person: Person, answer: Message) -> None:
    """Somebody chooses “Override a recommendation” in the menu of an answer."""
    options = button(answer, ANSWER_MENU)["options"]
    value = next(each["value"] for each in options if each["value"].startswith(OVERRIDE))
    person.presses(ANSWER_MENU, answer, value)
