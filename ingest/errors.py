"""What can go wrong with a file or a folder, each in one sentence for a person."""

from __future__ import annotations

from uptake import UptakeError


class FolderMissing(UptakeError):
    """A path that should be indexed is not there or cannot be read."""


class IndexBusy(UptakeError):
    """Another process is writing to the index."""


class FileUnreadable(UptakeError):
    """One file cannot become passages; the others can.

    Attributes:
        owner: who keeps it, where the file says so; empty otherwise.
    """

    owner: str = ""


class AudienceWrong(FileUnreadable):
    """It is unclear who may read a file, so nobody may until it is corrected."""


class SourceWrong(UptakeError):
    """A source is described in a way it cannot be."""


class SourceFailed(UptakeError):
    """One source could not be brought here; the others can."""


class SourceBusy(SourceFailed):
    """Another process is bringing the source here, so there is nothing to do."""
