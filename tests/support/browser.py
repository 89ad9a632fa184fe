"""Opens the system's Chromium and checks pages with axe-core."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# A busy computer loads a model, or another test, meanwhile.
_PATIENCE_MS = 60_000


def missing(words: str) -> None:
    """Skip the test with a sentence; in continuous integration it is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium without a window; ends it with the context.

    Expectations wait as long as a busy computer takes.
    """
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        sync_playwright = None
    if path is None or sync_playwright is None:
        missing("Chromium or Playwright is not installed, so the page was not tried in a browser.")
        return
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield launched
        launched.close()


@dataclass(frozen=True)
class Look:
    """How a window looks: its colours and its size."""

    scheme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 800

    def __str__(self) -> str:
        """Give a name for test ids and file names."""
        return f"{self.scheme}-{self.width}"


WIDE, DARK, NARROW = Look(), Look("dark"), Look("light", 400)


class Window:
    """One browser window of one person; remembers every fault of the page's own code."""

    def __init__(self, browser: Browser, address: str, look: Look = WIDE) -> None:
        """Open a window at an address."""
        size = {"width": look.width, "height": look.height}
        self._context = browser.new_context(viewport=size, color_scheme=look.scheme)
        self.page = self._context.new_page()
        self.page.set_default_timeout(_PATIENCE_MS)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", self._heard)
        self.go(address)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.text} {message.location.get('url', '')}".strip())

    def go(self, address: str) -> None:
        """Go to an address and wait until the page's code has started."""
        self.page.goto(address, wait_until="load")
        self.page.wait_for_selector("html[data-ready]")

    def close(self) -> None:
        """Close the window."""
        self._context.close()


def accessibility_faults(page: Page) -> list[str]:
    """Return every fault axe-core finds on a page as it is now."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
