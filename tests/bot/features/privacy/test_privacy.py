from __future__ import annotations

import base64
import binascii
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.features.privacy import jobs
from tests.bot.features.overrides.test_overrides import filled
from tests.support.app import BUDGET, WEATHER, RunningApp, running_app, said


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Iterator[RunningApp]:
    with running_app(Path(shutil.copytree(home, tmp_path / "data"))) as made:
        yield made


def jobs_in(data: RunningApp) -> str:
    """Everything the database of jobs holds, as far as it can be read."""
    place = data.container.settings.data_dir / "jobs.sqlite"
    with sqlite3.connect(place) as connection:
        tables = [row[0] for row in connection.execute("select name from sqlite_master")]
        rows = []
        for table in tables:
            try:
                rows += connection.execute(f'select * from "{table}"').fetchall()
            except sqlite3.OperationalError:
                continue
    connection.close()
    return "".join(_readable(value) for row in rows for value in row)


def _readable(value: object) -> str:
    text = str(value)
    try:
        return text + base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text


def test_what_is_kept_is_shown_sent_paused_and_erased(own: RunningApp):
    maya = own.slack.user()
    own.asks(question="Is the Zanzibar budget for change management?")
    maya.runs("/uptake override Copilot")
    maya.submits(filled(text="Zanzibar was wrong"))
    maya.closes()
    own.eventually(lambda: own.rows("select 1 from overrides"))
    assert "Zanzibar" in jobs_in(own)

    maya.runs("/uptake privacy")
    assert "questions you asked: 1" in str(maya.modal["blocks"])
    assert "overrides you logged: 1" in str(maya.modal["blocks"])
    maya.presses("data_export", maya.modal)
    sent = own.eventually(lambda: [m for m in maya.sees() if m.body.get("files")])
    file = own.slack.parts.state.files.get(sent[0].body["files"][0]["id"])
    given = json.loads(file.content)
    assert given["interactions"][0]["question"] == "Is the Zanzibar budget for change management?"
    assert given["overrides"][0]["text"] == "Zanzibar was wrong"

    own.eventually(lambda: "in our direct messages" in str(maya.modal["blocks"]))
    maya.presses("data_erase", maya.modal)
    own.eventually(lambda: "can't be traced back to you" in str(maya.modal["blocks"]))
    assert own.rows("select question, answer from interactions") == [("", "")]
    assert own.rows("select text, did_instead, reason from overrides") == [
        (None, None, "disagrees")
    ]
    assert own.rows("select count(*) from people where account is not null") == [(0,)]
    assert "Zanzibar" not in jobs_in(own)
    assert maya.id not in str(own.rows("select * from interactions"))

    maya.presses("logging_pause", maya.modal)
    own.eventually(lambda: "aren't logged at the moment" in str(maya.modal["blocks"]))
    _, answer = own.asks(question=BUDGET)
    assert "15–20" in said(answer)
    assert own.record.questions.count() == 1
    # It stays with the jobs as long as it can be handed to a person.
    assert BUDGET in jobs_in(own)
    maya.presses("logging_resume", maya.modal)
    own.eventually(lambda: "Your questions are logged" in str(maya.modal["blocks"]))
    own.asks(question=BUDGET)
    own.eventually(lambda: own.record.questions.count() == 2)


def test_a_question_that_is_not_logged_leaves_the_jobs_too(
    own: RunningApp, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jobs, "_KEPT_SECONDS", 0.5)
    own.record.logging_pauses.pause(own.account("user"), own.container.now())
    own.asks(question=BUDGET)
    own.eventually(lambda: BUDGET not in jobs_in(own))
    assert own.record.questions.count() == 0
    own.asks("second", WEATHER)
    assert WEATHER in jobs_in(own)
