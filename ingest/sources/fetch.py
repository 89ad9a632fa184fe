"""Brings a source's files to this machine, each kind in its way."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from filelock import FileLock, Timeout

from ingest.errors import SourceBusy, SourceFailed
from ingest.sources import git
from ingest.sources.addresses import Resolver, resolved
from ingest.sources.git import GitLimits
from ingest.sources.pages import PageProblem, Pages, urls_of
from ingest.sources.registry import SourceRegistry
from ingest.sources.source import FILE, FOLDER, GIT, PAGE, SITEMAP, Source
from ingest.sources.web import Web, WebLimits


class Fetcher:
    """Brings sources here, each into its own part of the data folder."""

    def __init__(
        self,
        book: SourceRegistry,
        private: frozenset[str] = frozenset(),
        *,
        git_limits: GitLimits | None = None,
        web_limits: WebLimits | None = None,
        pause: Callable[[float], None] = time.sleep,
        resolve: Resolver = resolved,
    ) -> None:
        """Reads private addresses only of the hosts in `private`."""
        self._book, self._private = book, private
        self._git_limits, self._web_limits = git_limits, web_limits
        self._pause, self._resolve = pause, resolve

    def bring(self, source: Source) -> Sequence[PageProblem]:
        """Brings a source's newest files here; gives the parts of it that could not be brought.

        Raises:
            SourceFailed: it cannot be reached; what was here before stays.
        """
        place = self._book.place(source)
        if source.kind in (FOLDER, FILE):
            if not place.exists():
                raise SourceFailed(f"{place} is not there")
            return ()
        folder = self._book.folder_of(source)
        with _alone(folder):
            if source.kind == GIT:
                git.bring(source, folder, self._git_limits, self._private, self._resolve)
                return ()
            web = Web(_hosts(source), self._private, self._web_limits, self._resolve)
            return Pages(source, place, web, pause=self._pause).bring()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(f"{folder.name}.lock"), timeout=0)
        lock.acquire()
    except Timeout as error:
        raise SourceBusy("another process is reading it") from error
    except OSError as error:
        raise SourceFailed(f"it cannot be kept here ({error.strerror})") from error
    try:
        yield
    except OSError as error:
        raise SourceFailed(f"it cannot be kept here ({error.strerror})") from error
    finally:
        lock.release()


def _hosts(source: Source) -> frozenset[str]:
    parts = urlsplit(source.location)
    host = (parts.hostname or "").rstrip(".")
    return frozenset({f"{host}:{parts.port}" if parts.port else host, *source.hosts})


def links_of(book: SourceRegistry, source: Source) -> Callable[[Path], str]:
    """Where people can open each of a source's files: for a page, its own address."""
    place = book.place(source)
    if source.kind in (PAGE, SITEMAP):
        # Read when it is first asked, which is after the pages were brought here.
        urls = cache(lambda: urls_of(place))
        return lambda path: urls().get(path.name, "")
    base = source.link or (git.web_base(source) if source.kind == GIT else "")
    if not base:
        return lambda path: "" if source.kind == GIT else path.as_uri()
    real = Path(os.path.realpath(place.parent if source.kind == FILE else place))

    def link(path: Path) -> str:
        inside = Path(os.path.realpath(path)).relative_to(real)
        return f"{base.rstrip('/')}/{quote(inside.as_posix())}"

    return link
