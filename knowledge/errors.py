"""What can go wrong with what the bot knows, each in one sentence for a person."""

from __future__ import annotations

from uptake import UptakeError


class IndexUnavailable(UptakeError):
    """The index cannot be opened or read."""


class IndexEmpty(IndexUnavailable):
    """Nothing has been indexed yet."""


class VersionUnknown(UptakeError):
    """A version of the index that is asked for is not kept."""


class EncoderUnavailable(UptakeError):
    """The embedding model cannot be loaded, or is not the published one."""


class ModelUnavailable(UptakeError):
    """The language model cannot be set up."""
