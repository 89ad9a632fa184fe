"""The first minute of somebody who tries it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.browser import Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The model is loaded while the first question waits.
_PATIENCE_MS = 120_000


def take(browser: Browser, address: str, folder: Path) -> None:
    """Writes them below a folder."""
    window = Window(browser, address)
    page = window.page
    page.set_default_timeout(_PATIENCE_MS)
    page.screenshot(path=folder / "welcome.png")
    box = page.locator("#composer textarea")
    box.fill("How much of the budget should go to change management?")
    box.press("Enter")
    page.get_by_text("15–20").first.wait_for()
    page.screenshot(path=folder / "answer.png")
    window.close()
