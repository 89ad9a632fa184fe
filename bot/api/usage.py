"""`POST /v1/usage`: tools report their use over HTTP, and `GET /v1/openapi.json` says how."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, NoReturn

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StrictBool,
    StrictInt,
    StrictStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adoption.usage.facts import Usage, UsageStore
from adoption.usage.models import Event
from adoption.usage.tokens import ToolTokens
from uptake import __version__

MOST_EVENTS = 1000
_MOST_BYTES = 2_000_000
_MOST_ATTRIBUTES = 20
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)
Clock = Callable[[], datetime]

# No NUL, no lone surrogates: what a database can hold; and something that can be seen.
Name = Annotated[
    str,
    StringConstraints(
        strict=True, min_length=1, max_length=255, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$"
    ),
]
Value = Annotated[StrictStr, Field(max_length=255)] | StrictBool | StrictInt | FiniteFloat | None


# What the validators ask for beside the types, for those who generate clients from it.
_SOMEBODY: Any = {
    "oneOf": [
        {"required": [name], "properties": {name: {"type": "string"}, other: {"type": "null"}}}
        for name, other in (("person", "team"), ("team", "person"))
    ]
}
_CENTURY: Any = {"pattern": r"^20\d\d-\d\d-\d\d$"}


class UsageEvent(BaseModel):
    """How often something happened with the tool on one day."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_SOMEBODY)

    id: Name = Field(
        description="The tool's own name of the fact. Sent again, the fact is corrected, not added."
    )
    day: date = Field(
        description="The day by the tool's clocks, like 2026-11-16.", json_schema_extra=_CENTURY
    )
    event: Literal["shown", "accepted", "edited", "overridden", "ignored"]
    count: StrictInt = Field(1, ge=0, le=1_000_000_000)
    person: Name | None = Field(None, description="E-mail address or login; or else a team.")
    team: Name | None = None
    attributes: dict[Name, Value] = Field(default_factory=dict, max_length=_MOST_ATTRIBUTES)

    @model_validator(mode="after")
    def _somebody(self) -> UsageEvent:
        if (self.person is None) == (self.team is None):
            raise ValueError("name either a person or a team")
        if not _EARLIEST <= self.day <= _LATEST:
            raise ValueError("day is not of this century")
        return self


class UsageBatch(BaseModel):
    """Events of one tool; the token says which."""

    model_config = ConfigDict(extra="forbid")

    events: list[UsageEvent] = Field(min_length=1, max_length=MOST_EVENTS)


class Refused(Exception):
    """A request that cannot be taken.

    Attributes:
        faults: what is wrong where, for a body of the wrong form.
    """

    def __init__(
        self, status: HTTPStatus, sentence: str, faults: list[dict[str, str]] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.faults = status, sentence, faults or []


def usage_routes(engine: Engine, clock: Clock) -> list[Route]:
    """The routes by which tools report their use."""
    tokens, store = ToolTokens(engine), UsageStore(engine)
    described = openapi()

    async def usage(request: Request) -> Response:
        try:
            tool = await run_in_threadpool(_tool, tokens, request.headers.get("authorization"))
            batch = _batch(await _body(request))
            facts = [_fact(tool, event) for event in batch.events]
            kept = await run_in_threadpool(store.keep, facts, clock())
        except Refused as refused:
            return _answer(refused)
        except OperationalError:
            busy = Refused(
                HTTPStatus.SERVICE_UNAVAILABLE, "The record is busy. Send the same batch again."
            )
            return _answer(busy)
        return JSONResponse({"new": kept.new, "changed": kept.changed, "unchanged": kept.unchanged})

    async def description(request: Request) -> Response:
        return JSONResponse(described)

    return [
        Route("/v1/usage", usage, methods=["POST"]),
        Route("/v1/openapi.json", description, methods=["GET"]),
    ]


def _tool(tokens: ToolTokens, header: str | None) -> str:
    scheme, _, token = (header or "").partition(" ")
    tool = tokens.tool_of(token.strip()) if scheme.lower() == "bearer" else None
    if tool is None:
        raise Refused(
            HTTPStatus.UNAUTHORIZED,
            "The token is missing or unknown. Make one with `uptake token TOOL`.",
        )
    return tool


async def _body(request: Request) -> bytes:
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON (application/json).")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                raise Refused(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    f"The batch is over {_MOST_BYTES} bytes. Send fewer events at a time.",
                )
    except ClientDisconnect:
        raise Refused(HTTPStatus.BAD_REQUEST, "The request broke off.") from None
    return bytes(body)


def _batch(body: bytes) -> UsageBatch:
    try:
        given = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from None
    try:
        return UsageBatch.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        faults = [
            {
                "where": ".".join(map(str, fault["loc"])) or "body",
                "what": fault["msg"].removeprefix("Value error, "),
            }
            for fault in found[:20]
        ]
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Nothing was kept: the batch is not as /v1/openapi.json describes it.",
            faults,
        ) from None


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _fact(tool: str, event: UsageEvent) -> Usage:
    return Usage(
        source="api",
        tool=tool,
        day=event.day,
        event=Event(event.event),
        count=event.count,
        person=event.person,
        team=event.team,
        attributes=event.attributes or None,
        id=event.id,
    )


def _answer(refused: Refused) -> Response:
    headers = {}
    if refused.status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if refused.status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "5"
    said: dict[str, Any] = {"error": refused.sentence}
    if refused.faults:
        said["faults"] = refused.faults
    # Words of the request may be in it, and may be no text that can be encoded.
    content = json.dumps(said, ensure_ascii=True)
    return Response(content, refused.status, headers, media_type="application/json")


def openapi() -> dict[str, Any]:
    """The description of the endpoint (OpenAPI 3.1)."""
    schema = UsageBatch.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs")
    error = {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {"type": "string"},
            "faults": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["where", "what"],
                    "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
                },
            },
        },
    }
    kept = {
        "type": "object",
        "required": ["new", "changed", "unchanged"],
        "properties": {
            name: {"type": "integer", "minimum": 0} for name in ("new", "changed", "unchanged")
        },
    }
    refusals = {
        "400": "The body is not JSON.",
        "401": "The token is missing or unknown.",
        "413": "The batch is too large.",
        "415": "The body is not sent as JSON.",
        "422": "The batch is not as described; nothing was kept.",
        "503": "The record is busy; send the same batch again.",
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Uptake usage",
            "version": __version__,
            "description": "Tools report how they are used. A batch is kept as a whole or not at "
            "all, and may be sent again: an event with the same id changes nothing.",
        },
        "paths": {
            "/v1/usage": {
                "post": {
                    "operationId": "reportUsage",
                    "summary": "Report events of one tool",
                    "security": [{"token": []}],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": _ref("UsageBatch")}},
                    },
                    "responses": {"200": _response("What was kept.", "Kept")}
                    | {code: _response(text, "Error") for code, text in refusals.items()},
                }
            }
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": parts | {"UsageBatch": schema, "Kept": kept, "Error": error},
        },
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _response(text: str, schema: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": _ref(schema)}}}
