"""Puts together who watches over the questions of this process, as the settings say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_core.callbacks import BaseCallbackHandler

from bot.errors import SettingsWrong
from bot.observability.logs import CourseLog
from bot.observability.question_metrics import Observer
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.observability.metrics import Metrics
    from bot.observability.traces import Traces


@dataclass(frozen=True)
class Instruments:
    """Those who watch; figures and traces only where their packages and settings are."""

    observers: tuple[Observer, ...] = ()
    metrics: Metrics | None = None
    model_watchers: tuple[BaseCallbackHandler, ...] = ()


@contextmanager
def instruments_of(settings: Settings) -> Iterator[Instruments]:
    """The instruments, from the start of the process to its end.

    Raises:
        SettingsWrong: traces are asked for without their packages.
    """
    metrics, traces = _metrics(), _traces(settings)
    observers: list[Observer] = [CourseLog()]
    watchers: tuple[BaseCallbackHandler, ...] = ()
    if metrics is not None:
        observers.append(metrics)
        prices = settings.model_price_in, settings.model_price_out
        watchers = (metrics.model_watcher(*prices),)
    if traces is not None:
        observers.append(traces)
    try:
        yield Instruments(tuple(observers), metrics, watchers)
    finally:
        if traces is not None:
            traces.close()


def _metrics() -> Metrics | None:
    try:
        from bot.observability.metrics import Metrics
    except ImportError:
        return None
    return Metrics()


def _traces(settings: Settings) -> Traces | None:
    if settings.otlp_endpoint is None:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        from bot.observability.traces import Traces
    except ImportError as error:
        raise SettingsWrong(
            "UPTAKE_OTLP_ENDPOINT is set, but the packages for traces are missing. "
            "Install them with `pip install 'uptake[traces]'`."
        ) from error
    return Traces(OTLPSpanExporter(endpoint=settings.otlp_endpoint))
