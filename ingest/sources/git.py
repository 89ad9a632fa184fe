"""Brings the files of a Git repository here: the newest state, within limits, running nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlsplit

from ingest.errors import SourceFailed
from ingest.sources.addresses import Resolver, checked_address, is_plain, resolved
from ingest.sources.source import Source

# No hooks, no filters, no links, nothing but these ways to fetch.
_SAFE = (
    "core.hooksPath=/dev/null",
    "init.templateDir=",
    "core.symlinks=false",
    "core.fsmonitor=false",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "protocol.allow=never",
    "protocol.https.allow=always",
    "protocol.ssh.allow=always",
    "protocol.file.allow=always",
    "submodule.recurse=false",
    "fetch.fsckObjects=true",
    "http.followRedirects=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
_LOOK_EVERY_SECONDS = 0.1
# What git may say; a server decides what it lists and complains of.
_MOST_SAID = 1024 * 1024
_REVISION = "revision"
# Where an address under https shows files under the same path.
_BROWSABLE = {"github.com": "blob/HEAD/", "gitlab.com": "-/blob/HEAD/"}


@dataclass(frozen=True)
class GitLimits:
    """How long a repository may take and how large it may be."""

    seconds: float = 300.0
    bytes: int = 500 * 1024 * 1024


@dataclass(frozen=True)
class _Way:
    """How a repository is reached: by the very address that was checked.

    Attributes:
        settings: of git.
        ssh: options of ssh.
    """

    settings: tuple[str, ...] = ()
    ssh: str = ""


def bring(
    source: Source,
    folder: Path,
    limits: GitLimits | None = None,
    private: frozenset[str] = frozenset(),
    resolve: Resolver = resolved,
) -> bool:
    """Puts a repository's newest files into `folder`/repository; False if nothing changed.

    Private addresses are asked only of the hosts in `private`.

    Raises:
        SourceFailed: it cannot be reached, is too large or slow, or lacks what is asked for.
    """
    limits, way = limits or GitLimits(), _way_to(source.location, private, resolve)
    target, draft = folder / "repository", folder / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    newest = _newest(source, way, limits)
    if (target / ".git").is_dir() and newest == _known(folder):
        return False
    branch = ["--branch", source.branch] if source.branch else []
    single = ["--depth=1", "--single-branch", "--no-tags", "--no-local", "--quiet"]
    try:
        _git(["clone", *single, *branch, "--", _address(source), str(draft)], way, draft, limits)
        wanted = draft / source.within
        if not wanted.is_dir():
            raise SourceFailed(f"it has no folder {source.within}")
        shutil.rmtree(draft / ".git", ignore_errors=True)
        # What the repository ignores holds in the source's folder too.
        (draft / ".git").mkdir(exist_ok=True)
        (folder / _REVISION).unlink(missing_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
        (folder / _REVISION).write_text(newest, "utf-8")
    except OSError as error:
        raise SourceFailed(f"it cannot be kept here ({error.strerror})") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def web_base(source: Source) -> str:
    """The address under which the repository's files can be opened; empty if that is unknown."""
    parts = urlsplit(source.location) if "://" in source.location else None
    if parts is None or parts.scheme != "https" or parts.hostname not in _BROWSABLE:
        return ""
    path = parts.path.removesuffix("/").removesuffix(".git").strip("/")
    tree = _BROWSABLE[parts.hostname]
    if source.branch:
        tree = tree.replace("HEAD", source.branch)
    within = f"{source.within.strip('/')}/" if source.within.strip("/.") else ""
    return f"https://{parts.hostname}/{path}/{tree}{within}"


def _address(source: Source) -> str:
    return f"file://{source.location}" if source.location.startswith("/") else source.location


def _known(folder: Path) -> str:
    try:
        return (folder / _REVISION).read_text("utf-8")
    except OSError:
        return ""


