"""The routes of the page: every person's view of the workspace under /as/their-handle."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from slack_emulator.errors import PageError
from slack_emulator.models import Json
from slack_emulator.page.actions import PageActions
from slack_emulator.page.feed import events
from slack_emulator.page.rendering.blocks import environment
from slack_emulator.page.safety import FILE_POLICY, PageGuard
from slack_emulator.page.views.directory import base_of, face_of
from slack_emulator.page.views.memory import Memory
from slack_emulator.page.views.models import Where
from slack_emulator.page.views.pages import PageMaker
from slack_emulator.people.reader import WorkspaceReader
from slack_emulator.platform import emojis
from slack_emulator.transport.bodies import body_of, parsed

_STATIC = Path(__file__).parent / "static"
_MOST_UPLOADED = 20 * 1024 * 1024
_MOST_SENT = 1024 * 1024
_SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def routes_for(reader: WorkspaceReader) -> list[BaseRoute]:
    """Return the routes of the page for a workspace.

    They carry their own checks of Host and Origin and their own content rules; mount them at the
    root beside the Web API.
    """
    page = _Page(reader)
    guard = [Middleware(PageGuard)]
    person = [
        Route("/", page.start),
        Route("/live", page.live),
        Route("/developer", page.developer),
        Route("/upload", page.upload, methods=["POST"]),
        Route("/do/{act}", page.act, methods=["POST"]),
        Route("/with/{other}", page.direct),
        Route("/file/{file}/{name}", page.file),
        Route("/{channel}", page.place),
    ]
    return [
        Route("/", page.front, middleware=guard),
        Mount("/as/{handle}", routes=person, middleware=guard),
        Mount("/static", StaticFiles(directory=_STATIC), middleware=guard),
    ]


class _Page:
    def __init__(self, reader: WorkspaceReader) -> None:
        self._reader = reader
        self._memory = Memory()
        self._mark_start()

    def _mark_start(self) -> None:
        for user in self._reader.users():
            viewer = str(user["id"])
            for place in self._reader.channels(viewer):
                channel = str(place["id"])
                newest = self._reader.newest(channel, viewer)
                self._memory.mark_read(viewer, channel, newest)

    async def front(self, request: Request) -> Response:
        people = [user for user in self._reader.users() if face_of(user).is_persona]
        if not people:
            return _problem("Nobody is here yet", "This workspace has no people in it.")
        return RedirectResponse(base_of(people[0]) + "/", 303)

    async def start(self, request: Request) -> Response:
        page = await self._maker(request)
        channel = await run_in_threadpool(self._reader.app_channel, page.viewer)
        return RedirectResponse(page.directory.place(channel), 303)

    async def direct(self, request: Request) -> Response:
        page = await self._maker(request)
        other = request.path_params["other"]
        if other not in page.directory.faces:
            return _problem("Nobody has that name", "Choose a person from the sidebar.", "/")
        channel = await run_in_threadpool(self._reader.direct_channel, page.viewer, other)
        return RedirectResponse(page.directory.place(channel), 303)

    async def place(self, request: Request) -> Response:
        page = await self._maker(request)
        return await run_in_threadpool(self._place, page, request)

    def _place(self, page: PageMaker, request: Request) -> Response:
        where = _where(request, page)
        if not page.is_app(where.channel) and where.channel not in page.directory.places:
            words = f"{page.me.name} cannot open it, or it does not exist."
            return _problem("This place is not here", words, page.directory.base + "/")
        if request.query_params.get("part") == "pane":
            return _part("pane", page.pane(*where.thread) if where.thread else None)
        newest = self._reader.newest(where.channel, page.viewer)
        self._memory.mark_read(page.viewer, where.channel, newest)
        drawn = _drawn(page, where)
        self._tell_app(page, where)
        return HTMLResponse(drawn)

    def _tell_app(self, page: PageMaker, where: Where) -> None:
        actions = self._reader.actions(page.viewer)
        if page.is_app(where.channel):
            actions.open_app("home" if where.tab == "home" else "messages")
        else:
            actions.look_at(where.channel)

    async def developer(self, request: Request) -> Response:
        page = await self._maker(request)
        if request.query_params.get("show") == "no":
            return _part("developer", None)
        return _part("developer", await run_in_threadpool(page.developer))

    async def file(self, request: Request) -> Response:
        page = await self._maker(request)
        file_id = request.path_params["file"]
        found = await run_in_threadpool(self._reader.file, file_id, page.viewer)
        if found is None:
            raise HTTPException(404)
        is_page = found.mimetype == "text/html"
        inline = is_page or found.mimetype in _SHOWN_INLINE
        kind = found.mimetype if inline else "application/octet-stream"
        how = "inline" if inline else "attachment"
        headers = {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(found.name)}"}
        if is_page:
            headers["Content-Security-Policy"] = FILE_POLICY
        return Response(found.content, media_type=kind, headers=headers)

    async def upload(self, request: Request) -> Response:
        page = await self._maker(request)
        name = Path(request.query_params.get("name") or "file").name
        content = await body_of(request, _MOST_UPLOADED)
        if content is None:
            return _fault("That file is too large. Up to 20 MB can be uploaded.")
        return await _answer(
            lambda: {"id": self._reader.actions(page.viewer).upload(name, content), "name": name}
        )

    async def act(self, request: Request) -> Response:
        page = await self._maker(request)
        body = await body_of(request, _MOST_SENT)
        try:
            data = parsed(body or b"")
        except ValueError:
            data = None
        if not isinstance(data, dict):
            return _fault("The page sent something unexpected. Reload it and try again.")
        name: str = request.path_params["act"]
        return await _answer(lambda: PageActions(page).run(name, data))

    async def live(self, request: Request) -> Response:
        viewer = await self._viewer(request)
        where = _where(request, PageMaker(self._reader, self._memory, viewer))
        after = _number(request.headers.get("last-event-id") or request.query_params.get("after"))
        stream = events(self._reader, lambda: self._fresh(str(viewer["id"])), where, after)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    def _fresh(self, viewer: str) -> PageMaker:
        user = next(user for user in self._reader.users() if user["id"] == viewer)
        return PageMaker(self._reader, self._memory, user)

    async def _maker(self, request: Request) -> PageMaker:
        return PageMaker(self._reader, self._memory, await self._viewer(request))

    async def _viewer(self, request: Request) -> Json:
        handle = request.path_params["handle"]
        users = await run_in_threadpool(self._reader.users)
        for user in users:
            if user["name"] == handle and face_of(user).is_persona:
                return user
        raise HTTPException(404, "Nobody here has that name.")


def _where(request: Request, page: PageMaker) -> Where:
    query = request.query_params
    channel = request.path_params.get("channel") or query.get("channel") or ""
    tab = query.get("tab") or ("messages" if page.is_app(channel) else "")
    thread = query.get("thread") or ""
    there, _, ts = thread.rpartition("/")
    return Where(
        channel=channel,
        tab=tab if page.is_app(channel) else "",
        thread=(there or channel, ts) if ts else None,
        developer=query.get("developer") == "1",
        everything=query.get("all") == "1",
    )


def _drawn(page: PageMaker, where: Where) -> str:
    app = page.is_app(where.channel)
    # The frame carries the number of the newest change; it must not be newer than the place.
    frame = page.page(where)
    place = page.app_place(where) if app else page.channel(where)
    template = environment().get_template("app.html" if app else "channel.html")
    return template.render(page=frame, place=place)


def _part(macro: str, view: object) -> Response:
    module = vars(environment().get_template("parts.html").module)
    values = (view, emojis.FREQUENT) if macro == "pane" else (view,)
    return HTMLResponse(str(module[macro](*values)) if view else "")


async def _answer(act: Callable[[], Json]) -> Response:
    try:
        return JSONResponse(await run_in_threadpool(act))
    except PageError as fault:
        return _fault(str(fault))


def _fault(words: str) -> Response:
    return JSONResponse({"message": words}, status_code=400)


def _problem(title: str, words: str, href: str = "") -> Response:
    template = environment().get_template("problem.html")
    return HTMLResponse(template.render(title=title, words=words, href=href), status_code=404)


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,18}", text) else 0
