"""What all tests against a local workspace share."""

from __future__ import annotations

from typing import Any

# Longer than Slack waits: a machine that is busy with other things shall not fail a test.
PATIENCE = 20.0


def strings(value: Any) -> list[str]:
    """Every string in a value."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []
