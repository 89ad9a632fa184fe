"""What can go wrong on the surface, each in one sentence for a person."""

from __future__ import annotations

from uptake import UptakeError


class SettingsWrong(UptakeError):
    """A setting is malformed or missing."""


class AlreadyRunning(UptakeError):
    """Another process works on the same data folder."""


class SlackUnreachable(UptakeError):
    """Slack does not answer, or does not accept the tokens."""


class EvaluationWrong(UptakeError):
    """A file to measure with cannot be read."""


class BackupUnusable(UptakeError):
    """A backup cannot be written, or cannot be put back."""


class WorkUnfinished(UptakeError):
    """Questions are still on their way, which a change of database would lose."""


class PortTaken(UptakeError):
    """Something else listens where the workspace should be."""


class OwnerUnknown(UptakeError):
    """No guide has the owner that is asked for."""
