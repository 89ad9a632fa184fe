"""The bot as a process: killed between a message and its note, it neither loses nor doubles it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adoption.record import Record
from slack_emulator import LocalWorkspace
from tests.bot.features.stories.test_stories import form
from tests.conftest import environment
from tests.e2e.fleet import KILLABLE, eventually
from tests.support.app import written

pytestmark = pytest.mark.soak


@contextmanager
def process(slack: LocalWorkspace, data_dir: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    settings = {
        "UPTAKE_DATA_DIR": str(data_dir),
        "UPTAKE_CONTENT": str(data_dir.parent / "guides"),
        "UPTAKE_SLACK_API_URL": slack.api_url,
        "UPTAKE_STORIES_CHANNEL": slack.channel("ai-stories"),
        "UPTAKE_ADMINS": slack.user("admin").id,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "KILL_MARK": str(data_dir / "killed"),
    }
    running = subprocess.Popen(
        [sys.executable, str(KILLABLE), "run"], env=environment(**(settings | more))
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(60)


@pytest.mark.parametrize("point", ["within:post story", "after:decide", "before:index"])
def test_a_story_is_posted_once_though_the_bot_dies(
    slack: LocalWorkspace, places: tuple[Path, Path], point: str
):
    jonas, priya = slack.user("champion"), slack.user("admin")
    with process(slack, places[0], KILL_AT=point) as running:
        slack.wait_until_connected(seconds=90)
        jonas.runs("/uptake story")
        jonas.submits(form())
        jonas.submits({})
        asked = slack.wait_for(
            lambda: [m for m in priya.sees("app") if "story_approve" in str(m.body)], 30
        )[0]
        priya.presses("story_approve", asked)
        running.wait(60)
        slack.wait_for(lambda: slack.connections == 0, 30)
    with process(slack, places[0]):
        slack.wait_until_connected(seconds=90)
        slack.wait_for(
            lambda: [m for m in jonas.sees("app") if "is approved" in written(m)], 90, "an answer"
        )
        assert len(slack.messages("ai-stories")) == 1
        record = Record.open(f"sqlite:///{places[0] / 'record.sqlite'}")
        eventually(lambda: len(record.stories.published()) == 1)
        record.close()
        assert len(list((places[0] / "stories").glob("*.md"))) == 1
