"""Fetches web pages from named hosts: never from private addresses, never without limits."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from ingest.errors import SourceFailed
from ingest.sources.addresses import Resolver, checked_address, resolved

AGENT = "Uptake"
_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class WebLimits:
    """How large one answer may be and how long it may take."""

    bytes: int = 10 * 1024 * 1024
    seconds: float = 20.0


@dataclass(frozen=True)
class Response:
    """What a server answered.

    Attributes:
        url: where it came from, after redirects.
        media_type: in small letters, without parameters; empty if none is given.
        charset: as the server names it; empty if it does not.
    """

    url: str
    status: int
    media_type: str
    charset: str
    body: bytes


class LedAway(SourceFailed):
    """An address redirects to where its host sends strangers, such as to a sign-in elsewhere."""


class Web:
    """The web as far as a source may see it."""

    def __init__(
        self,
        hosts: frozenset[str],
        private: frozenset[str] = frozenset(),
        limits: WebLimits | None = None,
        resolve: Resolver = resolved,
    ) -> None:
        """Sees `hosts` alone; those that are also in `private` may have private addresses."""
        self._hosts = hosts
        self._private = private
        self._limits = limits or WebLimits()
        self._resolve = resolve

    def get(self, url: str) -> Response:
        """What is at an address, after at most five redirects.

        Raises:
            LedAway: it redirects to what may not be asked.
            SourceFailed: it may not be asked, does not answer, or answers too much.
        """
        ends = time.monotonic() + self._limits.seconds
        for redirects in range(_MOST_REDIRECTS + 1):
            try:
                parts = self.allowed(url)
            except SourceFailed as error:
                raise LedAway(str(error)) if redirects else error from None
            status, headers, body = self._ask(parts, ends)
            target = headers.get("location")
            if status not in _REDIRECTS or not target:
                media_type = headers.get_content_type() if "content-type" in headers else ""
                charset = headers.get_content_charset("") if media_type else ""
                return Response(url, status, media_type, str(charset), body)
            try:
                url = urljoin(url, target)
            except ValueError:
                raise SourceFailed("it redirects to what is no address") from None
        raise SourceFailed(f"it redirects more than {_MOST_REDIRECTS} times")

    def allowed(self, url: str) -> SplitResult:
        """The parts of an address that may be asked.

        Raises:
            SourceFailed: it is malformed, or of a host that the source does not name.
        """
        try:
            parts = urlsplit(url)
            port, host = parts.port, (parts.hostname or "").rstrip(".")
        except ValueError:
            raise SourceFailed("its address is malformed") from None
        if parts.scheme not in ("https", "http") or not host or not url.isprintable():
            raise SourceFailed("its address is none of the web")
        if parts.username is not None or parts.password is not None:
            raise SourceFailed("its address holds a name or password")
        named = {host, f"{host}:{port}"} if port else {host}
        if not named & self._hosts:
            raise SourceFailed(f"it leads to {host}, which the source does not name")
        if port not in (None, 80, 443) and f"{host}:{port}" not in self._hosts:
            raise SourceFailed(f"it leads to port {port} of {host}, which the source does not name")
        return parts

    def _ask(self, parts: SplitResult, ends: float) -> tuple[int, http.client.HTTPMessage, bytes]:
        host = str(parts.hostname).rstrip(".")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = checked_address(host, port, self._private, self._resolve)
        left = ends - time.monotonic()
        if left <= 0:
            raise SourceFailed(self._too_slow)
        connection = _Pinned(host, port, address, left, parts.scheme == "https")
        # However slowly it trickles, at the end of its time it is cut off.
        guard = threading.Timer(left, connection.cut)
        guard.daemon = True
        guard.start()
        try:
            connection.request("GET", _path(parts), headers=_HEADERS)
            response = connection.getresponse()
            return response.status, response.headers, self._body(response, ends)
        except (http.client.HTTPException, OSError, ValueError) as error:
            if connection.was_cut or isinstance(error, TimeoutError):
                raise SourceFailed(self._too_slow) from error
            raise SourceFailed(
                f"it does not answer as a web server does ({_why(error)})"
            ) from error
        finally:
            guard.cancel()
            connection.close()

    def _body(self, response: http.client.HTTPResponse, ends: float) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise SourceFailed("it comes compressed, though it was asked to come as it is")
        body = response.read(self._limits.bytes + 1)
        # What was cut off ends like what is complete.
        if time.monotonic() >= ends:
            raise SourceFailed(self._too_slow)
        if len(body) > self._limits.bytes:
            raise SourceFailed(f"it has more than {self._limits.bytes >> 20} MB")
        return body

    @property
    def _too_slow(self) -> str:
        return f"it takes more than {self._limits.seconds:g} seconds"


_HEADERS = {
    "User-Agent": AGENT,
    "Accept": "text/html, text/markdown, text/plain, application/xml, */*;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, seconds: float, secure: bool) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address = address
        self._context = ssl.create_default_context() if secure else None
        self.default_port = 443 if secure else 80
        self.was_cut = False
        # http.client drops `sock` when the response begins; the response still reads from it.
        self._held: socket.socket | None = None

    def connect(self) -> None:
        """Connects to the checked address and nowhere else."""
        self.sock: Any = socket.create_connection((self._address, self.port), self.timeout)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)
        self._held = self.sock

    def cut(self) -> None:
        """Ends the connection under whoever is reading from it."""
        self.was_cut = True
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)


def _path(parts: SplitResult) -> str:
    safe = "/%:@!$&'()*+,;=~-._"
    return urlunsplit(("", "", quote(parts.path or "/", safe), quote(parts.query, safe + "?"), ""))


def _why(error: Exception) -> str:
    words = getattr(error, "strerror", None) or type(error).__name__
    return "".join(character for character in str(words) if character.isprintable())[:100]
