"""Walks folders for the files that can become passages."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from ingest.errors import FolderMissing

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
IGNORE_FILES = (".gitignore", ".uptakeignore")
# Never content, whatever the folder says.
_ALWAYS_IGNORED = (".*", "~$*", "__pycache__/", "node_modules/")


def files_under(paths: Sequence[Path]) -> list[Path]:
    """The files of a kind that can be read, below `paths` and in their order, each once.

    Hidden files, what `.gitignore` and `.uptakeignore` name, and links that lead out of
    their folder are passed over. A path that is a file itself is taken if its kind is known.

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
        for file in _walk(path, path, [], frozenset(SAVE_AS))
    }
    return Counter(file.suffix.lower() for file in files)


def _below(path: Path) -> Iterator[Path]:
    path = Path(os.path.abspath(path.expanduser()))
    if path.is_dir():
        if not os.access(path, os.R_OK | os.X_OK):
            raise FolderMissing(f"{path} cannot be read. Check its permissions.")
        yield from _walk(path, path, [], SUFFIXES)
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


def _walk(
    folder: Path,
    root: Path,
    rules: Sequence[tuple[Path, GitIgnoreSpec]],
    suffixes: frozenset[str],
    above: frozenset[str] = frozenset(),
) -> Iterator[Path]:
    rules = [*rules, (folder, _rules_of(folder))]
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


def _rules_of(folder: Path) -> GitIgnoreSpec:
    lines = list(_ALWAYS_IGNORED)
    for name in IGNORE_FILES:
        try:
            lines += (folder / name).read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
    return GitIgnoreSpec.from_lines(lines)


def _ignored(path: Path, is_folder: bool, rules: Sequence[tuple[Path, GitIgnoreSpec]]) -> bool:
    slash = "/" if is_folder else ""
    return any(spec.match_file(path.relative_to(base).as_posix() + slash) for base, spec in rules)


def _target_ignored(path: Path, root: Path, is_folder: bool) -> bool:
    """Whether what a link inside `root` points to is ignored where it lies."""
    real, base = Path(os.path.realpath(path)), Path(os.path.realpath(root))
    rules: list[tuple[Path, GitIgnoreSpec]] = []
    place = base
    for name in real.relative_to(base).parts:
        rules.append((place, _rules_of(place)))
        place = place / name
        if _ignored(place, is_folder or place != real, rules):
            return True
    return False


def _leads_out(path: Path, root: Path) -> bool:
    """Whether a link points outside `root`."""
    if not path.is_symlink():
        return False
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
