"""What can go wrong with a file or a folder, each in one sentence for a person."""

from __future__ import annotations

from uptake import UptakeError


class FolderMissing(UptakeError):
    """A path that should be indexed is not there or cannot be read."""


class IndexBusy(UptakeError):
    """Another process is writing to the index."""


class FileUnreadable(UptakeError):
    """One file cannot become passages; the others can."""
