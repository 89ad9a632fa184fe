"""Figures for Prometheus: questions, how they ended, how long it took, what waits, what fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.outputs import LLMResult
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from bot.conversation.question import Question
from bot.jobs.engine import Backlog
from bot.observability.question_metrics import Course, Observer

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics(Observer):
    """Counts in a registry of its own, so that two in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._taken = self._counter("uptake_questions", "Questions kept.", "surface")
        self._outcomes = self._counter("uptake_outcomes", "Questions ended.", "outcome")
        self._steps = Histogram(
            "uptake_step_seconds",
            "Seconds that a step of an answer took.",
            ["step"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._limited = self._counter("uptake_slack_rate_limited", "Times that Slack said 429.")
        self._model = self._counter("uptake_model_requests", "Requests to the model.", "result")
        self._tokens = self._counter("uptake_model_tokens", "Tokens of the model.", "direction")
        self._cost = self._counter("uptake_model_cost", "What the tokens cost, as prices are set.")
        self._waiting = self._gauge("uptake_questions_waiting", "Questions that wait.")
        self._oldest = self._gauge("uptake_oldest_waiting_seconds", "Age of the oldest of them.")
        self._index = Info("uptake_index", "Version of the live index.", registry=self.registry)

    def taken(self, question: Question) -> None:
        """Counts a question that was kept."""
        self._taken.labels(question.surface.value).inc()

    def ended(self, question: Question, course: Course) -> None:
        """Counts how a question ended, and how long its steps took."""
        self._outcomes.labels(course.outcome).inc()
        for step in ("waited", "find", "answer", "post"):
            self._steps.labels(step).observe(getattr(course, step))

    def rate_limited(self) -> None:
        """Counts an answer 429 of Slack's."""
        self._limited.inc()

    def page(self, backlog: Callable[[], Backlog], index_version: Callable[[], str]) -> bytes:
        """All figures as Prometheus reads them."""
        now = backlog()
        self._waiting.set(now.waiting)
        self._oldest.set(now.oldest)
        self._index.info({"version": index_version()})
        return generate_latest(self.registry)

    def model_watcher(self, price_in: float, price_out: float) -> BaseCallbackHandler:
        """Counts requests, errors and tokens of a language model.

        Args:
            price_in: of a million tokens read; price_out: of a million written.
        """
        return _ModelWatcher(self._model, self._tokens, self._cost, (price_in, price_out))

    def _counter(self, name: str, help: str, *labels: str) -> Counter:
        return Counter(name, help, labels, registry=self.registry)

    def _gauge(self, name: str, help: str) -> Gauge:
        return Gauge(name, help, registry=self.registry)


class _ModelWatcher(BaseCallbackHandler):
    def __init__(
        self, requests: Counter, tokens: Counter, cost: Counter, prices: tuple[float, float]
    ) -> None:
        self._requests, self._tokens, self._cost, self._prices = requests, tokens, cost, prices

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        self._requests.labels("answered").inc()
        for generation in (each for part in response.generations for each in part):
            message = getattr(generation, "message", None)
            usage = getattr(message, "usage_metadata", None) or {}
            self._spent("input", usage.get("input_tokens", 0), self._prices[0])
            self._spent("output", usage.get("output_tokens", 0), self._prices[1])

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._requests.labels("failed").inc()

    def _spent(self, direction: str, tokens: int, price: float) -> None:
        self._tokens.labels(direction).inc(tokens)
        self._cost.inc(tokens * price / 1_000_000)
