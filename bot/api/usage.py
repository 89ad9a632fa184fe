"""`POST /v1/usage`: tools report their use over HTTP, and `GET /v1/openapi.json` says how."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StrictBool,
    StrictInt,
    StrictStr,
    StringConstraints,
    model_validator,
)
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount

from adoption.usage.facts import Usage, UsageStore
from adoption.usage.models import Event
from adoption.usage.tokens import ToolTokens
from uptake import __version__

MOST_EVENTS = 1000
_MOST_ATTRIBUTES = 20
_MOST_FAULTS = 20
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)
Clock = Callable[[], datetime]
Handler = Callable[[Request], Awaitable[Response]]

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
        description="The tool's own id of the report. Sent again, it is corrected, not added."
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


class Stored(BaseModel):
    """How many events are new, how many correct an earlier one, how many were there already."""

    new: int
    changed: int
    unchanged: int


class Fault(BaseModel):
    """What is wrong where."""

    where: str
    what: str


class Problem(BaseModel):
    """Why a batch was refused; nothing of it was stored."""

    error: str
    faults: list[Fault] = Field(default_factory=list)


_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text}
    for status, text in {
        400: "The body is not JSON.",
        401: "The token is missing or unknown.",
        408: "The request took too long to arrive.",
        413: "The batch is too large.",
        415: "The body is not sent as JSON.",
        422: "The batch is not as described; nothing was stored.",
        431: "The header is too large.",
        503: "The record is busy; send the same batch again.",
    }.items()
}
_NOT_JSON = "The body is not JSON."


def usage_api(engine: Engine, clock: Clock) -> FastAPI:
    """The application by which tools report their use."""
    tokens, store = ToolTokens(engine), UsageStore(engine)

    class TokenFirst(APIRoute):
        """Checks the token and the kind of content before the body is parsed."""

        def get_route_handler(self) -> Any:
            parse = super().get_route_handler()

            async def handle(request: Request) -> Response:
                header = request.headers.get("authorization")
                request.state.tool = await run_in_threadpool(_tool, tokens, header)
                _check_content(request.headers)
                return await parse(request)

            return handle

    router = APIRouter(route_class=TokenFirst, responses=_REFUSALS)

    @router.post(
        "/usage",
        operation_id="reportUsage",
        summary="Report events of one tool",
        # The route has checked it; this describes it.
        dependencies=[Security(HTTPBearer(auto_error=False))],
    )
    def report_usage(batch: UsageBatch, request: Request) -> Stored:
        reports = [_report(request.state.tool, event) for event in batch.events]
        kept = store.store(reports, clock())
        return Stored(new=kept.new, changed=kept.changed, unchanged=kept.unchanged)

    app = FastAPI(
        title="Uptake usage",
        version=__version__,
        description="Tools report how they are used. A batch is stored as a whole or not at all, "
        "and may be sent again: an event with the same id changes nothing.",
        servers=[{"url": "/v1"}],
        root_path_in_servers=False,
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(OperationalError, _busy)
    return app


def usage_routes(engine: Engine, clock: Clock) -> list[BaseRoute]:
    """The same under `/v1`, as a route of another application."""
    return [Mount("/v1", app=usage_api(engine, clock))]


def _tool(tokens: ToolTokens, header: str | None) -> str:
    scheme, _, token = (header or "").partition(" ")
    tool = tokens.tool_of(token.strip()) if scheme.lower() == "bearer" else None
    if tool is None:
        said = "The token is missing or unknown. Make one with `uptake token TOOL`."
        raise HTTPException(401, said, {"WWW-Authenticate": "Bearer"})
    return tool


def _check_content(headers: Mapping[str, str]) -> None:
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "Send JSON (application/json).")


def _report(tool: str, event: UsageEvent) -> Usage:
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


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = _NOT_JSON if error.status_code == 400 else str(error.detail)
    return _problem(error.status_code, said, headers=error.headers)


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(fault["type"] == "json_invalid" or _is_nothing(fault) for fault in found):
        return _problem(400, _NOT_JSON)
    faults = [
        Fault(
            where=".".join(map(str, fault["loc"][1:])) or "body",
            what=fault["msg"].removeprefix("Value error, "),
        )
        for fault in found[:_MOST_FAULTS]
    ]
    said = "Nothing was stored: the batch is not as /v1/openapi.json describes it."
    return _problem(422, said, faults)


def _is_nothing(fault: Mapping[str, Any]) -> bool:
    return bool(fault["type"] == "missing" and fault["loc"] == ("body",))


def _busy(request: Request, error: Exception) -> Response:
    said = "The record is busy. Send the same batch again."
    return _problem(503, said, headers={"Retry-After": "5"})


def _problem(
    status: int,
    sentence: str,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    problem = Problem(error=sentence, faults=list(faults)).model_dump()
    # Words of the request may be in it, and may be no text that can be encoded.
    content = json.dumps(problem, ensure_ascii=True)
    return Response(content, status, dict(headers or {}), media_type="application/json")
