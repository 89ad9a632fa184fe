from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adoption.questions.models import Outcome
from adoption.record import Record
from slack_emulator import LocalWorkspace
from tests.bot.features.questions.test_stop import FIRST, SECOND, composing
from tests.conftest import environment, write_guides
from tests.e2e.fleet import KILLABLE, eventually, replies
from tests.knowledge.model_server import model_server
from tests.support.app import BUDGET, MANIFEST, WEATHER, said
from tests.support.slack import PATIENCE

pytestmark = pytest.mark.soak


class Process:
    """`uptake run` as a process, which kills itself at a point of a job."""

    def __init__(
        self, slack: LocalWorkspace, data: Path, kill_at: str = "", **settings: str
    ) -> None:
        self.slack, self.data, self.more = slack, data, settings
        self._kill_file = data.parent / "kill"
        self._kill_file.write_text(kill_at, "utf-8")
        self.running: subprocess.Popen[str] | None = None

    def start(self) -> None:
        settings = {
            "UPTAKE_DATA_DIR": str(self.data),
            "UPTAKE_CONTENT": str(self.data.parent / "guides"),
            "UPTAKE_SLACK_API_URL": self.slack.api_url,
            "UPTAKE_HELP_CHANNEL": self.slack.channel("ai-help"),
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "KILL_FILE": str(self._kill_file),
        }
        self.running = subprocess.Popen(
            [sys.executable, str(KILLABLE), "run"],
            env=environment(**settings, **self.more),
            text=True,
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
        process = Process(slack, data, "within:post offer")
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
            slack.user("champion").presses("handoff_take", offers(slack)[0])
            slack.wait_for(lambda: "is on it" in said(offers(slack)[0]), 60)
        finally:
            process.stop()


NUMBERS = "Can I trust the numbers in an answer?"


@pytest.mark.parametrize(
    "point",
    ["after:plan", "before:change", "within:change", "after:change", "within:record_edit"],
)
def test_killed_while_it_answers_anew_there_is_one_reply_in_the_last_words(
    home: Path, tmp_path: Path, point: str
):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    with LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE) as slack:
        process = Process(slack, data, point)
        try:
            process.start()
            maya = slack.user()
            asked = maya.says(f"{slack.mention} {WEATHER}", channel="general")
            answer = slack.wait_for_answer(asked, 60)
            maya.edits(asked, f"{slack.mention} {NUMBERS}")
            eventually(lambda: process.ended() is not None)
            process.start()
            slack.wait_for(lambda: "Compare every number" in said(slack.message(answer)), 60)
            record = Record.open(f"sqlite:///{data / 'record.sqlite'}")
            name = f"{asked.channel}:{asked.ts}"
            eventually(lambda: (kept := record.questions.get(name)) and kept.question == NUMBERS)
            assert len(record.questions.edits(name)) == 1
            record.close()
            assert len(replies(slack, asked)) == 1
        finally:
            process.stop()


@pytest.mark.parametrize("point", ["before:waiting_for", "after:waiting_for", "within:at_rest"])
def test_killed_when_somebody_presses_stop_the_answer_stays_ended(
    home: Path, tmp_path: Path, point: str
):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    with (
        model_server() as server,
        LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE) as slack,
    ):
        server.reply = composing
        server.pause_at = len(FIRST.split()) + 1
        server.middle.clear()
        more = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-test"}
        process = Process(slack, data, point, UPTAKE_MODEL="openai:small", **more)
        try:
            process.start()
            maya = slack.user()
            asked = maya.says(BUDGET)
            growing = slack.wait_for(lambda: slack.replies(asked), 60)[0]
            maya.stops(asked)
            eventually(lambda: process.ended() is not None)
            server.middle.set()
            process.start()
            slack.wait_for(lambda: "You stopped this answer" in said(slack.message(growing)), 60)
            record = Record.open(f"sqlite:///{data / 'record.sqlite'}")
            kept = eventually(lambda: record.questions.get(f"{asked.channel}:{asked.ts}"))
            assert (kept.outcome, kept.answer) == (Outcome.STOPPED, FIRST)
            record.close()
            (shown,) = replies(slack, asked)
            assert SECOND not in said(shown)
            assert said(shown).count("You stopped this answer") == 1
            slack.wait_for(lambda: slack.session(asked).status == "active", 60)
        finally:
            process.stop()


def offers(slack: LocalWorkspace) -> list[Any]:
    return [m for m in slack.messages("ai-help") if "handoff_solve" in said(m)]
