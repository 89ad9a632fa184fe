"""What all tests against a local workspace share."""

from __future__ import annotations

# Longer than Slack waits: a machine that is busy with other things shall not fail a test.
PATIENCE = 20.0
