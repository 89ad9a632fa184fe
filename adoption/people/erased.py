"""Whose rows are those of people who had their data erased."""

from __future__ import annotations

# One pseudonym for all: whoever comes back is somebody new, and could be a crowd otherwise.
ERASED = "erased"
