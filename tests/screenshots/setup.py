"""The pictures of setting up: an empty workspace, as `uptake run --empty` shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.personas import Cast
from tests.e2e.trial import tried_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def take(browser: Browser, folder: Path, data_dir: Path) -> None:
    """Writes them below a folder."""
    with tried_out(data_dir) as address:
        cast = Cast(browser, address)
        priya = cast.priya
        priya.enters("Home")
        title = priya.page.get_by_role("heading", name="Finish setting up")
        priya.shoot(folder / "admins-setup.png", 800, title)
        cast.leaves()
