"""Writes files so that a reader sees the old or the new content, never a part."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

# A draft that is older was left by a process that was killed.
_STALE_SECONDS = 3600.0


def replace_file(path: Path, content: bytes) -> None:
    """Puts content in the place of a file, and removes drafts that killed processes have left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_stale_drafts(path.parent, f".{path.name}.")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def remove_stale_drafts(folder: Path, prefix: str) -> None:
    """Removes files of a folder that begin with a prefix and are older than an hour."""
    for draft in folder.glob(f"{prefix}*"):
        with suppress(OSError):
            if time.time() - draft.stat().st_mtime > _STALE_SECONDS:
                draft.unlink()
