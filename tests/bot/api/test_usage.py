from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import func, select

from adoption.record import Record
from adoption.usage.models import TeamDay, ToolToken, UsageRow
from adoption.usage.tokens import ToolTokens
from bot.api.server import listening
from bot.api.usage import MOST_EVENTS, usage_api, usage_routes
from tests.adoption.factories import fresh_record
from tests.servers import free_port
from tests.support.examples import examples

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    record = fresh_record(tmp_path_factory.mktemp("api"))
    yield record
    record.close()


@pytest.fixture(scope="module")
def address(record: Record) -> Iterator[str]:
    """A real server over a real socket."""
    port = free_port()
    with listening(usage_routes(record.engine, lambda: NOW), port, "UPTAKE_USAGE_PORT"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def client(record: Record, address: str) -> Iterator[httpx.Client]:
    token = ToolTokens(record.engine).make("Helper", NOW)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=headers, trust_env=False) as client:
        yield client


def event(id: str = "1", **fields: Any) -> dict[str, Any]:
    return {
        "id": id,
        "day": "2026-11-16",
        "event": "accepted",
        "person": "ada@example.com",
    } | fields


def send(client: httpx.Client, *events: Any) -> httpx.Response:
    return client.post("/v1/usage", json={"events": list(events)})


def counted(record: Record, tool: str) -> tuple[int, int]:
    with record.engine.connect() as connection:
        rows = connection.execute(
            select(func.count()).select_from(UsageRow).where(UsageRow.tool == tool)
        ).scalar_one()
        accepted = connection.execute(
            select(func.sum(TeamDay.accepted)).where(TeamDay.tool == tool)
        ).scalar_one()
    return rows, accepted


def test_a_batch_sent_twice_is_kept_once(client: httpx.Client, record: Record):
    batch = [event("a", count=3), event("b", person=None, team="Sales")]
    assert send(client, *batch).json() == {"new": 2, "changed": 0, "unchanged": 0}
    assert send(client, *batch).json() == {"new": 0, "changed": 0, "unchanged": 2}
    assert counted(record, "Helper") == (2, 4)
    assert send(client, event("a", count=1)).json()["changed"] == 1
    assert counted(record, "Helper") == (2, 2)


def test_a_token_speaks_for_its_own_tool_alone(client: httpx.Client, record: Record, address: str):
    other = ToolTokens(record.engine).make("Other", NOW)
    send(client, event("same"))
    answer = httpx.post(
        f"{address}/v1/usage",
        json={"events": [event("same", count=7)]},
        headers={"Authorization": f"bearer {other}"},
        trust_env=False,
    )
    assert answer.json() == {"new": 1, "changed": 0, "unchanged": 0}
    assert counted(record, "Other") == (1, 7)


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer upt_x", "Basic abc", "Bearer \u00ff"])
def test_without_a_known_token_nothing_is_read(address: str, header: str | None):
    headers = {"Authorization": header.encode("latin-1")} if header else {}
    answer = httpx.post(f"{address}/v1/usage", content=b"x" * 10, headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "uptake token" in answer.json()["error"]


def test_a_revoked_token_is_worthless(client: httpx.Client, record: Record):
    token = ToolTokens(record.engine).make("Passing", NOW)
    assert ToolTokens(record.engine).revoke("Passing") == 1
    answer = client.post(
        "/v1/usage", json={"events": [event()]}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401


def test_of_a_token_only_a_hash_is_kept(record: Record):
    token = ToolTokens(record.engine).make("Hashed", NOW)
    with record.engine.connect() as connection:
        rows = connection.execute(select(ToolToken.digest)).scalars().all()
    assert all(token not in digest and len(digest) == 64 for digest in rows)


@pytest.mark.parametrize(
    ("fields", "where", "what"),
    [
        ({"day": "16.11.2026"}, "events.0.day", "date"),
        ({"day": "1999-11-16"}, "events.0", "century"),
        ({"event": "loved"}, "events.0.event", "shown"),
        ({"count": -1}, "events.0.count", "greater than or equal"),
        ({"count": 1.5}, "events.0.count", "integer"),
        ({"count": True}, "events.0.count", "integer"),
        ({"person": None}, "events.0", "either a person or a team"),
        ({"team": "Sales"}, "events.0", "either a person or a team"),
        ({"person": " "}, "events.0.person", "pattern"),
        ({"person": "a\0b"}, "events.0.person", "pattern"),
        ({"id": "x" * 256}, "events.0.id", "at most 255"),
        ({"attributes": {"a": [1]}}, "events.0.attributes.a", "valid"),
        ({"surprise": 1}, "events.0.surprise", "not permitted"),
    ],
)
def test_a_wrong_event_is_named_and_nothing_of_its_batch_is_kept(
    client: httpx.Client, record: Record, fields: dict, where: str, what: str
):
    before = counted(record, "Helper") if record else None
    answer = send(client, event(**fields), event("good"))
    assert answer.status_code == 422
    faults = answer.json()["faults"]
    assert any(fault["where"].startswith(where) and what in fault["what"] for fault in faults)
    assert counted(record, "Helper") == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b'{"events": [NaN]}', 422),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'{"events": []}', 422),
        (b'{"events": [1e999]}', 422),
        (b'{"events": [{"id": "\\ud800"}]}', 422),
        (b" " * 2_000_001, 413),
    ],
)
def test_any_other_body_is_refused_in_a_sentence(client: httpx.Client, body: bytes, status: int):
    answer = client.post("/v1/usage", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"].endswith((".", "it."))


def test_what_is_not_sent_as_json_is_refused(client: httpx.Client):
    answer = client.post("/v1/usage", content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert client.get("/v1/usage").status_code == 405


def test_a_batch_holds_a_thousand_events_and_no_more(client: httpx.Client):
    events = [event(f"many-{n}") for n in range(MOST_EVENTS + 1)]
    assert send(client, *events[:-1]).status_code == 200
    answer = send(client, *events)
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["where"] == "events"


def test_the_endpoint_describes_itself(client: httpx.Client):
    told = client.get("/v1/openapi.json").json()
    operation = told["paths"]["/usage"]["post"]
    assert operation["security"] == [{"HTTPBearer": []}]
    assert set(operation["responses"]) >= {"200", "400", "401", "413", "415", "422", "503"}
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/UsageBatch"}


def test_no_request_that_the_description_allows_or_forbids_ends_in_a_fault(
    client: httpx.Client, record: Record, tmp_path: Path
):
    described = usage_api(record.engine, lambda: NOW).openapi()
    schema = schemathesis.openapi.from_dict(described)
    operation = schema["/usage"]["POST"]
    token = client.headers["authorization"]
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    statuses = set()
    for mode in modes:

        @settings(
            max_examples=examples(60),
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def send_any(case: Any) -> None:
            answer = case.call(
                base_url=f"{client.base_url}/v1",
                headers={"Authorization": token},
            )
            statuses.add(answer.status_code)
            assert answer.status_code < 500
            assert str(answer.status_code) in described["paths"]["/usage"]["post"]["responses"]

        send_any()
    assert 200 in statuses
    assert 422 in statuses
