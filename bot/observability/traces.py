"""Traces for OpenTelemetry, named as its conventions for generative AI name them."""

from __future__ import annotations

import time

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, set_span_in_context
from opentelemetry.util.types import AttributeValue

from bot.conversation.question import Question
from bot.observability.question_metrics import Course, Observer

_OPERATION = "gen_ai.operation.name"
_NANO = 1_000_000_000


class Traces(Observer):
    """One trace a question, with a span a step; without a word of question or answer."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": "uptake"}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("uptake")

    def ended(self, question: Question, course: Course) -> None:
        """Writes the trace of a question when its steps are known."""
        end = time.time_ns()
        spent = round((course.find + course.answer + course.post) * _NANO)
        root = self._span("invoke_agent Uptake", "invoke_agent", end - spent, None)
        root.set_attributes(
            {
                "gen_ai.agent.name": "Uptake",
                "gen_ai.conversation.id": f"{question.channel}:{question.thread}",
                "uptake.outcome": course.outcome,
                "uptake.surface": question.surface.value,
                "uptake.waited_seconds": course.waited,
            }
        )
        at = end - spent
        for name, operation, seconds, more in _steps(course):
            step = self._span(name, operation, at, root)
            step.set_attributes(more)
            at += round(seconds * _NANO)
            step.end(at)
        root.end(end)

    def close(self) -> None:
        """Sends what is left."""
        self._provider.shutdown()

    def _span(self, name: str, operation: str, begin: int, parent: Span | None) -> Span:
        context = set_span_in_context(parent) if parent is not None else None
        span = self._tracer.start_span(name, context, start_time=begin)
        span.set_attribute(_OPERATION, operation)
        return span


def _steps(course: Course) -> list[tuple[str, str, float, dict[str, AttributeValue]]]:
    found: dict[str, AttributeValue] = {"gen_ai.data_source.id": course.index_version}
    steps = [("retrieval", "retrieval", course.find, found)]
    if course.model is None:
        steps.append(("quote", "quote", course.answer, {}))
    else:
        provider, _, model = course.model.rpartition(":")
        asked: dict[str, AttributeValue] = {"gen_ai.request.model": model}
        if provider:
            asked["gen_ai.provider.name"] = provider
        steps.append((f"chat {model}", "chat", course.answer, asked))
    steps.append(("post", "post", course.post, {}))
    return steps
