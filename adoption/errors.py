"""What can go wrong with the record, each in one sentence for a person."""

from __future__ import annotations

from uptake import UptakeError


class RecordUnavailable(UptakeError):
    """The database of the record cannot be opened, read or brought up to date."""


class NotAWeek(UptakeError):
    """A text that should name an ISO week does not."""


class FileUnreadable(UptakeError):
    """A file to import, or its mapping, cannot be read."""


class NobodyKnown(UptakeError):
    """Nobody in a file to import is on the roster."""


class RowWrong(UptakeError):
    """A row of a file cannot be taken; the message follows “the row …”."""


class TargetWrong(UptakeError):
    """A target is for no measure, or is no share."""


class WaveWrong(UptakeError):
    """A rollout wave, or a decision about it, cannot be stored as it is."""


class ItemWrong(UptakeError):
    """A point of the readiness checklist cannot be stored as it is."""
