"""The production app in this process, against a local workspace whose people act."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.features.desk import Desk, open_desk
from slack_bolt import App

from adoption.record import Record
from bot.answering.answered import finished
from bot.app import build, in_workspace, jobs_running, slack_app, slack_client
from bot.container import Container
from bot.observability.question_metrics import Observers
from bot.observability.status_board import StatusBoard
from bot.settings import Settings
from slack_emulator import LocalWorkspace, ManualClock
from slack_emulator.state.messages import Message
from tests.support.slack import PATIENCE
from tests.support.slack_apps import running

MANIFEST = Path(__file__).parents[2] / "bot" / "slack" / "manifest.json"
BUDGET = "How much of the budget should go to change management?"
WEATHER = "What is the weather in Oslo?"


@dataclass
class Office:
    """A workspace and the app in it."""

    slack: LocalWorkspace
    house: Container
    desk: Desk
    app: App
    clock: ManualClock
    board: StatusBoard

    @property
    def record(self) -> Record:
        return self.house.record

    def asks(self, who: str = "user", text: str = BUDGET, channel: str = "general"):
        """A person mentions the app; gives the question and its answer."""
        mention = "" if channel == "app" else f"{self.slack.mention} "
        question = self.slack.user(who).says(f"{mention}{text}", channel=channel)
        answer = self.slack.wait_for_answer(question, 60)
        id = f"{question.channel}:{question.ts}"
        self.eventually(lambda: finished(self.house.jobs, [id]))
        return question, answer

    def eventually(self, found: Callable[[], Any], what: str = "it", seconds: float = 30) -> Any:
        """What `found` gives as soon as it gives something; the record tells of no change."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if got := found():
                return got
            time.sleep(0.02)
        lately = [f"{call.method} {call.error}".strip() for call in self.slack.calls()[-20:]]
        raise AssertionError(f"{what} did not happen; calls: {lately}")

    def account(self, who: str) -> str:
        return f"{self.slack.team_id}:{self.slack.user(who).id}"

    def whisper(self, who: str, channel: str, saying: str) -> Message:
        """What only this person sees in a channel, as soon as it says so."""

        def found() -> Message | None:
            seen = self.slack.user(who).sees(channel)
            return next((m for m in reversed(seen) if saying in said(m)), None)

        return self.eventually(found, f"“{saying}” for {who}")

    def rows(self, sql: str) -> list[Any]:
        from sqlalchemy import text

        with self.record.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]


def said(message: Message) -> str:
    """Everything a message shows, as JSON with its own letters."""
    return json.dumps(message.to_json(), ensure_ascii=False)


def button(message: Message, action: str) -> dict[str, Any]:
    for block in message.body["blocks"]:
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                return element
    raise AssertionError(f"there is no {action}: {said(message)}")


@contextmanager
def office(
    data_dir: Path, manifest: dict[str, Any] | Path = MANIFEST, **more: Any
) -> Iterator[Office]:
    """The production objects, connected over Socket Mode."""
    clock = ManualClock()
    with LocalWorkspace(manifest, strict_rates=False, patience=PATIENCE) as slack:
        help_channel = more.pop("help_channel", "ai-help")
        if admin_channel := more.pop("admin_channel", ""):
            slack.user("admin").invites("app", admin_channel)
            more["admin_channel"] = slack.channel(admin_channel)
        admins = [slack.user(name).id for name in more.pop("admins", ())]
        settings = Settings(
            _env_file=None,
            data_dir=data_dir,
            slack_api_url=slack.api_url,
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_APP_TOKEN=slack.app_token,
            help_channel=slack.channel(help_channel) if help_channel else None,
            admins=admins,
            **more,
        )
        house = build(settings, clock=clock)
        client = slack_client(settings)
        house = in_workspace(house, settings)
        desk = open_desk(house, client, clock=clock)
        board = StatusBoard(house.slack, partial(finished, house.jobs), time.time)
        house = replace(house, observer=Observers([board, desk.unkept]))
        with jobs_running(house, settings.jobs_url, "bot"):
            app = slack_app(house, client, desk)
            with running(app, slack):
                yield Office(slack, house, desk, app, clock, board)
        house.record.close()
