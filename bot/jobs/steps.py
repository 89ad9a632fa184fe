"""Steps of durable jobs: every effect on Slack or the record, done again only after a look."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, cast

from dbos import DBOS, SetWorkflowID, StepOptions, error
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.jobs.run_owner import RunOwner
from bot.slack.errors import is_final
from bot.slack.messages import Message, Place

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# As patient as the delivery of an answer: some four minutes before an effect is given up.
_PATIENT: StepOptions = {
    "retries_allowed": True,
    "max_attempts": 9,
    "interval_seconds": 1.0,
    "backoff_rate": 2.0,
}
_EVENT = "uptake_said"
_PAGE = 200


@dataclass(frozen=True)
class Begun:
    """A job under way: its name, and the mark of the process that began it."""

    key: str
    mark: str


def start(workflow: Callable[P, Any], key: str, *args: P.args, **kwargs: P.kwargs) -> None:
    """Keeps a job under its name, and begins it; the same name again does nothing."""
    with SetWorkflowID(key):
        DBOS.start_workflow(workflow, *args, **kwargs)


class Steps:
    """What durable jobs do to Slack and the record; called from inside a job."""

    def __init__(self, client: WebClient, limited: Callable[[], None] = lambda: None) -> None:
        self.client = client
        self._limited = limited
        self._mark = RunOwner()

    def begin(self, key: str) -> Begun:
        """The first step of a job."""
        return Begun(key, self._mark.claim())

    def record(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Reads or writes the record; what comes back is kept, so it is plain data."""
        options: StepOptions = {**_PATIENT, "name": "record"}
        return DBOS.run_step(options, act, *args, **kwargs)

    def slack(self, name: str, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Does something to Slack; None where Slack will never let it happen."""
        options: StepOptions = {**_PATIENT, "name": name}
        try:
            return DBOS.run_step(options, lambda: self._patiently(act, *args, **kwargs))
        except error.DBOSMaxStepRetriesExceeded:
            log.warning("Slack did not take “%s” in all the time there was", name)
            return None

    def say(self, begun: Begun, part: str, place: Place, message: Message) -> dict[str, str] | None:
        """Says something, once; gives `channel` and `ts`, or None where it cannot be said.

        What only one person sees, or stands in their own conversation, cannot be looked for: a
        crash at that very moment may have them see it twice.
        """
        key = f"{begun.key}#{part}"
        options: StepOptions = {**_PATIENT, "name": f"say {part}"}
        try:
            return DBOS.run_step(
                options, lambda: self._patiently(self._say, key, begun, place, message)
            )
        except error.DBOSMaxStepRetriesExceeded:
            log.warning("Slack did not take “%s” in all the time there was", part)
            return None

    def respond(self, url: str, message: Message, replace: bool) -> None:
        """Answers over an interaction's own address; it is good for half an hour."""

        def respond() -> None:
            answer = WebhookClient(url).send(
                text=message.text,
                blocks=message.blocks,
                replace_original=replace,
                response_type="ephemeral",
            )
            if answer.status_code != 200:
                log.info("Slack did not take a response: %s", answer.body[:80])

        self.slack("respond", respond)

    def _patiently(self, act: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
        while True:
            try:
                return act(*args, **kwargs)
            except SlackApiError as fault:
                code = fault.response.get("error", "")
                if fault.response.status_code == 429:
                    self._limited()
                    time.sleep(float(fault.response.headers.get("Retry-After", 1)))
                elif is_final(code):
                    log.warning("Slack says %s", code)
                    return None
                else:
                    raise

    def _say(self, key: str, begun: Begun, place: Place, message: Message) -> dict[str, str]:
        status = DBOS.step_status
        again = status is not None and bool(status.current_attempt)
        if again or not self._mark.is_own(begun.mark) or DBOS.workflow_id != begun.key:
            found = self._find(key, place)
            if found:
                return {"channel": place.channel, "ts": found}
        return self._post(key, place, message)

    def _post(self, key: str, place: Place, message: Message) -> dict[str, str]:
        words: dict[str, Any] = {"text": message.text, "blocks": message.blocks}
        if place.thread:
            words["thread_ts"] = place.thread
        if place.only_for:
            self.client.chat_postEphemeral(channel=place.channel, user=place.only_for, **words)
            return {"channel": place.channel, "ts": ""}
        if place.broadcast:
            words["reply_broadcast"] = True
        posted = self.client.chat_postMessage(
            channel=place.channel,
            metadata={"event_type": _EVENT, "event_payload": {"key": key}},
            unfurl_links=False,
            unfurl_media=False,
            **words,
        )
        return {"channel": str(posted["channel"]), "ts": str(posted["ts"])}

    def _find(self, key: str, place: Place) -> str | None:
        if place.only_for or place.channel.startswith(("U", "W")):
            return None
        for each in self._newest(place):
            if each.get("metadata", {}).get("event_payload", {}).get("key") == key:
                return str(each["ts"])
        return None

    def _newest(self, place: Place) -> Iterator[dict[str, Any]]:
        """The thread, or the newest page of a channel: a lost message is a fresh one."""
        if place.thread:
            page = self.client.conversations_replies(
                channel=place.channel, ts=place.thread, include_all_metadata=True, limit=_PAGE
            )
        else:
            page = self.client.conversations_history(
                channel=place.channel, include_all_metadata=True, limit=_PAGE
            )
        yield from cast(dict[str, Any], page.data).get("messages", [])
