"""Asks a LangChain chat model: word by word, in time, within its allowance, or not at all."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from knowledge.errors import ModelTooSlow, ModelUnavailable
from knowledge.llm.breaker import Breaker
from knowledge.llm.spending import Allowance, Reservation, tokens_of

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.language_models import BaseChatModel

# Providers whose LangChain package calls the longest reply something else.
_LONGEST_REPLY = {"ollama": "num_predict"}
# A model that does not stop where it should is cut off at so many times what it may write.
_PATIENCE = 4
_CUT_SHORT = frozenset({"length", "max_tokens", "MAX_TOKENS", "model_length"})


@dataclass(frozen=True)
class Patience:
    """How long a model may take and how much it may write.

    Attributes:
        first: seconds to the first word.
        total: seconds in all.
        tokens: of a reply.
    """

    first: float = 10.0
    total: float = 20.0
    tokens: int = 1000


@dataclass
class _Reply:
    """What has come so far.

    Attributes:
        was_read: whether the model has taken what it was given, so that it counts as used.
    """

    words: list[str] = field(default_factory=list)
    tokens_in: int = 0
    tokens_out: int = 0
    cut_short: bool = False
    was_read: bool = False

    def take(self, chunk: Any) -> str:
        """The words of one piece of the stream."""
        usage = getattr(chunk, "usage_metadata", None) or {}
        self.tokens_in = max(self.tokens_in, int(usage.get("input_tokens", 0)))
        self.tokens_out += int(usage.get("output_tokens", 0))
        about = getattr(chunk, "response_metadata", None) or {}
        ended = {about.get(key) for key in ("finish_reason", "stop_reason", "done_reason")}
        self.cut_short = self.cut_short or not ended.isdisjoint(_CUT_SHORT)
        words = str(chunk.text)
        if words:
            self.was_read = True
            self.words.append(words)
        return words


class Model:
    """One language model, with everything that keeps it in bounds."""

    def __init__(
        self,
        name: str,
        chat: BaseChatModel,
        patience: Patience | None = None,
        breaker: Breaker | None = None,
        allowance: Allowance | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._chat = chat
        self._patience = patience or Patience()
        self._breaker = breaker or Breaker(clock)
        self._allowance = allowance
        self._clock = clock

    @classmethod
    def of(
        cls,
        name: str,
        patience: Patience | None = None,
        breaker: Breaker | None = None,
        allowance: Allowance | None = None,
        watchers: Sequence[BaseCallbackHandler] = (),
    ) -> Model:
        """A model by any name that LangChain's `init_chat_model` takes.

        Args:
            name: for example `openai:gpt-5-mini` or `ollama:llama3`.
            watchers: are called when a request begins and ends.

        Raises:
            ModelUnavailable: the name is unknown, its package or its key is missing.
        """
        from langchain.chat_models import init_chat_model

        patience = patience or Patience()
        bounds: dict[str, Any] = {"timeout": patience.total, "max_retries": 1}
        bounds[_LONGEST_REPLY.get(name.partition(":")[0], "max_tokens")] = patience.tokens
        try:
            chat = init_chat_model(name, callbacks=list(watchers) or None, **bounds)
        # Every provider's package raises its own errors here.
        except Exception as error:
            raise ModelUnavailable(
                f"The language model “{name}” cannot be set up ({_first_line(error)}). "
                "Check UPTAKE_MODEL, the model's package and its key."
            ) from error
        return cls(name, chat, patience, breaker, allowance)

    def stream(
        self, rules: str, task: str, account: str = "", total: float | None = None
    ) -> Generator[str]:
        """The words of the reply as they come; what was cut off in mid-sentence ends with “…”.

        Args:
            account: whose allowance it takes.
            total: seconds in all, if they are to be fewer than usual.

        Raises:
            ModelUnavailable: it failed, or took too long; words may have come before.
            ModelNotAsked: it is left alone, or its allowance is used.
        """
        patience = self._patience
        if total is not None:
            patience = Patience(min(patience.first, total), total, patience.tokens)
        with self._breaker.guarding():
            reserved = self._reserve(account, rules + task)
            reply = _Reply()
            try:
                yield from self._words([("system", rules), ("human", task)], patience, reply)
            except ModelTooSlow:
                reply.was_read = True
                raise
            finally:
                self._settle(reserved, reply, rules + task)
        if reply.cut_short:
            yield " …"

    def _words(
        self, messages: Sequence[tuple[str, str]], patience: Patience, reply: _Reply
    ) -> Generator[str]:
        stream = _Background(self._chat, messages)
        begun = self._clock()
        most = patience.tokens * _PATIENCE
        try:
            while True:
                limit = patience.total if reply.words else min(patience.first, patience.total)
                chunk = stream.next(begun + limit - self._clock())
                if chunk is None:
                    return
                words = reply.take(chunk)
                if words:
                    yield words
                if tokens_of("".join(reply.words)) > most:
                    reply.cut_short = True
                    return
        finally:
            stream.stop()

    def _reserve(self, account: str, read: str) -> Reservation | None:
        if self._allowance is None:
            return None
        return self._allowance.reserve(account, tokens_of(read), self._patience.tokens)

    def _settle(self, reserved: Reservation | None, reply: _Reply, read: str) -> None:
        if self._allowance is None or reserved is None:
            return
        written = "".join(reply.words)
        tokens_in = reply.tokens_in or (tokens_of(read) if reply.was_read else 0)
        self._allowance.settle(reserved, tokens_in, reply.tokens_out or tokens_of(written))


class _Background:
    """A stream read by a thread of its own, because not every provider honours a time-out."""

    def __init__(self, chat: BaseChatModel, messages: Sequence[tuple[str, str]]) -> None:
        self._chat = chat
        self._messages = list(messages)
        self._come: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._stopped = threading.Event()
        threading.Thread(target=self._read, name="model", daemon=True).start()

    def next(self, seconds: float) -> Any:
        """The next piece; None at the end.

        Raises:
            ModelTooSlow: nothing came within `seconds`.
            ModelUnavailable: it failed.
        """
        try:
            come = self._come.get(timeout=max(seconds, 0.0))
        except queue.Empty as error:
            raise ModelTooSlow("The language model took too long.") from error
        if isinstance(come, BaseException):
            raise ModelUnavailable(f"The language model failed ({_first_line(come)}).") from come
        return come

    def stop(self) -> None:
        """Reads no further."""
        self._stopped.set()

    def _read(self) -> None:
        try:
            pieces = self._chat.stream(self._messages)
            for piece in pieces:
                if self._stopped.is_set():
                    with suppress(Exception):
                        pieces.close()  # type: ignore[attr-defined]
                    return
                self._come.put(piece)
            self._come.put(None)
        # Whatever a provider's package raises is raised again where the answer is awaited.
        except BaseException as error:
            self._come.put(error)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
