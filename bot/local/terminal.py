"""Answers in the terminal: the same answers, through the same jobs, without Slack."""

from __future__ import annotations

import getpass
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from adoption.questions.models import Surface
from bot.answering.jobs import answer_now
from bot.app import jobs_running
from bot.container import Container
from bot.conversation.question import Ended, Question
from bot.data_folder import alone
from bot.errors import AlreadyRunning
from bot.local.plain_text import shown
from knowledge.answers.answer import Answer
from knowledge.retrieval.confidence import Confidence

NOT_SURE = "I'm not sure, but this may help:"


class Conversation:
    """Questions from one person at this terminal."""

    def __init__(self, container: Container, one_thread: bool = False) -> None:
        self._container = container
        self._one_thread = one_thread
        self._channel = f"terminal-{uuid.uuid4().hex[:12]}"
        self._asked = 0
        self._account = f"terminal:{_user()}"

    def ask(self, text: str) -> Ended:
        """Answers a question, and records it."""
        self._asked += 1
        id = f"{self._channel}:{self._asked}"
        question = Question(
            id=id,
            account=self._account,
            surface=Surface.TERMINAL,
            channel=self._channel,
            thread=self._channel if self._one_thread else id,
            text=text,
            asked_at=time.time(),
        )
        return answer_now(self._container, question)


@contextmanager
def conversation(container: Container, one_thread: bool = False) -> Iterator[Conversation]:
    """A conversation whose questions are recorded like any other's.

    Its jobs have a database of their own, so that a bot on the same folder does not take them
    for Slack's, nor this terminal the bot's. A second terminal on the same folder stores its jobs
    in a temporary one.

    Args:
        one_thread: whether a question may refer to the ones before it.
    """
    with ExitStack() as stack:
        folder = container.settings.data_dir.absolute()
        try:
            stack.enter_context(alone(folder / "terminal.lock"))
        except AlreadyRunning:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="uptake-")))
        url = f"sqlite:///{folder / 'jobs-terminal.sqlite'}"
        stack.enter_context(jobs_running(container, url, "terminal"))
        yield Conversation(container, one_thread)


def as_text(answer: Answer) -> str:
    """An answer for the terminal, with its sources below."""
    lines = [NOT_SURE, ""] if answer.outcome is Confidence.UNSURE else []
    lines.append(shown(answer.text))
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        heading = f" › {citation.heading}" if citation.heading else ""
        said = citation.warning or (f"reviewed {citation.reviewed}" if citation.reviewed else "")
        reviewed = f" ({said})" if said else ""
        lines.append(shown(f"  [{citation.number}] {citation.title}{heading}{reviewed}"))
        lines.append(shown(f"      {citation.link or citation.source}"))
    if answer.note:
        lines += ["", answer.note]
    if answer.nearest:
        lines += ["", shown(f"Nearest: {' · '.join(answer.nearest)}")]
        lines.append("A person can help: ask your team's champion or the AI team.")
    return "\n".join(lines)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
