from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.workspace import LocalWorkspace
from tests.conftest import environment, write_guides
from tests.e2e.fleet import KILLABLE, eventually
from tests.slack import PATIENCE
from tests.surfaces.house import MANIFEST, WEATHER, said

pytestmark = pytest.mark.soak


class Process:
    """`uptake run` as a process, which kills itself at a point of a job."""

    def __init__(self, slack: LocalWorkspace, data: Path, kill_at: str) -> None:
        self.slack, self.data, self.kill_at = slack, data, kill_at
        self.running: subprocess.Popen[str] | None = None

    def start(self) -> None:
        settings = {
            "UPTAKE_DATA_DIR": str(self.data),
            "UPTAKE_CONTENT": str(self.data.parent / "guides"),
            "UPTAKE_SLACK_API_URL": self.slack.api_url,
            "UPTAKE_HELP_CHANNEL": self.slack.channel("ai-help"),
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "KILL_AT": self.kill_at,
            "KILL_MARK": str(self.data / "killed"),
        }
        self.running = subprocess.Popen(
            [sys.executable, str(KILLABLE), "run"], env=environment(**settings), text=True
        )
        self.slack.wait_until_connected(seconds=120)

    def ended(self) -> int | None:
        assert self.running is not None
        return self.running.poll()

    def stop(self) -> None:
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()
            self.running.wait(60)


def test_killed_while_it_asks_people_it_has_asked_them_once(home: Path, tmp_path: Path):
    write_guides(tmp_path / "guides")
    data = Path(shutil.copytree(home, tmp_path / "data"))
    with LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE) as slack:
        process = Process(slack, data, "within:say offer")
        try:
            process.start()
            maya = slack.user()
            asked = maya.says(f"{slack.mention} {WEATHER}", channel="general")
            answer = slack.wait_for_answer(asked, 60)
            maya.presses("ask_person", answer)
            eventually(lambda: process.ended() is not None)
            assert len(offers(slack)) == 1
            process.start()
            # The job goes on where it was: it finds its message, and tells the asker.
            slack.wait_for(
                lambda: [m for m in maya.whispers("general") if "I asked" in said(m)], 60
            )
            assert len(offers(slack)) == 1
            slack.user("champion").presses("help_take", offers(slack)[0])
            slack.wait_for(lambda: "takes care of it" in said(offers(slack)[0]), 60)
        finally:
            process.stop()


def offers(slack: LocalWorkspace) -> list[Any]:
    return [m for m in slack.messages("ai-help") if "help_solve" in said(m)]
