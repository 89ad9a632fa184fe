"""Brings web pages here as files: one page, or those that a sitemap names."""

from __future__ import annotations

import hashlib
import json
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.errors import SourceFailed
from ingest.sources.files import replace_file
from ingest.sources.robots import Robots, everything_allowed, nothing_allowed, robots_of
from ingest.sources.source import SITEMAP, Source
from ingest.sources.web import AGENT, LedAway, Response, Web

_SUFFIXES = {
    "": ".html",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/vtt": ".vtt",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
_TEXT = frozenset({".html", ".txt", ".md", ".csv", ".vtt"})
_GONE, _CLOSED = (404, 410), (401, 403, 407, 451)
_LARGEST_SITEMAP = 50 * 1024 * 1024
_MOST_SITEMAPS = 50
_LIST = "pages.json"


@dataclass(frozen=True)
class PageProblem:
    """A page that could not be brought here, and why."""

    url: str
    reason: str


class Pages:
    """The pages of one source, kept as files in its folder."""

    def __init__(
        self,
        source: Source,
        folder: Path,
        web: Web,
        seconds: float = 900.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Takes at most `seconds` in all; `pause` waits as long as a site's robots.txt asks."""
        self._source, self._folder, self._web = source, folder, web
        self._ends = time.monotonic() + seconds
        self._seconds, self._pause = seconds, pause
        self._robots: dict[str, Robots] = {}

    def bring(self) -> list[PageProblem]:
        """Fetches every page; gives those that failed, which keep the file they had.

        A page that is gone, or that strangers may not see any more, keeps none.

        Raises:
            SourceFailed: the sitemap, or all of its pages, cannot be read.
        """
        files, failed, kept = urls_of(self._folder), [], set()
        names = {url: name for name, url in files.items()}
        try:
            urls = self._listed() if self._source.kind == SITEMAP else [self._source.location]
        except _PageClosed:
            self._let_go({})
            raise
        for url in urls:
            try:
                name, body = self._page(url)
            except SourceFailed as error:
                failed.append(PageProblem(url, str(error)))
                if url in names and not isinstance(error, _PageGone | _PageClosed):
                    kept.add(names[url])
                continue
            files[name] = url
            kept.add(name)
            self._keep(files, name, body)
        self._let_go({name: url for name, url in files.items() if name in kept})
        if len(failed) == len(urls):
            first = failed[0].reason if failed else "it names no pages"
            raise SourceFailed(first if len(urls) < 2 else f"none of its pages: {first}")
        return failed

    def _page(self, url: str) -> tuple[str, bytes]:
        response = self._fetched(url)
        suffix = _SUFFIXES.get(response.media_type)
        if suffix is None:
            raise SourceFailed(f"it is of a kind that cannot be read ({response.media_type})")
        body = _as_utf8(response) if suffix in _TEXT else response.body
        return _name_of(url, suffix), body

    def _fetched(self, url: str) -> Response:
        """An answer that holds what was asked for.

        Raises:
            SourceFailed: the site does not want it fetched, or it is not there.
        """
        if time.monotonic() > self._ends:
            raise SourceFailed(f"the source takes more than {self._seconds:.0f} seconds")
        robots = self._rules_of(url)
        if not robots.allows(url):
            raise SourceFailed("its robots.txt does not allow it")
        self._pause(robots.delay)
        try:
            response = self._web.get(url)
        except LedAway as error:
            raise _PageClosed(str(error)) from None
        # A redirect may lead to what the site keeps to itself.
        if not self._rules_of(response.url).allows(response.url):
            raise _PageClosed("its robots.txt does not allow it")
        if response.status in _GONE:
            raise _PageGone("it is not there any more")
        if response.status in _CLOSED:
            raise _PageClosed(f"the server answers with status {response.status}")
        if response.status != 200:
            raise SourceFailed(f"the server answers with status {response.status}")
        return response

    def _rules_of(self, url: str) -> Robots:
        parts = self._web.allowed(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            self._robots[site] = self._rules(site)
        return self._robots[site]

    def _rules(self, site: str) -> Robots:
        response = self._web.get(f"{site}/robots.txt")
        if response.status >= 500:
            return nothing_allowed(AGENT)
        if response.status != 200:
            return everything_allowed(AGENT)
        return robots_of(response.body.decode("utf-8", "replace"), AGENT)

    def _listed(self) -> list[str]:
        """The pages that the sitemap, or the sitemaps that it names, list; each once."""
        found: dict[str, None] = {}
        maps, seen = [self._source.location], 0
        while maps and seen < _MOST_SITEMAPS and len(found) < self._source.most:
            seen += 1
            root = _sitemap(self._fetched(maps.pop(0)).body)
            nested = _local(root) == "sitemapindex"
            places = [
                (each.text or "").strip()
                for entry in root
                for each in entry
                if _local(each) == "loc" and (each.text or "").strip()
            ]
            if nested:
                maps += places[:_MOST_SITEMAPS]
            else:
                found |= dict.fromkeys(places)
        return list(found)[: self._source.most]

    def _keep(self, files: dict[str, str], name: str, body: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # First the list: a page without its address could not be cited rightly.
        replace_file(self._folder / _LIST, json.dumps(files, indent=1).encode())
        path = self._folder / name
        if not path.exists() or path.read_bytes() != body:
            replace_file(path, body)

    def _let_go(self, files: dict[str, str]) -> None:
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if path.name not in files and path.name != _LIST:
                path.unlink(missing_ok=True)
        replace_file(self._folder / _LIST, json.dumps(files, indent=1).encode())


class _PageGone(SourceFailed):
    """A page that was removed from its site."""


class _PageClosed(SourceFailed):
    """A page that its site does not show to everybody, or not any more."""


def urls_of(folder: Path) -> dict[str, str]:
    """The address of every file that `Pages` has kept in a folder, by its name."""
    try:
        kept = json.loads((folder / _LIST).read_text("utf-8"))
        return {str(name): str(url) for name, url in kept.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _sitemap(body: bytes) -> Element:
    if body.startswith(b"\x1f\x8b"):
        unpacking = zlib.decompressobj(wbits=31)
        try:
            body = unpacking.decompress(body, _LARGEST_SITEMAP)
        except zlib.error as error:
            raise SourceFailed("its sitemap is broken") from error
        if unpacking.unconsumed_tail:
            raise SourceFailed(f"its sitemap unpacks to more than {_LARGEST_SITEMAP >> 20} MB")
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SourceFailed("its sitemap is not one") from error
    if _local(root) not in ("urlset", "sitemapindex"):
        raise SourceFailed("its sitemap is not one")
    return root


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _name_of(url: str, suffix: str) -> str:
    """A file name that tells a person which page it is, and is no other page's."""
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    words = re.sub(r"[^\w-]+", "-", re.sub(r"\.\w{1,5}$", "", last)).strip("-_")[:60] or "index"
    return f"{words}-{hashlib.sha256(url.encode()).hexdigest()[:10]}{suffix}"


def _as_utf8(response: Response) -> bytes:
    """The page in UTF-8, where it is in the other encoding that its server names."""
    try:
        response.body.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return response.body.decode(response.charset or "utf-8").encode()
        except (LookupError, UnicodeError):
            return response.body
    return response.body
