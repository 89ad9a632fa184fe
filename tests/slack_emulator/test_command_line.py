"""`python -m slack_emulator` as a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from slack_sdk import WebClient

from tests.slack_emulator.manifests import manifest
from tests.slack_emulator.page.gallery import LINE, PEOPLE
from tests.slack_emulator.refusals import refused

ROOT = Path(__file__).parents[2]


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "slack_emulator", "--port", "0", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def printed(process: subprocess.Popen[str]) -> dict[str, str]:
    """Give what was printed at the start: the addresses and the tokens."""
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(6)]
    found = dict(re.findall(r"(Web API|SLACK_\w+) +(\S+)", "".join(lines)))
    return found | {"url": lines[0].split()[-1]}


def test_it_runs_alone_prints_its_tokens_and_stops_on_a_signal(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest()))
    process = started("--manifest", str(path), "--fault", "500=1", "--seed", "7")
    try:
        told = printed(process)
        client = WebClient(told["SLACK_BOT_TOKEN"], told["Web API"], retry_handlers=[])
        assert refused(client.auth_test).status_code == 500
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fault", "meteor=1"], "There is no fault 'meteor'"),
        (["--fault", "500=2"], "must be between 0 and 1"),
        (["--manifest", "nowhere.json"], "cannot be read"),
        (["--port", "99999"], "Port 99999 cannot be used"),
    ],
)
def test_what_it_cannot_use_is_said_in_a_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from slack_emulator.__main__ import main

    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_without_a_manifest_an_example_app_is_installed_and_blocks_can_be_refused() -> None:
    process = started("--refuse-block", "data_visualization")
    try:
        found = printed(process)
        client = WebClient(found["SLACK_BOT_TOKEN"], found["Web API"], retry_handlers=[])
        assert client.auth_test()["user"] == "exampleapp"
        post = {"channel": "general", "text": "x"}
        answer = refused(lambda: client.chat_postMessage(**post, blocks=[LINE]))
        assert answer["error"] == "invalid_blocks"
        assert client.chat_postMessage(**post, blocks=[PEOPLE])["ok"]
    finally:
        process.kill()
        process.communicate()
