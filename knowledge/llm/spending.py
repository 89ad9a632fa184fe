"""What a language model may use on a day, for one person and for all together."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol

from knowledge.errors import AllowanceUnknown, AllowanceUsed, PersonalAllowanceUsed

log = logging.getLogger(__name__)

# Characters a token, few enough that an estimate is rather too high than too low: English has
# four and more, German and French about three.
CHARACTERS_A_TOKEN = 3


@dataclass(frozen=True)
class Use:
    """What was used.

    Attributes:
        tokens_in: read by the model; tokens_out: written by it.
        cost: in the currency of the prices; 0 without prices.
    """

    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0

    @property
    def tokens(self) -> int:
        """Both kinds together."""
        return self.tokens_in + self.tokens_out

    def __sub__(self, other: Use) -> Use:
        return Use(
            self.tokens_in - other.tokens_in,
            self.tokens_out - other.tokens_out,
            self.cost - other.cost,
        )


@dataclass(frozen=True)
class Cap:
    """The most that may be used on a day; None for as much as is wanted."""

    tokens: int | None = None
    cost: float | None = None

    def holds(self, use: Use) -> bool:
        """Whether the use stays within."""
        within = self.tokens is None or use.tokens <= self.tokens
        return within and (self.cost is None or use.cost <= self.cost)


@dataclass(frozen=True)
class Caps:
    """The caps for each person and for all together."""

    person: Cap = Cap()
    everyone: Cap = Cap()


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, read and written, in any one currency."""

    tokens_in: float = 0.0
    tokens_out: float = 0.0

    def use(self, tokens_in: int, tokens_out: int) -> Use:
        """The use of so many tokens with its cost."""
        cost = (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1_000_000
        return Use(tokens_in, tokens_out, cost)


class Verdict(Enum):
    """What a ledger says to a use that is about to be made."""

    GRANTED = "granted"
    PERSON_REACHED = "person reached"
    EVERYONE_REACHED = "everyone reached"


class Ledger(Protocol):
    """Keeps what was used, durably; several workers may write at the same time."""

    def reserve(
        self,
        account: str,
        day: date,
        use: Use,
        person_holds: Callable[[Use], bool],
        everyone_holds: Callable[[Use], bool],
    ) -> str:
        """Adds a use if the day's sums with it hold, in one step.

        Gives the value of a `Verdict`; plain text, so that a keeper need not know this module.
        """

    def correct(self, account: str, day: date, difference: Use) -> None:
        """Adds what was used beyond a reservation; less was used where it is negative."""


@dataclass(frozen=True)
class Reservation:
    """Set aside for one call."""

    account: str
    day: date
    use: Use


class Allowance:
    """Grants calls as long as the day's caps hold, and keeps what they used."""

    def __init__(
        self,
        ledger: Ledger,
        today: Callable[[], date],
        caps: Caps | None = None,
        prices: Prices | None = None,
    ) -> None:
        self._ledger = ledger
        self._today = today
        self._caps = caps or Caps()
        self._prices = prices or Prices()

    def reserve(self, account: str, tokens_in: int, tokens_out: int) -> Reservation:
        """Sets aside what a call may use at most; stays set aside if the process dies.

        Raises:
            PersonalAllowanceUsed: this person has reached the cap.
            AllowanceUsed: all together have.
            AllowanceUnknown: the ledger cannot be read or written.
        """
        use, day = self._prices.use(tokens_in, tokens_out), self._today()
        caps = self._caps
        try:
            verdict = Verdict(
                self._ledger.reserve(account, day, use, caps.person.holds, caps.everyone.holds)
            )
        # A ledger raises its database's errors, which this module does not know.
        except Exception as error:
            log.warning("What the model used cannot be read: %s", error)
            raise AllowanceUnknown("What the model used today cannot be read.") from error
        if verdict is Verdict.PERSON_REACHED:
            raise PersonalAllowanceUsed("A person's daily allowance for the model is used.")
        if verdict is Verdict.EVERYONE_REACHED:
            raise AllowanceUsed("The daily allowance for the model is used.")
        return Reservation(account, day, use)

    def settle(self, reservation: Reservation, tokens_in: int, tokens_out: int) -> None:
        """Keeps what was really used in place of what was set aside, if the ledger can."""
        difference = self._prices.use(tokens_in, tokens_out) - reservation.use
        try:
            self._ledger.correct(reservation.account, reservation.day, difference)
        except Exception as error:
            log.warning("What the model used cannot be written: %s", error)


def tokens_of(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return math.ceil(len(text) / CHARACTERS_A_TOKEN)
