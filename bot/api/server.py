"""Answers HTTP on a port of its own, beside whatever else this process does."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Lifespan

from bot.errors import SettingsWrong

if TYPE_CHECKING:
    import uvicorn

_CLOSING_SECONDS = 5.0


@contextmanager
def listening(
    routes: Sequence[BaseRoute],
    port: int | None,
    setting: str,
    grace: int = 1,
    lifespan: Lifespan[Starlette] | None = None,
) -> Iterator[None]:
    """Answers on `port` until the end of the block; does nothing without one.

    Args:
        setting: the setting that says the port.
        grace: seconds for requests that are under way at the end.
        lifespan: a context that the routes need.

    Raises:
        SettingsWrong: the port is taken.
    """
    if port is None:
        yield
        return
    import uvicorn

    from bot.api.limits import limited

    app = Starlette(routes=list(routes), lifespan=lifespan)
    server = uvicorn.Server(limited(app, port, grace=grace, lifespan="on"))
    thread = threading.Thread(target=_serve, args=(server,), name=f"port-{port}", daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        if not thread.is_alive():
            raise SettingsWrong(f"Port {port} cannot be listened on. Set {setting} to a free one.")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(grace + _CLOSING_SECONDS)


def _serve(server: uvicorn.Server) -> None:
    # Uvicorn leaves a port that is taken by ending the process.
    try:
        server.run()
    except SystemExit:
        return
