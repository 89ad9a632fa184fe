"""The bot as a process: killed between a message and its note, it neither loses nor doubles it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from adoption.record import Record
from slack_emulator import LocalWorkspace
from tests.bot.features.stories.test_stories import form
from tests.e2e.fleet import KILLABLE, eventually
from tests.support.app import written
from tests.support.processes import start

pytestmark = pytest.mark.soak


@dataclass(frozen=True)
class Killed:
    """A bot that is killed at a point of a job, and starts anew."""

    slack: LocalWorkspace
    kill_file: Path

    def dies(self) -> None:
        """Waits until it was killed."""
        self.slack.wait_for(lambda: not self.kill_file.read_text("utf-8"), 60, "its death")


@contextmanager
def killed_at(point: str, slack: LocalWorkspace, data_dir: Path, **more: str) -> Iterator[Killed]:
    """A bot that is connected, and will be killed at a point of a job."""
    kill_file = data_dir.parent / "kill"
    kill_file.write_text(point, "utf-8")
    settings = {
        "UPTAKE_DATA_DIR": str(data_dir),
        "UPTAKE_CONTENT": str(data_dir.parent / "guides"),
        "UPTAKE_SLACK_API_URL": slack.api_url,
        "UPTAKE_STORIES_CHANNEL": slack.channel("ai-stories"),
        "UPTAKE_ADMINS": slack.user("admin").id,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "KILL_FILE": str(kill_file),
    }
    log = data_dir.parent / "log"
    process = start(settings | more, log, ["--restart"], KILLABLE)
    try:
        slack.wait_until_connected(seconds=90)
        yield Killed(slack, kill_file)
    finally:
        process.send(signal.SIGTERM)
        process.wait(60)
        print(log.read_text("utf-8"))


@pytest.mark.parametrize("point", ["within:post story", "after:decide", "before:index"])
def test_a_story_is_posted_once_though_the_bot_dies(
    slack: LocalWorkspace, places: tuple[Path, Path], point: str
):
    jonas, priya = slack.user("champion"), slack.user("admin")
    with killed_at(point, slack, places[0]) as bot:
        jonas.runs("/uptake story")
        jonas.submits(form())
        jonas.submits({})
        asked = slack.wait_for(
            lambda: [m for m in priya.sees("app") if "story_approve" in str(m.body)], 30
        )[0]
        priya.presses("story_approve", asked)
        bot.dies()
        slack.wait_for(
            lambda: [m for m in jonas.sees("app") if "is approved" in written(m)], 90, "an answer"
        )
        assert len(slack.messages("ai-stories")) == 1
        record = Record.open(f"sqlite:///{places[0] / 'record.sqlite'}")
        eventually(lambda: len(record.stories.published()) == 1)
        record.close()
        assert len(list((places[0] / "stories").glob("*.md"))) == 1
