from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from slack_emulator import Draft, LocalWorkspace, Person
from tests.slack_emulator.manifests import manifest
from tests.slack_emulator.page.tiny_app import TinyApp, tiny_app
from tests.support.browser import WIDE, Look, Window, open_browser
from tests.support.slack import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PERSONAS = ("user", "second", "champion", "admin")


@dataclass
class Desk:
    """A workspace with the tiny app in it, and the windows a test opens on it."""

    slack: LocalWorkspace
    tiny: TinyApp
    browser: Browser
    windows: list[Window] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.slack.url.rstrip("/")

    @property
    def app_name(self) -> str:
        return self.slack.mention.removeprefix("@")

    def person(self, persona: int = 0) -> Person:
        return self.slack.user(PERSONAS[persona])

    def viewer(self, persona: int = 0) -> str:
        return self.person(persona).id

    def handle(self, persona: int = 0) -> str:
        return self.person(persona).handle

    def channel(self, name: str) -> str:
        return self.slack.channel(name)

    def place(self, channel: str, persona: int = 0) -> str:
        """Give the address of a channel, or of the app where the name is empty."""
        where = self.channel(channel) if channel else ""
        return f"{self.address}/as/{self.handle(persona)}/{where}"

    def opens(self, channel: str, persona: int = 0, look: Look = WIDE) -> Window:
        window = Window(self.browser, self.place(channel, persona), look)
        self.windows.append(window)
        return window

    def posts_blocks(self, channel: str, blocks: list[dict[str, Any]]) -> None:
        """Post blocks as the app, past the checks: the page must show whatever there is."""
        api = self.slack.parts.api
        place = self.slack.parts.state.directory.channels[self.channel(channel)]
        api.writing.post(Draft(place, api.bot, "Every block", blocks=blocks, via_app=True))

    def shoot(self, page: Page, name: str) -> None:
        """Keep a picture where one was asked for."""
        folder = os.environ.get("WORKSPACE_PICTURES")
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png")


# Playwright keeps an event loop running as long as its browser is open, which must not outlive
# the files that need it.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def desk(browser: Browser) -> Iterator[Desk]:
    with (
        LocalWorkspace(manifest(), strict_rates=False, patience=PATIENCE) as slack,
        tiny_app(slack.api_url, slack.bot_token, slack.app_token) as tiny,
    ):
        slack.wait_until_connected()
        made = Desk(slack, tiny, browser)
        try:
            yield made
            faults = [fault for window in made.windows for fault in window.faults]
            assert [fault for fault in faults if "status of 40" not in fault] == []
        finally:
            for window in made.windows:
                window.close()
