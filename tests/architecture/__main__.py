"""Draws the diagrams of docs/architecture.md anew: `python -m tests.architecture`."""

from __future__ import annotations

from tests.architecture.diagram import PAGE, drawn

PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
