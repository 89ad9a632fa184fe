"""How a job hands an answer over: what a delivery can do, and how patiently it is asked to."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar, runtime_checkable

from dbos import StepOptions

from bot.answering.question import Question
from knowledge.answers.answer import Answer
from uptake import UptakeError

T = TypeVar("T")

# One second, two, four … some four minutes in all before an answer is given up.
POSTING: StepOptions = {
    "name": "post",
    "retries_allowed": True,
    "max_attempts": 9,
    "interval_seconds": 1.0,
    "backoff_rate": 2.0,
}
# As patient as that: the record may be locked, away or without space for a while.
WRITING: StepOptions = POSTING | {"name": "record"}


class Undeliverable(UptakeError):
    """An answer can never reach its place: the channel is gone, or the bot is not in it."""


class RateLimited(UptakeError):
    """Slack wants to be asked again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Slack wants to be asked again in {seconds:g} s.")
        self.seconds = seconds


class Delivery(Protocol):
    """Hands an answer to the person who asked."""

    def post(self, question: Question, answer: Answer, repeated: bool) -> str:
        """Shows the answer; with `repeated`, looks first whether it is shown already.

        Returns:
            The ts of the message that shows it; empty where that is nobody's but the asker's.

        Raises:
            Undeliverable: trying again cannot help.
            RateLimited: nothing was shown, and will not be before some seconds have passed.
            Halted: whoever asked wants no answer any more.
        """


@runtime_checkable
class Changing(Protocol):
    """A delivery that can change what it has shown; each method raises what `post` does."""

    def change(self, question: Question, ts: str, answer: Answer) -> str:
        """Shows another answer in the place of the one in message `ts`; gives its ts."""

    def remove(self, channel: str, ts: str) -> None:
        """Takes a message back; one that is gone already stays gone."""

    def goes_on(self, question: Question, ts: str) -> bool:
        """Whether anything was said in the thread after the answer in message `ts`."""

    def cut_short(self, question: Question, repeated: bool, keep: bool) -> tuple[str, str]:
        """Ends an answer that was begun: with a note, or without a trace where not to `keep`.

        Returns:
            The ts of the message and what it says; both empty where nothing was begun.
        """

    def close(self, channel: str, ts: str) -> None:
        """Ends a message that was growing, with a note; a finished answer is left as it is."""

    def at_rest(self, channel: str, thread: str) -> None:
        """Shows that nothing is worked on in a conversation."""


def patiently(act: Callable[[], T]) -> T:
    """What `act` gives, asked again as often as Slack says when to."""
    while True:
        try:
            return act()
        except RateLimited as error:
            time.sleep(error.seconds)
