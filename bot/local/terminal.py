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
from bot.local.plain_text import shown, shown_lines
from knowledge.answers.answer import Answer, Citation
from knowledge.retrieval.confidence import Confidence

MAY_HELP = "I couldn't find a sure answer. These may help:"


class Conversation:
    """Questions from one person at this terminal."""

    def __init__(self, container: Container, one_thread: bool = False) -> None:
        self._container = container
        self._one_thread = one_thread
        self._channel = f"terminal-{uuid.uuid4().hex[:12]}"
        self._asked = 0
        self._account = local_account()

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

    Args:
        one_thread: whether a question may refer to the ones before it.
    """
    with local_jobs(container):
        yield Conversation(container, one_thread)


@contextmanager
def local_jobs(container: Container) -> Iterator[None]:
    """Runs the jobs of one terminal.

    They have a database of their own, so that a bot on the same folder does not take them for
    Slack's, nor this terminal the bot's. A second terminal on the same folder stores its jobs in
    a temporary one.
    """
    with ExitStack() as stack:
        folder = container.settings.data_dir.absolute()
        try:
            stack.enter_context(alone(folder / "terminal.lock"))
        except AlreadyRunning:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="uptake-")))
        url = f"sqlite:///{folder / 'jobs-terminal.sqlite'}"
        stack.enter_context(jobs_running(container, url, "terminal"))
        yield


def as_text(answer: Answer) -> str:
    """An answer for the terminal, with its sources below."""
    paragraphs: list[str] = []
    for part in answer.each:
        paragraphs += [f"> {shown(part.question)}"] if answer.parts else []
        paragraphs += _paragraphs(part)
    if answer.note:
        paragraphs.append(answer.note)
    if answer.outcome is Confidence.ABSTAINED and not answer.is_small_talk:
        paragraphs.append("A person can help: ask your team's champion or the AI team.")
    return shown_lines("\n\n".join(paragraphs))


def _paragraphs(answer: Answer) -> list[str]:
    """The answer to one question; where it is not sure, the sections that may help."""
    if answer.outcome is Confidence.UNSURE:
        sections = [_section(each) for each in answer.citations]
        return [MAY_HELP, *sections]
    sources = "\n".join(_source(each) for each in answer.citations)
    return [answer.text, *([sources] if sources else [])]


def _section(citation: Citation) -> str:
    return "\n".join([_source(citation), *(f"      {line}" for line in citation.quote.split("\n"))])


def _source(citation: Citation) -> str:
    heading = f" › {citation.heading}" if citation.heading else ""
    said = citation.warning or (f"reviewed {citation.reviewed}" if citation.reviewed else "")
    reviewed = f" ({said})" if said else ""
    name = f"  [{citation.number}] {citation.title}{heading}{reviewed}"
    return f"{shown(name)}\n      {shown(citation.link or citation.source)}"


def local_account() -> str:
    """The account of whoever works at this computer."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"terminal:{user}"
