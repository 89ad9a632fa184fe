"""What is kept about somebody: shown, sent to them, paused, erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine

from adoption.privacy.groups import Minimum
from adoption.privacy.personal_data import erase, export, kept_of, pause, questions_of
from bot.answering.answered import forget_jobs
from bot.features.handoff.blocks import line
from bot.features.privacy.blocks import ERASE, EXPORT, PAUSE, RESUME, privacy_dialog
from bot.jobs.steps import Begun, Steps, start
from bot.slack.identity import user_of
from bot.slack.messages import Place
from bot.texts import texts

_FILE = "uptake-about-me.json"


class MyData:
    """Carries out what people decide about their own data."""

    def __init__(
        self, steps: Steps, engine: Engine, clock: Callable[[], float], minimum: Minimum
    ) -> None:
        self._steps = steps
        self._engine = engine
        self._clock = clock
        self._minimum = minimum
        self._job = DBOS.workflow(name="my data")(self._workflow())

    def dialog(self, account: str, notice: str = "") -> dict[str, Any]:
        """What is kept about somebody, as a dialog."""
        return privacy_dialog(kept_of(self._engine, account), self._minimum.people, notice)

    def take(self, act: str, account: str, view: str, at: float) -> None:
        """Keeps what somebody pressed in their dialog, `view`."""
        key = f"mine:{act}:{account}:{at}"
        start(self._job, key, key, act, account, view, at)

    def _workflow(self) -> Callable[[str, str, str, str, float], None]:
        def mine(key: str, act: str, account: str, view: str, at: float) -> None:
            begun, say = self._steps.begin(key), texts("privacy")
            if act == EXPORT:
                self._send(begun, account)
                self._show(account, view, say["exported"])
            elif act == ERASE:
                self._steps.record(self._erase, account)
                self._show(account, view, say["erased"])
            else:
                since = datetime.fromtimestamp(at, UTC) if act == PAUSE else None
                self._steps.record(pause, self._engine, account, since)
                self._show(account, view, "")

        return mine

    def _send(self, begun: Begun, account: str) -> None:
        told = self._steps.say(
            begun, "export", Place(user_of(account)), line(texts("privacy")["export_words"])
        )
        if told is not None:
            self._steps.slack("upload", self._upload, account, told["channel"], told["ts"])

    def _upload(self, account: str, channel: str, thread: str) -> None:
        """Nothing of the file is kept with the job: it is made and sent in one step."""
        content = json.dumps(export(self._engine, account), ensure_ascii=False, indent=1)
        self._steps.client.files_upload_v2(
            channel=channel, thread_ts=thread, filename=_FILE, content=content
        )

    def _erase(self, account: str) -> bool:
        # The jobs go first: once the record is erased, nobody can tell which were theirs.
        forget_jobs(questions_of(self._engine, account), account)
        return erase(self._engine, account)

    def _show(self, account: str, view: str, notice: str) -> None:
        def show() -> None:
            try:
                self._steps.client.views_update(view_id=view, view=self.dialog(account, notice))
            except SlackApiError as error:
                # The dialog may be closed by now.
                if error.response.status_code == 429:
                    raise

        self._steps.slack("show", show)


ACTS = (EXPORT, PAUSE, RESUME, ERASE)
