"""What all parts of Uptake share: its version and the root of its errors."""

from __future__ import annotations

__version__ = "0.1.0"


class UptakeError(Exception):
    """Something a person can mend; the message says what was wrong and what to do."""
