"""Reads what a request carries: so many bytes at most, and JSON that every part can handle."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

_MOST_LEVELS = 100


async def body_of(request: Request, most: int) -> bytes | None:
    """Return the body; nothing where it is over `most` bytes, the rest of which is not read.

    Raises:
        ClientDisconnect: The client left before all of it had arrived.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            return None
    return bytes(body)


async def gone(request: Request, error: Exception) -> Response:
    """Answer a client that has left; nobody reads it, and it is no fault."""
    assert isinstance(error, ClientDisconnect)
    return Response(status_code=400)


def parsed(text: str | bytes) -> Any:
    """Return what a JSON text says.

    Raises:
        ValueError: It is no JSON, has numbers that JSON does not know, or is nested too deeply.
    """
    try:
        found = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    level: list[Any] = [found]
    for _ in range(_MOST_LEVELS):
        level = [part for each in level for part in _parts(each)]
        if not level:
            return found
    raise ValueError("nested too deeply")


def _parts(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("the number is too large")
    return number
