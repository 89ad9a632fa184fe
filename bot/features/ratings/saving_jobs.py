"""Asks whom an answer helped what it saved them, and stores the last thing they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from dbos import DBOS
from sqlalchemy import Engine

from adoption.feedback.comments import drop_saving, keep_saving
from adoption.questions.desk_models import Saved
from adoption.questions.models import Vote
from bot.features.ratings.saving_blocks import saved_message, saving_question
from bot.jobs.steps import Steps, start
from bot.slack.identity import user_of
from bot.slack.messages import Place


class Savings:
    """Asks whom an answer helped what it saved them, and keeps the last thing they say."""

    def __init__(self, steps: Steps, engine: Engine) -> None:
        self._steps = steps
        self._engine = engine
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

    def take(self, interaction: str, account: str, saved: Saved, at: float, url: str) -> None:
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
            if not saved:
                self._steps.record(drop_saving, self._engine, interaction, account)
                return
            what, moment = Saved(saved), datetime.fromtimestamp(at, UTC)
            kept = self._steps.record(keep_saving, self._engine, interaction, account, what, moment)
            if kept and url:
                self._steps.respond(url, saved_message(interaction, what), replace=True)

        return keep
