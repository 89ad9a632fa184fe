"""Asks whom an answer helped what it saved them, and stores the last thing they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from dbos import DBOS

from adoption.feedback.models import TimeSaved, Vote
from adoption.record import Record
from bot.features.ratings.saving_blocks import saved_message, saving_question
from bot.jobs.steps import Steps, start
from bot.slack.identity import user_of
from bot.slack.messages import Place


class Savings:
    """Asks whom an answer helped what it saved them, and keeps the last thing they say."""

    def __init__(self, steps: Steps, record: Record) -> None:
        self._steps = steps
        self._record = record
        self._offer = DBOS.workflow(name="saving offer")(self._offer_workflow())
        self._keep = DBOS.workflow(name="saving")(self._keep_workflow())

    def voted(self, vote: Vote, interaction: str, account: str, place: Place, at: float) -> None:
        """Asks once after a thumb up; a thumb down takes back what was said."""
        if vote is Vote.POSITIVE:
            key = f"saving-offer:{interaction}:{account}"
            start(self._offer, key, key, interaction, account, place.channel, place.thread)
        else:
            key = f"saving:{interaction}:{account}:{at}"
            start(self._keep, key, interaction, account, "", "", at)

    def take(self, interaction: str, account: str, saved: TimeSaved, at: float, url: str) -> None:
        """Keeps what an answer saved, pressed at `at` seconds since 1970."""
        key = f"saving:{interaction}:{account}:{at}"
        start(self._keep, key, interaction, account, saved.value, url, at)

    def _offer_workflow(self) -> Callable[[str, str, str, str, str], None]:
        def offer(key: str, interaction: str, account: str, channel: str, thread: str) -> None:
            begun = self._steps.begin(key)
            place = Place(channel, thread, only_for=user_of(account))
            self._steps.say(begun, "ask", place, saving_question(interaction))

        return offer

    def _keep_workflow(self) -> Callable[[str, str, str, str, float], None]:
        def keep(interaction: str, account: str, saved: str, url: str, at: float) -> None:
            feedback = self._record.feedback
            if not saved:
                self._steps.record(feedback.remove_time_saved, interaction, account)
                return
            what, moment = TimeSaved(saved), datetime.fromtimestamp(at, UTC)
            kept = self._steps.record(feedback.set_time_saved, interaction, account, what, moment)
            if kept and url:
                self._steps.respond(url, saved_message(interaction, what), replace=True)

        return keep
