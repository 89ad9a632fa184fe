"""The digest, Home and the report: on a screen, a phone, in the dark and on paper."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image

from tests.e2e.personas import Cast, Persona
from tests.support.browser import Look, Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_PHONE, _DARK = Look("light", 390, 844), Look("dark", 1280, 900)
# Pages of paper are drawn with so many pixels to the point.
_SCALE = 1.1


def take(cast: Cast, folder: Path) -> None:
    """Writes them below a folder."""
    priya = cast.priya
    priya.enters("ai-programme")
    digest = priya.page.locator("#main article", has_text="Do this week").first
    digest.wait_for()
    priya.shoot(folder / "digest.png", 1000, digest)
    _report(cast, priya, folder)
    priya.enters("Home")
    priya.shoot(folder / "home-admin.png", 1000)
    for name, look in (("phone", _PHONE), ("dark", _DARK)):
        window = Window(cast.browser, f"{cast.address.rstrip('/')}/as/priya/", look)
        _both(window.page, folder, name)
        window.close()


def _report(cast: Cast, priya: Persona, folder: Path) -> None:
    digest = priya.page.locator("#main article", has_text="Do this week").first
    priya.opens_thread(digest)
    link = priya.thread.get_by_role("link", name=re.compile("The adoption report"))
    address = f"{cast.address.rstrip('/')}{link.get_attribute('href')}"
    looks = {"": Look("light", 1280, 1000), "-phone": _PHONE, "-dark": _DARK}
    for name, look in looks.items():
        page = plain_page(cast.browser, address, look)
        page.screenshot(path=folder / f"report{name}.png")
        if not name:
            (folder / "report-paper.png").write_bytes(on_paper(page))
        page.close()


def plain_page(browser: Browser, address: str, look: Look) -> Page:
    """A page without a script of its own, opened in a window of that look."""
    size = {"width": look.width, "height": look.height}
    page = browser.new_context(viewport=size, color_scheme=look.scheme).new_page()
    page.goto(address)
    return page


def on_paper(page: Page) -> bytes:
    """The first two printed pages beside each other, as PNG."""
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    sheets = [document[number].render(scale=_SCALE).to_pil() for number in range(2)]
    width, height = sum(each.width for each in sheets) + 12, max(each.height for each in sheets)
    both, left = Image.new("RGB", (width, height), "#b8b6bc"), 0
    for sheet in sheets:
        both.paste(sheet, (left, 0))
        left += sheet.width + 12
    made = io.BytesIO()
    both.save(made, "PNG")
    return made.getvalue()


def _both(page: Page, folder: Path, name: str) -> None:
    """Home and the digest in a window of its own."""
    page.get_by_role("link", name="Home", exact=True).click()
    page.wait_for_selector("#home .block")
    page.screenshot(path=folder / f"home-{name}.png", animations="disabled")
    link = page.locator("#sidebar .side-link", has_text="ai-programme").first
    page.goto(page.url.split("/as/")[0] + str(link.get_attribute("href")))
    digest = page.locator("#main article", has_text="Do this week").first
    digest.evaluate("element => element.scrollIntoView({block: 'start'})")
    page.screenshot(path=folder / f"digest-{name}.png", animations="disabled")
