from __future__ import annotations

import json
import logging
import re
import sys
from dataclasses import replace
from uuid import uuid4

import pytest
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from adoption.questions.models import Surface
from bot.cli.console import quiet
from bot.conversation.question import Question
from bot.jobs.engine import Backlog
from bot.observability.logs import CourseLog, JsonFormatter
from bot.observability.metrics import Metrics
from bot.observability.question_metrics import Course, Observer, Observers
from bot.observability.setup import instruments_of
from bot.observability.traces import Traces
from bot.settings import Settings

WORDS = "my very private question"
QUESTION = Question("C1:1.5", "T:U", Surface.CHANNEL, "C1", "1.5", WORDS, 1.5)
COURSE = Course("answered", "openai:gpt-x", "v9", 0.5, 0.25, 2.0, 0.125)


class Fails(Observer):
    def taken(self, question: Question) -> None:
        raise RuntimeError(question.text)

    def ended(self, question: Question, course: Course) -> None:
        raise RuntimeError(question.text)


class Notes(Observer):
    def __init__(self) -> None:
        self.heard: list[str] = []

    def taken(self, question: Question) -> None:
        self.heard.append("taken")

    def ended(self, question: Question, course: Course) -> None:
        self.heard.append("ended")


def figures(metrics: Metrics) -> dict[str, float]:
    page = metrics.page(lambda: Backlog(7, 3.5), lambda: "v9").decode()
    lines = [line for line in page.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_one_who_fails_neither_stops_the_others_nor_tells_what_was_asked(caplog):
    notes = Notes()
    all = Observers([Fails(), notes])
    all.taken(QUESTION)
    all.ended(QUESTION, COURSE)
    assert notes.heard == ["taken", "ended"]
    assert "Fails failed: RuntimeError" in caplog.text
    assert WORDS not in caplog.text


def test_figures_count_questions_outcomes_steps_and_what_waits():
    metrics = Metrics()
    metrics.taken(QUESTION)
    metrics.ended(QUESTION, COURSE)
    metrics.rate_limited()
    page = figures(metrics)
    assert page['uptake_questions_total{surface="channel"}'] == 1
    assert page['uptake_outcomes_total{outcome="answered"}'] == 1
    assert page['uptake_step_seconds_sum{step="answer"}'] == 2.0
    assert page['uptake_step_seconds_bucket{le="0.25",step="find"}'] == 1
    assert page["uptake_slack_rate_limited_total"] == 1
    assert page["uptake_questions_waiting"] == 7
    assert page["uptake_oldest_waiting_seconds"] == 3.5
    assert page['uptake_index_info{version="v9"}'] == 1


def test_no_figure_is_of_a_person_a_place_or_a_team():
    metrics = Metrics()
    for who in ("UANN", "UBO"):
        question = replace(QUESTION, account=f"T:{who}", channel=f"C{who}", client="Cursor")
        metrics.taken(question)
        metrics.ended(question, COURSE)
    page = metrics.page(lambda: Backlog(7, 3.5), lambda: "v9").decode()
    assert {*re.findall(r'[{,](\w+)="', page)} == {"surface", "outcome", "step", "le", "version"}
    assert not [word for word in ("UANN", "UBO", "Cursor", WORDS) if word in page]


def test_a_models_requests_errors_tokens_and_cost_are_counted():
    metrics = Metrics()
    watcher = metrics.model_watcher(price_in=2.0, price_out=10.0)
    usage = {"input_tokens": 1000, "output_tokens": 50, "total_tokens": 1050}
    generation = ChatGeneration(message=AIMessage("x", usage_metadata=usage))
    watcher.on_llm_end(LLMResult(generations=[[generation]]), run_id=uuid4())
    watcher.on_llm_error(RuntimeError("x"), run_id=uuid4())
    page = figures(metrics)
    assert page['uptake_model_requests_total{result="answered"}'] == 1
    assert page['uptake_model_requests_total{result="failed"}'] == 1
    assert page['uptake_model_tokens_total{direction="input"}'] == 1000
    assert page["uptake_model_cost_total"] == pytest.approx(0.0025)


def test_a_trace_names_its_steps_as_the_conventions_do_and_holds_no_words():
    exporter = InMemorySpanExporter()
    traces = Traces(exporter)
    traces.ended(QUESTION, COURSE)
    traces.close()
    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert set(spans) == {"invoke_agent Uptake", "retrieval", "chat gpt-x", "post"}
    root, chat = spans["invoke_agent Uptake"], spans["chat gpt-x"]
    assert root.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert chat.attributes["gen_ai.provider.name"] == "openai"
    assert chat.parent.span_id == root.context.span_id
    assert chat.end_time - chat.start_time == 2_000_000_000
    assert root.end_time - root.start_time == 2_375_000_000
    assert WORDS not in "".join(span.to_json() for span in spans.values())


def formatted(logger: str, message: str, *args: object, **more: object) -> dict:
    record = logging.LogRecord(
        logger, logging.ERROR, __file__, 1, message, args, more.get("exc_info")
    )
    return json.loads(JsonFormatter().format(record))


def test_a_line_is_an_object_and_an_error_shows_its_kind_and_place_only():
    try:
        raise ValueError(WORDS)
    except ValueError:
        line = formatted("bot.answering.jobs", "It went %s", "wrong", exc_info=sys.exc_info())
    assert line["message"] == "It went wrong"
    assert (line["level"], line["error"]) == ("ERROR", "ValueError")
    assert "test_instruments.py" in line["trace"][0]
    assert WORDS not in json.dumps(line)


def test_other_libraries_lines_lose_their_words():
    line = formatted("slack_bolt.App", "Unhandled request %s", {"text": WORDS})
    assert line["logger"] == "slack_bolt.App"
    assert WORDS not in json.dumps(line)


def test_the_log_tells_how_a_question_went_without_its_words(capsys):
    quiet("INFO", "json")
    try:
        CourseLog().taken(QUESTION)
        CourseLog().ended(QUESTION, COURSE)
        kept, ended = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        quiet("WARNING")
    assert kept["question"] == ended["question"] == "C1:1.5"
    assert ended["seconds"]["answer"] == 2.0
    assert WORDS not in json.dumps([kept, ended])


def test_traces_are_made_only_where_they_are_asked_for():
    with instruments_of(Settings(_env_file=None)) as plain:
        assert not any(isinstance(each, Traces) for each in plain.observers)
    asked = Settings(_env_file=None, otlp_endpoint="http://127.0.0.1:9/")
    with instruments_of(asked) as traced:
        assert any(isinstance(each, Traces) for each in traced.observers)
