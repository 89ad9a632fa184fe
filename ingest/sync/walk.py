"""Walks folders for the files that can become passages."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from ingest.errors import FileUnreadable, FolderMissing
from ingest.parse.texts import text_of

SUFFIXES = frozenset(
    (
        ".md .markdown .mdx .txt .text .html .htm .pdf .docx .pptx .xlsx .csv .vtt"
        " .rst .rtf .odt .xls"
    ).split()
)
# Kinds that people keep words in, of which nothing is read, by what they can be saved as.
_UNREAD = {
    ".docx": ".doc .docm .pages",
    ".pptx": ".ppt .pptm .odp .key",
    ".xlsx": ".xlsm .xlsb .ods .numbers",
    ".md": ".adoc .asciidoc .org .tex .textile .wiki",
    ".html": ".xml",
    ".pdf": ".epub .msg .eml .one .mht",
    ".vtt": ".srt",
}
SAVE_AS = {suffix: better for better, known in _UNREAD.items() for suffix in known.split()}
_GITS, OURS = ".gitignore", ".uptakeignore"
UNREADABLE = (
    "it says what is not to be indexed and cannot be read, so nothing in its folder is indexed; "
    "save it as UTF-8, with one pattern in each line"
)
_REPOSITORY = ".git"
_MOST_RULES = 1024 * 1024
# What a pattern of no known form raises.
_MALFORMED = (ValueError, re.error)
# Never content, whatever the folder says.
_ALWAYS_IGNORED = (".*", "~$*", "__pycache__/", "node_modules/")


def files_under(paths: Sequence[Path]) -> list[Path]:
    """The files of a kind that can be read, below `paths` and in their order, each once.

    Hidden files, what `.gitignore` and `.uptakeignore` name, and links that lead out of
    their folder are passed over. Within a repository, so is what those of the folders above name,
    unless they name the path itself. Where an `.uptakeignore` cannot be read, it stands for all
    that is in its folder, to be reported. A path that is a file itself is taken if its kind is
    known.

    Raises:
        FolderMissing: a path is not there, or is a file of an unknown kind.
    """
    found: dict[Path, None] = {}
    for path in paths:
        for file in _below(path):
            found.setdefault(file)
    return list(found)


def passed_over(paths: Sequence[Path]) -> Counter[str]:
    """How many documents below some paths are of a kind that cannot be read, by suffix."""
    files = {
        file
        for path in paths
        if path.is_dir()
        for file in _folder(path, frozenset(SAVE_AS))
        if file.name != OURS
    }
    return Counter(file.suffix.lower() for file in files)


def _below(path: Path) -> Iterator[Path]:
    path = Path(os.path.abspath(path.expanduser()))
    if path.is_dir():
        if not os.access(path, os.R_OK | os.X_OK):
            raise FolderMissing(f"{path} cannot be read. Check its permissions.")
        yield from _folder(path, SUFFIXES)
    elif path.is_file():
        if path.suffix.lower() not in SUFFIXES:
            better = SAVE_AS.get(path.suffix.lower())
            advice = f"Save it as {better}. " if better else ""
            raise FolderMissing(
                f"{path} is of a kind that cannot be indexed. {advice}"
                f"Known kinds: {' '.join(sorted(SUFFIXES))}."
            )
        yield path
    else:
        raise FolderMissing(f"{path} is not there. Check the path.")


def _folder(path: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    try:
        rules = _rules_above(path)
    except _RulesUnreadable as unreadable:
        yield unreadable.file
        return
    yield from _walk(path, path, rules, suffixes)


def _walk(
    folder: Path,
    root: Path,
    rules: Sequence[tuple[Path, GitIgnoreSpec]],
    suffixes: frozenset[str],
    above: frozenset[str] = frozenset(),
) -> Iterator[Path]:
    try:
        rules = [*rules, (folder, _rules_of(folder))]
    except _RulesUnreadable as unreadable:
        yield unreadable.file
        return
    above |= {os.path.realpath(folder)}
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = Path(entry.path)
        # Asked of the path: of an entry, a link to itself is an error.
        is_folder = path.is_dir()
        if _ignored(path, is_folder, rules) or _leads_out(path, root):
            continue
        if path.is_symlink() and _target_ignored(path, root, is_folder):
            continue
        if is_folder and os.path.realpath(path) not in above:
            yield from _walk(path, root, rules, suffixes, above)
        elif path.is_file() and path.suffix.lower() in suffixes:
            yield path


class _RulesUnreadable(Exception):
    """Nobody can tell what a folder keeps back."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.file = file


def _rules_of(folder: Path) -> GitIgnoreSpec:
    """What is ignored in a folder.

    Raises:
        _RulesUnreadable: its `.uptakeignore` cannot be read.
    """
    try:
        # Git passes over what it does not understand.
        lines = [line for line in _lines_of(folder / _GITS) if _is_understood(line)]
    except (OSError, FileUnreadable):
        lines = []
    try:
        own = _lines_of(folder / OURS)
        return GitIgnoreSpec.from_lines([*_ALWAYS_IGNORED, *lines, *own])
    except (OSError, FileUnreadable, *_MALFORMED):
        raise _RulesUnreadable(folder / OURS) from None


def _lines_of(path: Path) -> list[str]:
    """The lines of a file in any encoding that editors write; none where there is no file.

    Raises:
        OSError: it is no file, such as a pipe or a device, whose end may never come.
    """
    if not os.path.lexists(path):
        return []
    if not path.is_file():
        raise OSError(f"{path} is no file")
    with path.open("rb") as file:
        data = file.read(_MOST_RULES + 1)
    if len(data) > _MOST_RULES:
        raise OSError(f"{path} is too long")
    return text_of(data).splitlines()


def _is_understood(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except _MALFORMED:
        return False
    return True


def _rules_above(path: Path) -> list[tuple[Path, GitIgnoreSpec]]:
    """The rules of the folders above a path in its repository; none if they name the path itself.

    Raises:
        _RulesUnreadable: those of one cannot be read.
    """
    above = list(path.parents)
    root = next((at for at, each in enumerate(above) if (each / _REPOSITORY).exists()), None)
    if root is None or (path / _REPOSITORY).exists():
        return []
    rules = [(each, _rules_of(each)) for each in reversed(above[: root + 1])]
    return [] if _ignored(path, True, rules) else rules


def _ignored(path: Path, is_folder: bool, rules: Sequence[tuple[Path, GitIgnoreSpec]]) -> bool:
    slash = "/" if is_folder else ""
    return any(spec.match_file(path.relative_to(base).as_posix() + slash) for base, spec in rules)


def _target_ignored(path: Path, root: Path, is_folder: bool) -> bool:
    """Whether what a link inside `root` points to is ignored where it lies."""
    real, base = Path(os.path.realpath(path)), Path(os.path.realpath(root))
    rules: list[tuple[Path, GitIgnoreSpec]] = []
    place = base
    for name in real.relative_to(base).parts:
        try:
            rules.append((place, _rules_of(place)))
        except _RulesUnreadable:
            return True
        place = place / name
        if _ignored(place, is_folder or place != real, rules):
            return True
    return False


def _leads_out(path: Path, root: Path) -> bool:
    """Whether a link points outside `root`."""
    if not path.is_symlink():
        return False
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
