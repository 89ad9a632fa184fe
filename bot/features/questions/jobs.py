"""Questions that are no message: asked with a command, or about somebody's message."""

from __future__ import annotations

from collections.abc import Callable

from dbos import DBOS

from adoption.questions.models import Surface
from bot.answering.question import Question
from bot.features.handoff.blocks import line
from bot.jobs.steps import Steps, start
from bot.slack.identity import user_of
from bot.slack.messages import Place
from bot.slack.mrkdwn import plain
from bot.texts import texts

_LONGEST_SHOWN = 2000


class Asks:
    """Takes such questions on: they become a thread of the person's own with the app."""

    def __init__(
        self, steps: Steps, take: Callable[[Question], None], clock: Callable[[], float]
    ) -> None:
        self._steps = steps
        self._take = take
        self._clock = clock
        self._job = DBOS.workflow(name="ask")(self._workflow())

    def take(self, trigger: str, account: str, text: str) -> None:
        """Keeps a question; `trigger` names the command or shortcut it came with."""
        key = f"ask:{trigger}"
        start(self._job, key, key, account, text, self._clock())

    def _workflow(self) -> Callable[[str, str, str, float], None]:
        def ask(key: str, account: str, text: str, at: float) -> None:
            begun = self._steps.begin(key)
            said = texts("commands")["you_asked"].format(question=plain(text, _LONGEST_SHOWN))
            root = self._steps.say(begun, "root", Place(user_of(account)), line(said))
            if root is not None:
                self._hand_on(account, root["channel"], root["ts"], text, at)

        return ask

    def _hand_on(self, account: str, channel: str, ts: str, text: str, at: float) -> None:
        self._take(
            Question(
                id=f"{channel}:{ts}",
                account=account,
                surface=Surface.DIRECT,
                channel=channel,
                thread=ts,
                text=text,
                asked_at=at,
            )
        )
