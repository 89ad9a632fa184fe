"""What the emulator accepts fits the types that Slack publishes on npm."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slack_emulator import LocalWorkspace, WorkspaceError, check_message_blocks, check_view
from slack_emulator.published_types import Recorded, faults_of, main, recorded_in
from slack_emulator.state.calls import RECORD
from tests.slack_emulator.manifests import manifest
from tests.slack_emulator.page.gallery import (
    AREA,
    BARS,
    LINE,
    MESSAGE_BLOCKS,
    MODAL_BLOCKS,
    PIE,
    mrkdwn,
    plain,
)
from tests.support.slack_apps import client_of

Json = dict[str, Any]
ALERT = {"type": "alert", "level": "warning", "text": mrkdwn("Mind this")}
MODAL = {
    "type": "modal",
    "title": plain("Everything"),
    "submit": plain("Send"),
    "blocks": [ALERT, *MODAL_BLOCKS],
}


def header(words: str) -> list[Json]:
    return [{"type": "header", "text": plain(words)}]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(RECORD, str(tmp_path / "sent"))
    return tmp_path / "sent"


def test_what_was_accepted_is_recorded_once_and_nothing_that_was_refused(folder: Path) -> None:
    with LocalWorkspace(manifest(), strict_rates=False) as slack:
        client = client_of(slack)
        for words in ("one", "one", "two"):
            client.chat_postMessage(channel="general", text="x", blocks=header(words))
        client.views_publish(user_id=slack.user().id, view={"type": "home", "blocks": header("h")})
        with pytest.raises(Exception, match="invalid_blocks"):
            client.chat_postMessage(channel="general", text="x", blocks=[{"type": "shout"}])
        client.chat_postMessage(channel="general", text="no blocks")
    found = recorded_in(folder)
    assert [each.kind for each in found] == ["message", "message", "home"]
    assert json.loads(found[1].text)[0]["text"]["text"] == "two"


def test_an_empty_folder_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorkspaceError, match=RECORD):
        recorded_in(folder)
    assert main([str(folder)]) == 2
    assert "Nothing was recorded" in capsys.readouterr().err


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not installed")
def test_every_block_the_emulator_knows_fits_the_published_types(tmp_path: Path) -> None:
    messages = [[block] for block in (*MESSAGE_BLOCKS, LINE, BARS, AREA, PIE) if _is_sent(block)]
    for message in messages:
        check_message_blocks(message)
    check_view(MODAL)
    # Slack documents the offset of a list, which its types leave out.
    written = [json.dumps(message).replace(', "offset": 2', "") for message in messages]
    recorded = [Recorded("message", each) for each in written]
    assert faults_of([*recorded, Recorded("modal", json.dumps(MODAL))], tmp_path) == ""
    wrong = Recorded("message", json.dumps([{"type": "header", "text": mrkdwn("no")}]))
    assert "sent.ts" in faults_of([wrong], tmp_path)


def _is_sent(block: Json) -> bool:
    """Tell whether a block of the gallery could be sent: no alert, no picture of the page's own."""
    return block["type"] != "alert" and "/static/" not in json.dumps(block)
