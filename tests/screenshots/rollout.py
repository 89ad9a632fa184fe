"""The pictures of the rollout, for admins: waves, a gate, the decision, and the checklist."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.personas import Cast


def take(cast: Cast, folder: Path) -> None:
    """Writes them below a folder."""
    priya = cast.priya
    priya.enters("ai-programme")
    gate = priya.page.locator("#main article", has_text="The gate of").first
    gate.get_by_role("button", name="Decide").wait_for()
    priya.shoot(folder / "admins-gate.png", 620, gate)
    gate.get_by_role("button", name="Decide").click()
    priya.dialog.get_by_label("Pause: later waves wait").check()
    priya.dialog.get_by_label("Why?").fill(
        "Overrides of the last weeks are about missing data. We wait for the new price list."
    )
    priya.shoot(folder / "admins-pause.png", 940)
    priya.closes()
    priya.says("/uptake rollout", "ai-programme")
    priya.dialog.get_by_role("button", name="Plan a wave").wait_for()
    priya.shoot(folder / "admins-rollout.png", 1100)
    priya.dialog.get_by_role("button", name="Plan a wave").click()
    priya.dialog.get_by_label("Name").fill("Wave 6")
    priya.shoot(folder / "admins-wave.png", 1100)
    priya.dialog.get_by_role("button", name="Cancel").click()
    priya.dialog.get_by_role("button", name="Plan a wave").wait_for()
    priya.closes()
    priya.says("/uptake readiness", "ai-programme")
    priya.dialog.get_by_role("button", name="Add an item").wait_for()
    priya.shoot(folder / "admins-readiness.png", 1000)
    priya.closes()
