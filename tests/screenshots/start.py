"""The pictures of the README: the first minutes of somebody who tries it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.browser import DARK, WIDE, Look, Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# The model is loaded while the first question waits.
_PATIENCE_MS = 120_000


def take(browser: Browser, address: str, folder: Path) -> None:
    """Writes them below a folder."""
    page = _window(browser, address, WIDE)
    page.screenshot(path=folder / "welcome.png")
    _ask(page, "How much of the budget should go to change management?", "15–20")
    page.screenshot(path=folder / "answer.png")
    page.get_by_role("button", name="This answer did not help").last.click()
    page.get_by_role("dialog").wait_for()
    page.screenshot(path=folder / "reason.png")
    page.keyboard.press("Escape")
    dark = _window(browser, address, DARK)
    _ask(dark, "What is the weather in Oslo?", "I don't know")
    dark.get_by_role("link", name="Home").click()
    dark.get_by_role("heading", name="My last questions").wait_for()
    dark.screenshot(path=folder / "home.png")


def _window(browser: Browser, address: str, look: Look) -> Page:
    page = Window(browser, address, look).page
    page.set_default_timeout(_PATIENCE_MS)
    return page


def _ask(page: Page, question: str, answered: str) -> None:
    box = page.locator("#composer textarea")
    box.fill(question)
    box.press("Enter")
    page.get_by_text(answered).first.wait_for()
