"""The production app of this process, connected to a local workspace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.features.assembly import programme
from bot.features.desk import open_desk
from bot.features.office import Office
from bot.jobs.schedule import Schedule
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.app import build, in_workspace, jobs_running, slack_app, slack_client
from bot.container import Container
from bot.observability.question_metrics import Observers
from bot.serve import executor_of
from bot.settings import Settings, read_settings
from slack_emulator import LocalWorkspace, Person
from slack_emulator.state.messages import Message
from tests.support.slack_apps import LOOK_SECONDS, hang_up

MANIFEST = Path(__file__).parents[2] / "bot" / "slack" / "manifest.json"


class Clock:
    """The real time, set off by some seconds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Stage:
    """A workspace with the app at work in it."""

    slack: LocalWorkspace
    house: Container
    office: Office
    schedule: Schedule
    clock: Clock
    app: App

    def account(self, person: Person) -> str:
        return f"{self.slack.team_id}:{person.id}"

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

    def quiet(self) -> None:
        """Waits until no deed is under way."""
        self.slack.wait_until_quiet()
        self.until(lambda: self.house.jobs.idle and self.office.deeds.idle)

    def until(self, true: Callable[[], object], seconds: float = 30) -> None:
        """Waits for what the workspace cannot see, as it is asked only after its own changes."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"waited {seconds} s in vain"
            time.sleep(0.02)


def written(message: Message | dict[str, Any]) -> str:
    """All text of a message or view."""
    body = message.body if isinstance(message, Message) else message
    return "\n".join([*strings(body.get("blocks") or []), str(body.get("text") or "")])


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


def settings_for(slack: LocalWorkspace, data_dir: Path, **more: Any) -> Settings:
    values: dict[str, Any] = {
        "data_dir": data_dir,
        "content": [data_dir.parent / "guides"],
        "slack_api_url": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "stories_channel": slack.channel("ai-stories"),
    }
    return read_settings(_env_file=None, **(values | more))


@contextmanager
def stage(slack: LocalWorkspace, data_dir: Path, **more: Any) -> Iterator[Stage]:
    """The app at work, composed as `bot.serve` composes it."""
    settings = settings_for(slack, data_dir, **more)
    clock = Clock()
    house = build(settings, clock=clock)
    client = slack_client(settings)

    house = in_workspace(house, settings)
    office, schedule = programme(house, client, clock)
    desk = open_desk(house, client)
    house = replace(house, observer=Observers(office.watchers))
    with ExitStack() as stack:
        stack.enter_context(jobs_running(house, settings.jobs_url, executor_of(settings), grace=5))
        app = slack_app(house, client, desk, office)
        handler = SocketModeHandler(
            app, slack.app_token, web_client=client, ping_interval=LOOK_SECONDS
        )
        handler.connect()
        slack.wait_until_connected()
        stack.callback(hang_up, handler.client)
        yield Stage(slack, house, office, schedule, clock, app)
    house.record.close()
