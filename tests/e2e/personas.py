"""People of the trial workspace, each in a browser window of their own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.trial import tried_out
from tests.support.browser import Window, accessibility_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


class Persona:
    """One person at their window; says, presses and reads."""

    def __init__(self, browser: Browser, address: str, handle: str) -> None:
        """Opens the workspace as this person."""
        self._start = f"{address.rstrip('/')}/as/{handle}/"
        self.window = Window(browser, self._start)

    @property
    def page(self) -> Page:
        """What the person looks at."""
        return self.window.page

    def enters(self, place: str) -> None:
        """Goes to a channel, or to Uptake's messages (`Uptake`) or Home (`Home`)."""
        if place in ("Uptake", "Home"):
            self.window.go(self._start)
            if place == "Home":
                self.page.get_by_role("link", name="Home", exact=True).click()
                self.page.wait_for_selector("#home .block")
            return
        link = self.page.locator("#sidebar .side-link", has_text=place).first
        self.window.go(self._start.split("/as/")[0] + str(link.get_attribute("href")))

    def says(self, words: str, place: str = "") -> None:
        """Writes into the main box, after going to a place where one is named."""
        if place:
            self.enters(place)
        self._sends(self.page.locator("#composer textarea"), words)

    def asks(self, question: str, place: str) -> Locator:
        """Mentions Uptake in a channel; gives the question once it stands there."""
        from playwright.sync_api import expect

        self.enters(place)
        same = self.page.locator("#main article", has_text=question)
        number = same.count()
        self.says(f"@Uptake {question}")
        expect(same).to_have_count(number + 1)
        return same.nth(number)

    def replies(self, words: str) -> None:
        """Writes into the thread that is open beside."""
        self._sends(self.thread.locator("textarea").last, words)

    def _sends(self, box: Locator, words: str) -> None:
        box.fill(words)
        box.press("Enter")

    @property
    def thread(self) -> Locator:
        """The thread that is open beside."""
        return self.page.get_by_role("complementary", name="Thread")

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.locator("dialog#modal[open]")

    def message(self, words: str) -> Locator:
        """The newest message in the main list that holds these words."""
        return self.page.locator("#main article", has_text=words).last

    def opens_thread(self, message: Locator) -> None:
        """Opens the thread of a message once it has replies."""
        message.locator(".reply-summary").click()
        self.thread.wait_for()

    def chooses(self, action: str, message: Locator) -> None:
        """Chooses an action from a message's menu."""
        message.hover()
        message.get_by_label("More actions").click()
        message.get_by_role("menuitem", name=re.compile(action)).click()

    def shortcut(self, name: str) -> None:
        """Chooses a shortcut beside the main box."""
        self.page.locator("#composer").get_by_label("Shortcuts").click()
        self.page.get_by_role("menuitem", name=re.compile(name)).click()

    def confirms(self) -> None:
        """Says yes to a question that is asked before something is done."""
        sure = self.page.get_by_role("dialog", name="Please confirm")
        sure.get_by_role("button").last.click()

    def submits(self) -> None:
        """Presses the button that sends the dialog."""
        self.dialog.locator("button[type=submit]").click()

    def returns(self, title: str) -> None:
        """Closes the dialog on top, and sees the one below it."""
        self.page.keyboard.press("Escape")
        self.dialog.get_by_role("heading", name=title, exact=True).wait_for()

    def closes(self) -> None:
        """Closes the dialog."""
        self.page.keyboard.press("Escape")
        self.dialog.wait_for(state="hidden")

    def shoot(self, file: Path, height: int = 800, top: Locator | None = None) -> None:
        """Takes a picture of what is seen in a window of that height; `top` is where it begins."""
        size = {"width": 1280, "height": 800}
        self.page.set_viewport_size(size | {"height": height})
        self.page.mouse.move(0, 0)
        self.page.evaluate("document.activeElement?.blur()")
        if top is not None:
            top.evaluate("element => element.scrollIntoView({block: 'start'})")
        self.page.screenshot(path=file, animations="disabled", caret="hide")
        self.page.set_viewport_size(size)

    def accessible(self) -> None:
        """Fails where what is seen now has grave faults for people who cannot see or point."""
        faults = accessibility_faults(self.page)
        assert not faults, "\n".join(faults)


@contextmanager
def playing(home: Path, place: Path, browser: Browser) -> Iterator[Cast]:
    """Everybody in the workspace of one process, which answers from the guides beside `home`."""
    data_dir = Path(shutil.copytree(home, place / "data"))
    guides = shutil.copytree(home.parent / "guides", place / "guides")
    with tried_out(data_dir, UPTAKE_CONTENT=str(guides)) as address:
        cast = Cast(browser, address, data_dir)
        yield cast
        cast.leaves()


@dataclass
class Cast:
    """Everybody, in one workspace, and the data folder of the process if a test looks there."""

    browser: Browser
    address: str
    data_dir: Path | None = None
    _seen: dict[str, Persona] = field(default_factory=dict)

    def _of(self, handle: str) -> Persona:
        if handle not in self._seen:
            self._seen[handle] = Persona(self.browser, self.address, handle)
        return self._seen[handle]

    @property
    def maya(self) -> Persona:
        """Asks."""
        return self._of("maya")

    @property
    def tom(self) -> Persona:
        """Asks as well."""
        return self._of("tom")

    @property
    def jonas(self) -> Persona:
        """Helps; a champion."""
        return self._of("jonas")

    @property
    def priya(self) -> Persona:
        """Runs the programme; an admin."""
        return self._of("priya")

    def faults(self) -> list[str]:
        """What the page's own code complained of since this was asked last.

        A press that the workspace refuses (too many words, say) is told in the browser's log too;
        whether people see why is looked for by the tests themselves.
        """
        seen = [fault for each in self._seen.values() for fault in each.window.faults]
        found = [fault for fault in seen if "400 (Bad Request)" not in fault]
        for each in self._seen.values():
            each.window.faults.clear()
        return found

    def tidies(self) -> None:
        """Closes what a test that failed has left open, so that the next one can begin."""
        for each in self._seen.values():
            if each.dialog.is_visible():
                each.closes()

    def leaves(self) -> None:
        """Closes all windows."""
        for each in self._seen.values():
            each.window.close()
