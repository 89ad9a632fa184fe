"""Lets a language model put the answer, from the passages found and with their numbers."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from knowledge.errors import ModelUnavailable
from knowledge.passages import Hit

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.language_models import BaseChatModel

NOT_FOUND = "NOT FOUND"
_NUMBER = re.compile(r"\[(\d{1,3})\]")
# What models write for [1][2] as well.
_SEVERAL = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})+)\]")
# Ends of sentences; after a closing quotation mark only where no sentence goes on.
_END = re.compile(r"[.!?…\]](?=\s+[^\s\[])|[.!?…][\"”’»)]+(?=\s+[^\s\[a-z])")


class Composer(Protocol):
    """Puts an answer in words."""

    name: str

    def compose(self, question: str, hits: Sequence[Hit]) -> str | None:
        """Text whose every sentence cites a hit by number from 1; None if nothing fits."""


class ModelComposer:
    """Asks a LangChain chat model, and keeps only the sentences that name a source it has."""

    def __init__(self, name: str, model: BaseChatModel, timeout: float) -> None:
        self.name = name
        self._model = model
        self._timeout = timeout

    @classmethod
    def of(
        cls, name: str, timeout: float, watchers: Sequence[BaseCallbackHandler] = ()
    ) -> ModelComposer:
        """The composer with a model by any name that LangChain's `init_chat_model` takes.

        Args:
            name: for example `openai:gpt-5-mini` or `ollama:llama3`.
            timeout: seconds that an answer may take.
            watchers: are told of every request and its end.

        Raises:
            ModelUnavailable: the name is unknown, its package or its key is missing.
        """
        from langchain.chat_models import init_chat_model

        try:
            model = init_chat_model(
                name, timeout=timeout, max_retries=1, callbacks=list(watchers) or None
            )
            return cls(name, model, timeout)
        # Every provider's package raises its own errors here.
        except Exception as error:
            raise ModelUnavailable(
                f"The language model “{name}” cannot be set up ({_first_line(error)}). "
                "Check UPTAKE_MODEL, the model's package and its key."
            ) from error

    def compose(self, question: str, hits: Sequence[Hit]) -> str | None:
        """Text whose every sentence cites a hit by number from 1; None if nothing fits.

        Raises:
            ModelUnavailable: the model failed, or took longer than the time-out.
        """
        reply = self._ask(question, hits)
        if reply.strip().upper().startswith(NOT_FOUND):
            return None
        return supported(reply, len(hits)) or None

    def _ask(self, question: str, hits: Sequence[Hit]) -> str:
        messages = [("system", _instructions()), ("human", request(question, hits))]
        reply: Future[str] = Future()

        def ask() -> None:
            try:
                reply.set_result(str(self._model.invoke(messages).text))
            except BaseException as error:
                reply.set_exception(error)

        # A thread of its own, because not every provider honours a time-out.
        threading.Thread(target=ask, name="model", daemon=True).start()
        try:
            return reply.result(timeout=self._timeout)
        except TookTooLong as error:
            raise ModelUnavailable("The language model took too long.") from error
        except Exception as error:
            raise ModelUnavailable(f"The language model failed ({_first_line(error)}).") from error


def request(question: str, hits: Sequence[Hit]) -> str:
    """The passages, fenced and numbered, and the question."""
    fenced = "\n\n".join(
        f'<passage number="{number}" title="{_inert(hit.passage.context)}">\n'
        f"{_inert(hit.passage.text)}\n</passage>"
        for number, hit in enumerate(hits, 1)
    )
    return f"{fenced}\n\n<question>\n{_inert(question)}\n</question>"


def supported(reply: str, sources: int) -> str:
    """The sentences of a reply that cite one of the sources, and nothing but those."""
    spread = _SEVERAL.sub(_spread, " ".join(reply.split()))
    ends = [match.end() for match in _END.finditer(spread)] + [len(spread)]
    sentences = (spread[begin:end].strip() for begin, end in pairwise([0, *ends]))
    return " ".join(
        sentence
        for sentence in sentences
        if (numbers := cited(sentence)) and all(1 <= number <= sources for number in numbers)
    )


def _spread(several: re.Match[str]) -> str:
    return "".join(f"[{number}]" for number in re.findall(r"\d+", several[1]))


def cited(text: str) -> list[int]:
    """The numbers that a text cites, each once, in order of their first mention."""
    return list(dict.fromkeys(int(number) for number in _NUMBER.findall(text)))


def renumbered(text: str, numbers: Sequence[int]) -> str:
    """The text with its citations counted anew, so that the first one mentioned is 1."""
    new = {old: position for position, old in enumerate(numbers, 1)}
    return _NUMBER.sub(lambda match: f"[{new.get(int(match[1]), match[1])}]", text)


def _instructions() -> str:
    return (files("knowledge") / "prompts" / "answer.md").read_text("utf-8")


def _inert(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›").replace('"', "'")


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
