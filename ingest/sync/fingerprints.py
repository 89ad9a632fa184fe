"""Fingerprints of files, to see which have changed since they were indexed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ingest.errors import AudienceWrong, FileUnreadable
from ingest.parse.documents import LARGEST_FILE, NO_DECISION, Decision, Defaults

# Grows when loading or splitting changes, so that everything is read anew.
RECIPE = "8"


def fingerprint(path: Path, link: str, defaults: Defaults, decision: Decision = NO_DECISION) -> str:
    """Names everything that a file's passages depend on.

    Raises:
        FileUnreadable: it cannot be opened (then nobody can tell who may read it), or its name is
            no text.
    """
    if shown_name(str(path)) != str(path):
        raise FileUnreadable("its name or that of its folder is not UTF-8; rename it")
    content = hashlib.sha256(f"{RECIPE}\0{link}\0{defaults}\0".encode())
    if decision != NO_DECISION:
        content.update(f"{decision}\0".encode())
    try:
        if path.stat().st_size <= LARGEST_FILE:
            with path.open("rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    content.update(block)
        else:
            content.update(str(path.stat().st_size).encode())
    except OSError as error:
        raise AudienceWrong(f"it cannot be opened ({error.strerror})") from error
    return content.hexdigest()


def shown_name(path: str) -> str:
    """A path as it can be shown and kept, also where its bytes are no text."""
    return path.encode("utf-8", "replace").decode()
