from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.errors import SettingsWrong
from bot.observability.health import Health, health_routes, health_server, metrics_routes
from bot.observability.metrics import Metrics
from bot.observability.setup import Instruments
from bot.serve import health_of


def broken() -> bool:
    raise RuntimeError("secret words")


def client(health: Health) -> TestClient:
    return TestClient(Starlette(routes=[*health_routes(health), *metrics_routes(health)]))


def test_ready_when_every_part_is():
    asked = client(Health(lambda: True, {"slack": lambda: True})).get("/readyz")
    assert (asked.status_code, asked.json()) == (200, {"ready": True, "parts": {"slack": "ok"}})


@pytest.mark.parametrize("check", [broken, lambda: False])
def test_not_ready_when_a_part_fails_and_no_word_of_why(check):
    web = client(Health(lambda: True, {"slack": lambda: True, "database": check}))
    asked = web.get("/readyz")
    assert asked.status_code == 503
    assert asked.json()["parts"] == {"slack": "ok", "database": "failing"}
    assert "secret" not in asked.text
    assert web.get("/healthz").status_code == 200


def test_a_worker_that_no_longer_looks_after_its_jobs_is_not_alive():
    assert client(Health(lambda: False)).get("/healthz").status_code == 503


def test_figures_are_there_only_where_they_are_counted():
    assert client(Health(lambda: True)).get("/metrics").status_code == 404
    assert client(Health(lambda: True, metrics=lambda: b"x 1\n")).get("/metrics").text == "x 1\n"


def test_a_port_that_is_taken_is_said_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(SettingsWrong, match="UPTAKE_HEALTH_PORT"),
            health_server(Health(lambda: True), port),
        ):
            pass


def test_while_the_database_is_away_the_pages_say_so_and_do_not_wait_for_it():
    def waits_for_ever() -> None:
        raise AssertionError("jobs wait for their database")

    container = SimpleNamespace(
        record=SimpleNamespace(answers=lambda: False),
        jobs=SimpleNamespace(backlog=waits_for_ever, watching=True),
        index=SimpleNamespace(snapshot=lambda: ["passage"], live=lambda: None),
    )
    health = health_of(container, Instruments(metrics=Metrics()))
    parts = {"slack": "ok", "database": "failing", "index": "ok", "queue": "failing"}
    assert health.readiness().parts == parts
    assert b"uptake_oldest_waiting_seconds +Inf" in health.metrics()
