"""A Git repository is asked for at a public address, or at a private one of a named host."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.errors import SourceFailed, SourceWrong
from ingest.sources.git import GitLimits, bring
from ingest.sources.source import Source, checked

LIMITS = GitLimits(seconds=20.0)


def repository(location: str) -> Source:
    return Source("guides", "git", location)


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1/guides.git",
        "https://[::1]/guides.git",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/guides.git",
        "https://localhost/guides.git",
        "https://guides.example:8443/guides.git",
        "ssh://git@guides.example/guides.git",
        "git@guides.example:guides.git",
    ],
)
def test_a_host_with_a_private_address_is_not_asked(location: str, tmp_path: Path):
    def resolve(host: str, port: int) -> list[str]:
        # One public address beside a private one is no excuse.
        return ["1.1.1.1", "10.0.0.7"] if host == "guides.example" else [host.strip("[]")]

    if "localhost" in location:
        with pytest.raises(SourceFailed, match="private address"):
            bring(repository(location), tmp_path, LIMITS)
        return
    with pytest.raises(SourceFailed, match="private address"):
        bring(repository(location), tmp_path, LIMITS, resolve=resolve)
    assert list(tmp_path.iterdir()) == []


# Written so that a shell runs them, or that git resolves the name once more by itself.
ODD_HOSTS = (
    "ssh://git@a;touch ran;.example/guides.git",
    "ssh://git@`touch ran`/guides.git",
    "ssh://git@$(touch${IFS}ran).example/guides.git",
    "https://guides.example./guides.git",
    "https://faß.example/guides.git",
    "https://[::1%25eth0]/guides.git",
    "https://%31%32%37.0.0.1/guides.git",
)


@pytest.mark.parametrize("location", ODD_HOSTS)
def test_a_host_that_others_would_read_differently_is_not_asked(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceFailed, match="the name of its host"):
        bring(repository(location), tmp_path, LIMITS, resolve=lambda host, port: ["1.1.1.1"])
    with pytest.raises(SourceWrong):
        checked(repository(location))
    assert list(tmp_path.iterdir()) == []


def test_what_git_says_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from ingest.sources import git

    talking = tmp_path / "git"
    talking.write_text("#!/bin/sh\nyes refs/heads/main\n")
    talking.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(git, "_MOST_SAID", 10_000)
    with pytest.raises(SourceFailed, match="has more than"):
        bring(repository(str(tmp_path)), tmp_path / "data", LIMITS)


def test_a_host_that_is_not_there_is_said(tmp_path: Path):
    def resolve(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(SourceFailed, match=r"no host guides\.example"):
        bring(repository("https://guides.example/guides.git"), tmp_path, LIMITS, resolve=resolve)


class _Redirecting(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(f"{self.headers['Host']}{self.path}")
        self.send_response(302)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/inside")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    served = ThreadingHTTPServer(("127.0.0.1", 0), _Redirecting)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield served
    served.shutdown()
    thread.join()


def test_git_goes_to_the_address_that_was_checked_and_follows_no_redirect(
    server: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from ingest.sources import git

    # Over plain http, which needs no certificate; the real list of protocols has no http.
    monkeypatch.setattr(git, "_SAFE", (*git._SAFE, "protocol.http.allow=always"))
    usual = git._environment
    monkeypatch.setattr(
        git, "_environment", lambda *a: usual(*a) | {"GIT_ALLOW_PROTOCOL": "http:https:ssh:file"}
    )
    location = f"http://guides.example:{server.server_port}/guides.git"
    with pytest.raises(SourceFailed, match="git could not read it"):
        bring(
            repository(location),
            tmp_path,
            LIMITS,
            frozenset({"guides.example"}),
            resolve=lambda host, port: ["127.0.0.1"],
        )
    hosts = {asked.partition("/")[0] for asked in _Redirecting.asked}
    assert hosts == {f"guides.example:{server.server_port}"}
    assert not any("inside" in asked for asked in _Redirecting.asked)
