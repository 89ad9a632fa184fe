"""Early statuses: whoever has to wait for an answer sees that it is being worked on."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.conversation.question import Question
from bot.observability.question_metrics import Course, Observer
from bot.slack.errors import SlackError, SlackRateLimited
from bot.slack.gateway import SlackGateway

log = logging.getLogger(__name__)

# An answer that comes sooner needs no status.
PATIENCE = 0.5
# Slack takes some fifty such calls a minute in a workspace; half are kept for setting back.
PER_MINUTE = 45.0
_RESERVE = PER_MINUTE / 2
_ROUND_SECONDS = 0.5
_LOOK_SECONDS = 3.0
_MOST = 5000
_PROCESSING, _ACTIVE = "processing", "active"
# Slack's refusals that concern every status, and not only the one.
_NEVER = frozenset(
    "unknown_method missing_scope not_allowed_token_type feature_not_enabled".split()
)


@dataclass(frozen=True)
class _Waiting:
    question: Question
    since: float


class StatusBoard(Observer):
    """Shows and takes back statuses, as far as Slack's limit lets it; never holds up a question.

    `step` does one round, at a moment passed in; `start` has a thread do one every half second.
    """

    def __init__(
        self,
        slack: SlackGateway,
        finished: Callable[[list[str]], Iterable[str]],
        clock: Callable[[], float],
    ) -> None:
        self._slack = slack
        self._finished = finished
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._shown: dict[str, Question] = {}
        self._over: deque[Question] = deque()
        self._calls = PER_MINUTE
        self._then = self._looked = clock()
        self._off = False
        self._stop = threading.Event()

    def taken(self, question: Question) -> None:
        """Notes that someone waits from now on."""
        with self._lock:
            if not self._off and len(self._waiting) < _MOST and question.id not in self._shown:
                self._waiting[question.id] = _Waiting(question, self._clock())

    def ended(self, question: Question, course: Course) -> None:
        """Notes that someone has the answer."""
        self._end([question.id])

    def start(self) -> None:
        """Begins to show statuses in the background."""
        threading.Thread(target=self._run, name="statuses", daemon=True).start()

    def stop(self) -> None:
        """Ends that; a round under way is not waited for."""
        self._stop.set()

    def step(self, now: float) -> None:
        """Takes back what is over, looks after answers of other workers, shows what is due."""
        self._calls = min(self._calls + (now - self._then) * PER_MINUTE / 60, PER_MINUTE)
        self._then = now
        while self._over and self._calls >= 1:
            self._call(self._over.popleft(), _ACTIVE)
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            with self._lock:
                open = [*self._shown, *self._waiting]
            if open:
                self._end(self._finished(open))
        for each in self._due(now):
            if self._calls < _RESERVE:
                return
            self._show(each.question)

    def _due(self, now: float) -> list[_Waiting]:
        with self._lock:
            return [each for each in self._waiting.values() if now - each.since >= PATIENCE]

    def _show(self, question: Question) -> None:
        with self._lock:
            if self._waiting.pop(question.id, None) is None:
                return
            self._shown[question.id] = question
        self._call(question, _PROCESSING)

    def _end(self, ids: Iterable[str]) -> None:
        with self._lock:
            for id in ids:
                self._waiting.pop(id, None)
                shown = self._shown.pop(id, None)
                if shown is not None:
                    self._over.append(shown)

    def _call(self, question: Question, status: str) -> None:
        if self._off:
            return
        self._calls -= 1
        try:
            self._slack.set_status(question.channel, question.thread, status)
        except SlackRateLimited as limited:
            # As many calls as come back in the time that Slack wants to be left alone.
            self._calls = -limited.seconds * PER_MINUTE / 60
        except SlackError as error:
            self._refused(error)

    def _refused(self, error: SlackError) -> None:
        if error.code not in _NEVER:
            log.info("A status was not shown: %s", error.code)
            return
        self._off = True
        with self._lock:
            self._waiting.clear()
        log.warning("Slack takes no statuses (%s); answers come without them", error.code)

    def _run(self) -> None:
        while not self._stop.wait(_ROUND_SECONDS):
            try:
                self.step(self._clock())
            # The database of jobs may be away for a while; statuses go on when it is back.
            except Exception as error:
                log.info("A round of statuses failed: %s", type(error).__name__)
