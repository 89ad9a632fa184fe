"""How often the methods may be called: Slack's tiers and its rule for messages."""

from __future__ import annotations

import math
from dataclasses import dataclass

from slack_emulator.api.method import Method
from slack_emulator.errors import SlackError
from slack_emulator.state.core import Core


@dataclass(frozen=True)
class Rate:
    """A rate with a burst.

    Attributes:
        per_minute: Calls a minute in the long run.
        burst: Calls at once after a pause.
    """

    per_minute: float
    burst: int


# docs.slack.dev/apis/web-api/rate-limits: tiers 1 to 4 are 1, 20, 50 and 100 a minute and more,
# messages one a second for each channel; short bursts are tolerated, without a number.
RATES: dict[object, Rate] = {
    1: Rate(1, 20),
    2: Rate(20, 20),
    3: Rate(50, 50),
    4: Rate(100, 100),
    "special": Rate(600, 600),
    "message": Rate(60, 10),
}


class Rates:
    """Counts the calls of the app and refuses those that come too fast."""

    def __init__(self, core: Core, *, strict: bool = True) -> None:
        """Take the shared core, and whether rates are kept at all."""
        self._core = core
        self._strict = strict
        self._left: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, method: Method, channel: str) -> None:
        """Count a call.

        Raises:
            SlackError: `ratelimited` with HTTP 429 and `Retry-After` where it came too fast.
        """
        if not self._strict:
            return
        rate = RATES[method.tier]
        key = (method.name, channel if method.tier == "message" else "")
        per_second = rate.per_minute / 60
        with self._core.lock:
            now = self._core.clock()
            left, since = self._left.get(key, (float(rate.burst), now))
            left = min(rate.burst, left + (now - since) * per_second)
            if left < 1:
                raise too_fast(math.ceil((1 - left) / per_second))
            self._left[key] = (left - 1, now)


def too_fast(seconds: int) -> SlackError:
    """Return the answer to a call that came too fast."""
    headers = {"Retry-After": str(max(1, seconds))}
    return SlackError("ratelimited", status=429, headers=headers)
