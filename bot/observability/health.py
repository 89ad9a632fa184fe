"""Whether this worker lives and is ready, over HTTP, for those who watch over processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.api.server import listening

State = Literal["ok", "failing"]
FINE: State = "ok"
# The longest that a question may wait before this worker calls itself not ready.
LONGEST_WAIT = 300.0

# Gives whether a part is in order; may fail in any way.
Check = Callable[[], bool]


class Alive(BaseModel):
    """What `/healthz` answers."""

    alive: bool


class Readiness(BaseModel):
    """What `/readyz` answers: whether every part is in order, and each part by name."""

    ready: bool
    parts: dict[str, State]


@dataclass(frozen=True)
class Health:
    """What is asked of a worker.

    Attributes:
        alive: whether it still looks after its jobs.
        checks: the parts that must be in order before it is ready, by name.
        metrics: the page of figures; None where there are none.
    """

    alive: Check
    checks: Mapping[str, Check] = field(default_factory=dict)
    metrics: Callable[[], bytes] | None = None

    def readiness(self) -> Readiness:
        """The state of every part; nothing of why, which is in the log."""
        parts: dict[str, State] = {
            name: FINE if _holds(check) else "failing" for name, check in self.checks.items()
        }
        return Readiness(ready=all(state == FINE for state in parts.values()), parts=parts)


def health_routes(health: Health) -> list[Route]:
    """`/healthz` and `/readyz`: 200 if so, 503 if not."""

    async def healthz(request: Request) -> Response:
        alive = await run_in_threadpool(_holds, health.alive)
        return JSONResponse(Alive(alive=alive).model_dump(), 200 if alive else 503)

    async def readyz(request: Request) -> Response:
        found = await run_in_threadpool(health.readiness)
        return JSONResponse(found.model_dump(), 200 if found.ready else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def metrics_routes(health: Health) -> list[Route]:
    """`/metrics`, where there are figures; not for the port that the world can reach."""

    async def metrics(request: Request) -> Response:
        assert health.metrics is not None
        page = await run_in_threadpool(health.metrics)
        return Response(page, media_type="text/plain; version=0.0.4; charset=utf-8")

    return [Route("/metrics", metrics)] if health.metrics is not None else []


@contextmanager
def health_server(health: Health, port: int | None) -> Iterator[None]:
    """Answers on `port` until the end of the block; does nothing without one.

    Raises:
        SettingsWrong: the port is taken.
    """
    routes = [*health_routes(health), *metrics_routes(health)]
    with listening(routes, port, "UPTAKE_HEALTH_PORT"):
        yield


def _holds(check: Check) -> bool:
    try:
        return check()
    # A part that fails in whatever way is a part that is not in order.
    except Exception:
        return False