def _newest(source: Source, way: _Way, limits: GitLimits) -> str:
    """Names the newest state; the source's branch and folder are part of the name."""
    reference = f"refs/heads/{source.branch}" if source.branch else "HEAD"
    listed = _git(["ls-remote", "--", _address(source), reference], way, None, limits)
    if not listed.strip():
        raise SourceFailed(f"it has no branch {source.branch}" if source.branch else "it is empty")
    return f"{listed.split()[0]} {source.branch} {source.location}"


def _way_to(location: str, private: frozenset[str], resolve: Resolver) -> _Way:
    """The way to a repository's host; one on this machine needs none.

    Raises:
        SourceFailed: there is no such host, or its address is private and it is not named.
    """
    scheme, host, port = _server_of(location)
    if scheme == "file":
        return _Way()
    if not is_plain(host):
        raise SourceFailed("the name of its host has more than letters, digits, dots and hyphens")
    address = checked_address(host, port, private, resolve)
    if scheme == "ssh":
        return _Way(ssh=f" -o HostName={address} -o HostKeyAlias={host}")
    shown = f"[{address}]" if ":" in address else address
    return _Way((f"http.curloptResolve={host}:{port}:{shown}",))


def _server_of(location: str) -> tuple[str, str, int]:
    """Scheme, host and port of a repository's address."""
    if location.startswith("/"):
        return ("file", "", 0)
    if "://" not in location:
        return ("ssh", location.partition("@")[2].partition(":")[0], 22)
    parts = urlsplit(location)
    usual = 22 if parts.scheme == "ssh" else 443
    return (parts.scheme, parts.hostname or "", parts.port or usual)


def _git(arguments: Sequence[str], way: _Way, watched: Path | None, limits: GitLimits) -> str:
    """What a git command says.

    Raises:
        SourceFailed: it fails, or takes more time or space than it may.
    """
    settings = [word for setting in (*_SAFE, *way.settings) for word in ("-c", setting)]
    with TemporaryFile() as said, TemporaryFile() as complaint:
        try:
            process = subprocess.Popen(
                ["git", *settings, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=complaint,
                env=_environment(os.environ, way),
                start_new_session=True,
            )
        except OSError as error:
            raise SourceFailed("the program git is not here; install it") from error
        ends = time.monotonic() + limits.seconds
        while _is_running(process):
            late = time.monotonic() > ends
            if late or _is_too_much(watched, limits, said, complaint):
                _end(process)
                reason = f"takes more than {limits.seconds:g} seconds"
                size = f"has more than {limits.bytes >> 20} MB"
                raise SourceFailed(f"it {reason if late else size}")
        if process.returncode:
            raise SourceFailed(f"git could not read it: {_reason(_start_of(complaint))}")
        if _is_too_much(watched, limits, said):
            raise SourceFailed(f"it has more than {limits.bytes >> 20} MB")
        return _start_of(said).decode("utf-8", "replace")


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process still runs, after a moment."""
    try:
        process.wait(_LOOK_EVERY_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _is_too_much(watched: Path | None, limits: GitLimits, *said: IO[bytes]) -> bool:
    if any(os.fstat(each.fileno()).st_size > _MOST_SAID for each in said):
        return True
    return watched is not None and _size(watched) > limits.bytes


def _start_of(said: IO[bytes]) -> bytes:
    said.seek(0)
    return said.read(_MOST_SAID)


def _environment(inherited: Mapping[str, str], way: _Way) -> dict[str, str]:
    """This process's environment without Git's own, Uptake's and Slack's; nothing is asked."""
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith(("GIT_", "UPTAKE_", "SLACK_"))
    }
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_SSH_COMMAND": f"ssh -o BatchMode=yes{way.ssh}",
        "GIT_ALLOW_PROTOCOL": "https:ssh:file",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends git with the helpers that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total


def _reason(complaint: bytes) -> str:
    """The last thing that git complained of, in one line."""
    lines = [line for line in complaint.decode("utf-8", "replace").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "ERROR:"))] or lines
    words = fatal[0].partition(":")[2].strip() if fatal else ""
    return "".join(c for c in words if c.isprintable())[:300] or "it gave no reason"
