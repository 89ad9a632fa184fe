"""A source: where guides come from, who keeps them, who may read them, how often to look."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, urlsplit

from ingest.errors import AudienceWrong, SourceWrong
from ingest.parse.audiences import audience_of
from ingest.parse.documents import KINDS, Defaults
from ingest.sources.addresses import is_plain
from knowledge.index.passages import ANY_TOOL, EVERYONE

FOLDER, FILE, GIT, PAGE, SITEMAP = SOURCE_KINDS = ("folder", "file", "git", "page", "sitemap")
MOST_PAGES = 1000
_SHORTEST_MINUTES = 5
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_PERIOD = re.compile(r"(\d{1,4})\s*(m|h|d)")
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_SCP = re.compile(r"[A-Za-z0-9_][\w.-]*@[A-Za-z0-9]([\w.-]*\w)?:[^-].*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNSUPPORTED = {
    "confluence": "Export the space as HTML and add the folder, or add its pages' address",
    "notion": "Export the workspace as Markdown and add the folder",
}


@dataclass(frozen=True)
class Source:
    """One place that guides come from.

    Attributes:
        id: names it for good, in small letters, digits and hyphens.
        kind: folder, file, git, page or sitemap.
        location: a path or an address.
        guides: the kind of its guides unless they say otherwise; empty for each file's usual.
        every: minutes between two looks; 0 for only when asked.
        link: address under which people can open its files; empty for the usual.
        branch: of a Git repository; empty for its main one.
        within: the folder of a Git repository that holds the guides; empty for all of it.
        hosts: further hosts that a page or sitemap may lead to, beside its own.
        most: how many pages of a sitemap are taken.
        hidden: whether speaker notes, comments, hidden text, sheets and slides are read as well.
    """

    id: str
    kind: str
    location: str
    owner: str = ""
    audience: str = EVERYONE
    tool: str = ANY_TOOL
    guides: str = ""
    every: int = 0
    link: str = ""
    branch: str = ""
    within: str = ""
    hosts: tuple[str, ...] = ()
    most: int = 200
    hidden: bool = False

    @property
    def defaults(self) -> Defaults:
        """What holds for its guides unless their front matter says otherwise."""
        own_links = self.kind not in (PAGE, SITEMAP)
        return Defaults(self.guides, self.tool, self.audience, self.owner, own_links, self.hidden)


def checked(source: Source) -> Source:
    """The source with everything in its usual form.

    Raises:
        SourceWrong: one sentence on the first thing that cannot be.
    """
    if not _ID.fullmatch(source.id):
        raise SourceWrong(
            f"A source cannot be called “{source.id}”: use up to 40 small letters, digits and -."
        )
    if source.kind in _UNSUPPORTED:
        raise SourceWrong(
            f"{source.kind.capitalize()} cannot be read directly: the LangChain package with its "
            f"loader is no longer kept up. {_UNSUPPORTED[source.kind]}."
        )
    if source.kind not in SOURCE_KINDS:
        raise SourceWrong(f"A source's kind is one of {', '.join(SOURCE_KINDS)}.")
    _check_words(source)
    if source.guides and source.guides not in KINDS:
        raise SourceWrong(f"The kind of guides is one of {', '.join(KINDS)}.")
    if source.every and source.every < _SHORTEST_MINUTES:
        raise SourceWrong(f"Look every {_SHORTEST_MINUTES} minutes at most.")
    if not 1 <= source.most <= MOST_PAGES:
        raise SourceWrong(f"A sitemap gives from 1 to {MOST_PAGES} pages.")
    if source.link and not _is_web(source.link):
        raise SourceWrong("A link begins with https://.")
    try:
        source = replace(source, audience=audience_of(source.audience))
    except AudienceWrong as error:
        raise SourceWrong(f"{error}.".replace("its audience", "The audience", 1)) from None
    return _located(source)


def _check_words(source: Source) -> None:
    for name, value in vars(source).items():
        for words in value if isinstance(value, tuple) else (value,):
            if isinstance(words, str) and (_CONTROL.search(words) or len(words) > 1000):
                raise SourceWrong(f"The {name} is too long or holds what cannot be shown.")
    if source.branch.startswith("-"):
        raise SourceWrong("A branch does not begin with -.")
    within = PurePosixPath(source.within)
    if within.is_absolute() or ".." in within.parts:
        raise SourceWrong("The folder within a repository leads out of it.")


def _located(source: Source) -> Source:
    if source.kind in (FOLDER, FILE):
        path = Path(source.location).expanduser().absolute()
        if not (path.is_dir() if source.kind == FOLDER else path.is_file()):
            raise SourceWrong(f"There is no {source.kind} at {path}.")
        return replace(source, location=str(path))
    if source.kind == GIT:
        return replace(source, location=_repository(source.location))
    parts = _parts(source.location)
    if not _is_web(source.location):
        raise SourceWrong("A page or sitemap has an address that begins with https://.")
    if parts.username is not None or parts.password is not None:
        raise SourceWrong("An address is kept without a name and password in it.")
    return replace(source, hosts=tuple(host.lower().rstrip(".") for host in source.hosts))


def _repository(location: str) -> str:
    if location.startswith("-") or "::" in location:
        raise SourceWrong("That is not the address of a Git repository.")
    if "://" not in location and not _SCP.fullmatch(location):
        path = Path(location).expanduser().absolute()
        if not path.is_dir():
            raise SourceWrong(f"There is no Git repository at {path}.")
        return str(path)
    if "://" in location:
        parts = _parts(location)
        if parts.scheme not in ("https", "ssh", "file"):
            raise SourceWrong("A Git repository is read over https, ssh or from this machine.")
        if parts.password is not None or (parts.scheme == "https" and parts.username):
            raise SourceWrong(
                "Leave the password or token out of the address; "
                "keep it in Git's credential helper."
            )
        if (parts.username or "").startswith("-"):
            raise SourceWrong("That is not the address of a Git repository.")
        if parts.scheme != "file" and not is_plain(parts.hostname or ""):
            raise SourceWrong(
                "A host has letters, digits, dots and hyphens, and no dot at its end."
            )
    return location


def _parts(location: str) -> SplitResult:
    try:
        parts = urlsplit(location)
        _ = parts.port
    except ValueError:
        raise SourceWrong(f"This is not an address: {location}.") from None
    return parts


def _is_web(location: str) -> bool:
    parts = _parts(location)
    return parts.scheme in ("https", "http") and bool(parts.hostname)


def kind_of(location: str) -> str:
    """The kind of source that a location looks like."""
    if _SCP.fullmatch(location) or location.startswith(("ssh://", "file://")):
        return GIT
    if location.startswith(("https://", "http://")):
        path = _parts(location).path
        if path.endswith(".git"):
            return GIT
        return SITEMAP if path.endswith((".xml", ".xml.gz")) else PAGE
    return FILE if Path(location).expanduser().is_file() else FOLDER


def id_of(location: str) -> str:
    """A name for a source, from the end of its location."""
    end = location.rstrip("/").removesuffix(".git")
    words = re.sub(r"[^a-z0-9]+", "-", re.split(r"[/:\\]", end)[-1].lower()).strip("-")
    return words[:40].strip("-") or "source"


def minutes_of(period: str) -> int:
    """The minutes of a period such as 30m, 6h or 2d; 0 for `off`.

    Raises:
        SourceWrong: it is none of these.
    """
    if period.strip().lower() in ("", "off"):
        return 0
    match = _PERIOD.fullmatch(period.strip().lower())
    if match is None:
        raise SourceWrong(f"“{period}” is not a period; write it like 30m, 6h or 2d.")
    return int(match[1]) * _MINUTES[match[2]]


def period_of(minutes: int) -> str:
    """Minutes as `minutes_of` reads them."""
    for letter in ("d", "h"):
        if minutes and minutes % _MINUTES[letter] == 0:
            return f"{minutes // _MINUTES[letter]}{letter}"
    return f"{minutes}m" if minutes else "off"
