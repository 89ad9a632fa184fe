"""Checks the signature of Slack's requests over HTTP, and this machine's clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from slack_sdk.signature import Clock, SignatureVerifier

log = logging.getLogger(__name__)

_STAMP = "x-slack-request-timestamp"


@dataclass(frozen=True)
class _At(Clock):
    """A clock that shows one moment, or another clock's time."""

    read: Callable[[], float]

    def now(self) -> float:
        return self.read()


class Signatures:
    """Says whether a request is Slack's.

    Args:
        clock: seconds since 1970.
    """

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._secret, self._clock = secret, clock

    def hold(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether a request is signed by Slack, within five minutes of this machine's clock.

        One that is signed well and is off by more is a line in the log: it was sent long ago, or
        the clock is wrong.

        Raises:
            ValueError: the moment in its header is no number.
        """
        if SignatureVerifier(self._secret, _At(self._clock)).is_valid_request(body, headers):
            return True
        sent = float(int(headers.get(_STAMP) or 0))
        if SignatureVerifier(self._secret, _At(lambda: sent)).is_valid_request(body, headers):
            log.error(
                "A request of Slack's was refused: its time and this machine's clock are "
                "%.0f s apart. Correct the clock.",
                abs(self._clock() - sent),
            )
        return False
