"""Whatever the description of `/mcp` allows or forbids is answered as described."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    status_code_conformance,
)

from bot.mcp.tool import Tool
from bot.mcp.tools import tools_of
from bot.texts import texts
from tests.bot.mcp.world import World

Json = dict[str, Any]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
ACCEPT = {"Accept": "application/json, text/event-stream"}
# Seconds; schemathesis waits for ten, which a busy computer may need.
_PATIENCE = 120
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]


@pytest.fixture(scope="module")
def tools(world: World) -> dict[str, Tool[Any]]:
    return {each.name: each for each in tools_of(world.app.container.settings)}


def message(method: str, params: Json) -> Json:
    """The schema of one request of the protocol."""
    fields = {
        "jsonrpc": {"const": "2.0"},
        "id": {"type": "integer", "minimum": 0},
        "method": {"const": method},
        "params": params,
    }
    return closed(fields)


def closed(fields: Json) -> Json:
    return {
        "type": "object",
        "properties": fields,
        "required": sorted(fields),
        "additionalProperties": False,
    }


def described(bodies: list[Json]) -> Json:
    """OpenAPI of the endpoint: some kinds of messages, and every status that may come back."""
    problem = {"application/json": {"schema": {"type": "object", "required": ["error"]}}}
    refused = {
        status: {"description": "refused", "content": problem}
        for status in ("400", "401", "403", "404", "413", "415")
    }
    answered = {"text/event-stream": {"schema": {"type": "string"}}, **problem}
    responses = {
        "200": {"description": "answered", "content": answered},
        "202": {"description": "taken"},
        **refused,
    }
    body = {"required": True, "content": {"application/json": {"schema": {"anyOf": bodies}}}}
    post = {"requestBody": body, "responses": responses}
    info = {"title": "/mcp", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {"/mcp": {"post": post}}}


def replies_in(text: str) -> Iterator[Json]:
    """The protocol's messages in a body, as JSON or as a stream of events."""
    if text.startswith("{"):
        yield json.loads(text)
    # Not at the other line ends of Unicode, which may be inside.
    for line in re.split(r"\r?\n", text):
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def holds_to(world: World, bodies: list[Json], examples: int, tool: Tool[Any] | None = None) -> str:
    """Sends what a description allows, and then what it forbids; what became of it in words."""
    operation = schemathesis.openapi.from_dict(described(bodies))["/mcp"]["POST"]
    headers = {"Authorization": f"Bearer {world.token(may_write=True)}"} | ACCEPT
    base, seen = world.url.removesuffix("/mcp"), Counter[str]()
    for mode in MODES:

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            answer = case.call(base_url=base, headers=headers, timeout=_PATIENCE)
            case.validate_response(answer, checks=CHECKS, headers=headers)
            for reply in replies_in(answer.text):
                seen[_judged(reply, tool)] += 1

        send()
    return " ".join(sorted(seen))


def _judged(reply: Json, tool: Tool[Any] | None) -> str:
    assert reply["jsonrpc"] == "2.0"
    if "error" in reply:
        assert reply["error"]["code"] != -32603, reply
        return "error"
    result = reply["result"]
    if result.get("isError"):
        assert result["content"][0]["text"] != texts("mcp")["crashed"]
        return "refused"
    if tool is not None:
        jsonschema.validate(result["structuredContent"], tool.described.output_schema)
    return "answered"


NAMES = [
    "search_guides",
    "ask",
    "get_guide",
    "list_training",
    "my_open_points",
    "log_override",
    "log_feedback",
    "log_use",
]


def call_of(tool: Tool[Any]) -> Json:
    arguments = tool.described.input_schema
    return message("tools/call", closed({"name": {"const": tool.name}, "arguments": arguments}))


@pytest.mark.parametrize("name", NAMES)
def test_every_tool_answers_as_it_describes_itself(
    world: World, tools: dict[str, Tool[Any]], name: str
):
    assert set(tools) == set(NAMES)
    seen = holds_to(world, [call_of(tools[name])], 8, tools[name])
    assert "refused" in seen or "error" in seen


REQUESTS = [
    *[message(f"{kind}/list", closed({})) for kind in ("tools", "resources", "prompts")],
    message("resources/read", closed({"uri": {"type": "string"}})),
    message("prompts/get", closed({"name": {"enum": ["check_answer", "plan_wave", "none"]}})),
    message("ping", closed({})),
]


def test_every_other_request_is_answered_or_refused(world: World):
    assert "answered" in holds_to(world, REQUESTS, 20)


@pytest.mark.soak
def test_many_requests_are_answered_as_described(world: World, tools: dict[str, Tool[Any]]):
    for name in NAMES:
        holds_to(world, [call_of(tools[name])], 400, tools[name])
    holds_to(world, REQUESTS, 1500)
