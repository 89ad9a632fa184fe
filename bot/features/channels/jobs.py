"""How the app behaves in each channel: sets it, asks for it, and shares what one person saw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS

from adoption.channels.channel_rules import ChannelRule
from adoption.privacy.models import RestrictedAction
from adoption.questions.models import Surface
from adoption.record import Record
from bot.answering.answered import case_of
from bot.answering.blocks import answer_message
from bot.features.channels.blocks import rule_in_words, shared
from bot.features.handoff.blocks import line
from bot.jobs.steps import Steps, start
from bot.slack.identity import People, user_of
from bot.slack.messages import Message, Place
from bot.texts import texts

_IN_CHANNELS = (Surface.CHANNEL, Surface.PRIVATE)


class Channels:
    """Takes rules of channels on, and tells them."""

    def __init__(
        self,
        steps: Steps,
        record: Record,
        people: People,
        clock: Callable[[], float],
    ) -> None:
        self._steps = steps
        self._record = record
        self._people = people
        self._clock = clock
        self._set = DBOS.workflow(name="channel rule")(self._set_workflow())
        self._share = DBOS.workflow(name="share")(self._share_workflow())

    def rule(self, channel: str) -> ChannelRule:
        """The rule of a channel."""
        return self._record.channel_rules.get(channel)

    def take(self, view: str, account: str, channel: str, rule: ChannelRule) -> None:
        """Keeps the rule that was sent from a dialog, `view`."""
        key = f"channel:{view}"
        start(self._set, key, key, account, channel, rule.as_dict(), self._clock())

    def share(self, question: str, account: str, place: Place) -> None:
        """Keeps that somebody shares the answer they alone have seen."""
        key = f"share:{question}:{account}"
        start(self._share, key, key, question, account, place.channel, place.thread)

    def _set_workflow(self) -> Callable[[str, str, str, dict[str, Any], float], None]:
        def set(key: str, account: str, channel: str, values: dict[str, Any], at: float) -> None:
            begun, say, rule = self._steps.begin(key), texts("channels"), ChannelRule.of(values)
            home = Place(channel, only_for=user_of(account))
            # Asked again: what a dialog carries is no proof of who may send it.
            if not self._steps.slack("may", self._people.may_rule, user_of(account), channel):
                self._steps.record(
                    self._refuse, key, account, RestrictedAction.CHANNEL_RULE, channel
                )
                self._steps.say(begun, "refused", home, line(say["refused"]))
                return
            moment = datetime.fromtimestamp(at, UTC)
            self._steps.record(self._record.channel_rules.set, channel, rule, account, moment)
            told = say["saved"].format(rule=rule_in_words(rule))
            self._steps.say(begun, "saved", home, line(told))

        return set

    def _share_workflow(self) -> Callable[[str, str, str, str, str], None]:
        def share(key: str, question: str, account: str, channel: str, thread: str) -> None:
            begun, say = self._steps.begin(key), texts("channels")
            home = Place(channel, thread, only_for=user_of(account))
            found = self._steps.record(self._shared, question, account)
            if "why" in found:
                if found["why"] == "share_other":
                    self._steps.record(self._refuse, key, account, RestrictedAction.SHARE, channel)
                self._steps.say(begun, found["why"], home, line(say[found["why"]]))
                return
            place = Place(found["channel"], found["thread"])
            message = Message(found["text"], found["blocks"])
            self._steps.say(begun, "shared", place, message)

        return share

    def _refuse(self, key: str, account: str, act: RestrictedAction, channel: str) -> None:
        moment = datetime.fromtimestamp(self._clock(), UTC)
        self._record.refused_actions.add(key, account, act, channel, moment)

    def _shared(self, question: str, account: str) -> dict[str, Any]:
        """What is shared, and where; or `why` not."""
        case = case_of(question)
        if case is None or case.answer is None:
            return {"why": "share_gone"}
        asked = case.question
        if asked.account != account:
            return {"why": "share_other"}
        message = shared(answer_message(case.answer, question), user_of(account), asked.text)
        place = {"channel": asked.channel, "thread": asked.thread}
        return place | {"text": message.text, "blocks": message.blocks}
