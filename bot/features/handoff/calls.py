"""What a job needs to know of a question on its way to a person, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adoption.record import Record
from bot.answering.answered import case_of
from bot.slack.identity import People, user_of
from bot.slack.messages import Place
from bot.texts import texts
from uptake import UptakeError


@dataclass(frozen=True)
class Pressed:
    """A button that somebody pressed: which question, who, where, and when."""

    interaction: str
    account: str
    channel: str
    thread: str
    at: float
    alone: bool = False

    @property
    def home(self) -> Place:
        """Where the presser alone sees something: where they pressed, or from Home directly."""
        user = user_of(self.account)
        if not self.channel:
            return Place(user)
        return Place(self.channel, self.thread, only_for=user)


class NotYet(UptakeError):
    """Somebody was faster than the record; a step that raises this is tried again."""


class CallBook:
    """Looks up and opens help calls; every answer can be kept as the result of a step."""

    def __init__(self, record: Record, people: People, help_channel: str | None) -> None:
        self._record = record
        self._calls = record.handoffs
        self._people = people
        self._help_channel = help_channel

    def target(self, pressed: Pressed) -> str:
        """Whom a question goes to: the channel's helper, the help channel, a champion, an admin."""
        champions = self._record.roles.champions_for(pressed.account)
        return (
            self._record.channel_rules.get(pressed.channel).helper
            or self._help_channel
            or next((user_of(each) for each in champions), "")
            or next(iter(self._people.programme), "")
        )

    def open(self, pressed: Pressed, target: str) -> bool:
        """Opens a call; true as well for the job that opened it, should it come again."""
        home = user_of(pressed.account) if pressed.alone else pressed.channel
        thread = "" if pressed.alone else pressed.thread
        at = moment(pressed.at)
        opened = self._calls.open(pressed.interaction, pressed.account, at, (home, thread), target)
        call = self._calls.get(pressed.interaction)
        mine = call is not None and call.account == pressed.account and not call.ts
        return opened or mine

    def offer_of(self, interaction: str, account: str) -> dict[str, Any] | None:
        """What helpers are shown of a question; None if its words are not kept."""
        case = case_of(interaction)
        if case is None:
            return None
        found = case.answer is not None and bool(case.answer.citations)
        answer = case.answer.text if case.answer is not None and found else ""
        return {
            "interaction": interaction,
            "asker": user_of(account),
            "question": case.question.text,
            "answer": answer,
        }

    def at_place(self, channel: str, thread: str, user: str) -> dict[str, Any]:
        """The call whose message is there, as plain data; empty if there is none.

        Raises:
            NotYet: one is on its way to a place that nobody knows yet.
        """
        # Asked first: a call that is placed in between is found below.
        unplaced = self._calls.is_on_its_way((channel, user))
        call = self._calls.at_message(channel, thread)
        if call is None and unplaced:
            raise NotYet("The place of a question is not written down yet.")
        return self.known(call.interaction_id) if call is not None else {}

    def known(self, interaction: str) -> dict[str, Any]:
        """A call as plain data; empty if there is none."""
        call = self._calls.get(interaction)
        if call is None:
            return {}
        return {
            "interaction": interaction,
            "account": call.account or "",
            "home": call.asked_channel,
            "thread": call.asked_thread,
            "channel": call.channel or "",
            "ts": call.ts or "",
            "taken_by": call.taken_by or "",
            "solved_by": call.solved_by or "",
            "replied": call.reply_ts is not None,
        }

    def may_help(self, pressed: Pressed) -> bool:
        """Whoever sees the offer may help; so may admins, and champions of the asker's team."""
        call = self._calls.get(pressed.interaction)
        if call is None:
            return False
        if call.ts is None:
            raise NotYet("The place of a question is not written down yet.")
        places, user = (call.channel, *self._people.programme), user_of(pressed.account)
        if pressed.channel in places or user in places:
            return True
        champions = self._record.roles.champions_for(call.account) if call.account else []
        return pressed.account in champions or self._people.is_admin(user)

    def gone(self) -> str:
        """What is said of a question that is not kept."""
        say = texts("handoff")
        where = f"<#{self._help_channel}>" if self._help_channel else say["somebody"]
        return say["gone"].format(where=where)


def plain(pressed: Pressed) -> dict[str, Any]:
    """A press as a job keeps it."""
    return {name: getattr(pressed, name) for name in Pressed.__dataclass_fields__}


def bare(call: dict[str, Any]) -> dict[str, Any]:
    """An offer without words, for a question that was erased meanwhile."""
    return {
        "interaction": call["interaction"],
        "asker": user_of(call["account"]),
        "question": "",
        "answer": "",
    }


def moment(at: float) -> datetime:
    """The moment so many seconds after 1970."""
    return datetime.fromtimestamp(at, UTC)
