"""A data folder with sources, a Git repository and a web site to read them from."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ingest.sources.fetch import Fetcher, links_of
from ingest.sources.registry import SourceRegistry
from ingest.sources.source import Source
from ingest.sources.sync import SourceSync, Synced
from ingest.sync.sync import Sync
from knowledge.index.index import Index
from knowledge.index.passages import Passage
from tests.knowledge.passages import Hashed

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Home:
    """A data folder whose index knows no meaning; the real sync over the real sources."""

    def __init__(self, folder: Path, private: Sequence[str] = ()) -> None:
        self.folder = folder
        self.book = SourceRegistry(folder / "data")
        self.index = Index.open(folder / "data" / "index", Hashed())
        self.private = frozenset(private)
        self.options: dict[str, Any] = {"pause": lambda seconds: None}
        self.now = NOON

    def files(self) -> Sync:
        covering = self.book.among()
        links = {each.id: links_of(self.book, each) for each in self.book.sources()}

        def link_of(path: Path, root: Path) -> str:
            source = covering.source_of(path)
            return links[source.id](path) if source else path.as_uri()

        return Sync(self.index, link_of=link_of, defaults_of=covering.defaults_of)

    def sync(self, *ids: str) -> list[Synced]:
        bring = Fetcher(self.book, self.private, **self.options).bring
        syncing = SourceSync(self.book, self.index, self.files(), bring, lambda: self.now)
        chosen = [self.book.source(id) for id in ids] if ids else self.book.sources()
        return syncing.run(chosen)

    def add(self, id: str, kind: str, location: object, **fields: Any) -> Source:
        return self.book.add(Source(id, kind, str(location), **fields))

    def passages(self) -> list[Passage]:
        live = self.index.live()
        if live is None or not live.passages:
            return []
        snapshot = self.index.snapshot()
        return [snapshot.passage(row) for row in range(len(snapshot))]

    def texts(self) -> list[str]:
        return [each.text for each in self.passages()]

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path


def git(folder: Path, *arguments: str) -> None:
    name = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    subprocess.run(
        ["git", *name, *arguments], cwd=folder, check=True, capture_output=True, timeout=30
    )


def repository(folder: Path, **files: str) -> Path:
    """A Git repository with one commit; `__` in a name stands for a slash."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, **files)
    return folder


def commit(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Guides")


@dataclass
class Site:
    """A web site on this machine.

    Attributes:
        pages: what each path answers: text, or (status, headers, body) or a function that
            writes the answer itself.
        asked: the paths that were asked for.
    """

    port: int = 0
    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def site(**pages: Any) -> Iterator[Site]:
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            served.headers.append(dict(self.headers))
            answer = served.pages.get(self.path, (404, {}, b"nothing here"))
            if isinstance(answer, Callable):  # type: ignore[arg-type]
                answer(self)
                return
            if isinstance(answer, str):
                answer = (200, {"Content-Type": "text/html; charset=utf-8"}, answer.encode())
            status, headers, body = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
