"""What is kept about somebody: shown, sent to them, paused, erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS
from slack_sdk.errors import SlackApiError

from adoption.privacy.groups import Minimum
from adoption.record import Record
from bot.answering.answered import forget_jobs
from bot.features.handoff.blocks import line
from bot.features.privacy.blocks import ERASE, EXPORT, PAUSE, RESUME, privacy_dialog
from bot.jobs.runtime import JobRuntime
from bot.jobs.steps import Begun, Steps, start
from bot.slack.identity import user_of
from bot.slack.messages import Place
from bot.texts import texts

_FILE = "uptake-about-me.json"


class MyData:
    """Carries out what people decide about their own data."""

    def __init__(
        self,
        steps: Steps,
        record: Record,
        jobs: JobRuntime[Any],
        clock: Callable[[], float],
        minimum: Minimum,
    ) -> None:
        self._steps = steps
        self._jobs = jobs
        self._record = record
        self._clock = clock
        self._minimum = minimum
        self._job = DBOS.workflow(name="my data")(self._workflow())

    def dialog(self, account: str, notice: str = "") -> dict[str, Any]:
        """What is kept about somebody, as a dialog."""
        summary = self._record.personal_data.summary(account)
        paused = self._record.logging_pauses.is_paused(account)
        return privacy_dialog(summary, paused, self._minimum.people, notice)

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
                self._steps.record(self._pause, act, account, at)
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
        content = json.dumps(
            self._record.personal_data.export(account), ensure_ascii=False, indent=1
        )
        self._steps.client.files_upload_v2(
            channel=channel, thread_ts=thread, filename=_FILE, content=content
        )

    def _erase(self, account: str) -> bool:
        # The jobs go first: once the record is erased, nobody can tell which were theirs.
        forget_jobs(self._jobs, self._record.questions.ids_of(account), account)
        return self._record.personal_data.erase(account)

    def _pause(self, act: str, account: str, at: float) -> None:
        if act == PAUSE:
            self._record.logging_pauses.pause(account, datetime.fromtimestamp(at, UTC))
        else:
            self._record.logging_pauses.resume(account)

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
