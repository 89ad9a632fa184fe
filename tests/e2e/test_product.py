"""The product in the browser: one process, the surfaces that people meet, played by personas."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.trial import tried_out
from tests.support.browser import Window, accessibility_faults, open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUESTION = "How much of the budget should go to change management?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("product")
    data_dir = Path(shutil.copytree(home, place / "data"))
    with tried_out(data_dir) as found:
        yield found


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Window]:
    opened = Window(browser, address)
    opened.page.set_default_timeout(60_000)
    yield opened
    assert opened.faults == []
    assert accessibility_faults(opened.page) == []
    opened.close()


def says(page: Page, words: str) -> None:
    box = page.locator("#composer textarea")
    box.fill(words)
    box.press("Enter")


def enters(page: Page, channel: str) -> None:
    # A channel with new messages is named "ai-help unread".
    page.get_by_role("link", name=re.compile(f"^{channel}( unread)?$")).click()
    page.wait_for_url(re.compile("/C"))


def test_a_mention_in_a_channel_is_answered_in_its_thread(window: Window):
    from playwright.sync_api import expect

    page = window.page
    enters(page, "general")
    says(page, f"@Uptake {QUESTION}")
    page.get_by_role("link", name=re.compile("^1 reply")).click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text(re.compile("15–20 %"))).to_be_visible()
    expect(thread.get_by_text("Budget and sponsor")).to_be_visible()


def test_a_command_opens_the_dialog_for_an_override(window: Window):
    from playwright.sync_api import expect

    page = window.page
    enters(page, "general")
    says(page, "/uptake override")
    form = page.get_by_role("dialog")
    form.get_by_label("Which tool?").fill("Copilot")
    form.get_by_label("Why?").select_option(index=1)
    form.get_by_role("radio").first.check()
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text(re.compile("Thank", re.IGNORECASE)).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()


def test_home_shows_what_was_asked_and_the_ways_to_say_something(window: Window):
    from playwright.sync_api import expect

    page = window.page
    says(page, QUESTION)
    expect(page.get_by_text(re.compile("15–20 %")).first).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="My last questions")).to_be_visible()
    expect(page.get_by_text(QUESTION).first).to_be_visible()
    page.get_by_role("button", name="Give feedback").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_whoever_gets_no_answer_asks_a_person(window: Window):
    from playwright.sync_api import expect

    page = window.page
    says(page, "What is the weather in Oslo?")
    expect(page.get_by_text("I don't know").first).to_be_visible()
    page.get_by_role("button", name="Ask #ai-help").last.click()
    page.get_by_role("dialog", name="Please confirm").get_by_role("button").last.click()
    enters(page, "ai-help")
    expect(page.get_by_role("button", name="I'll take it").first).to_be_visible()
