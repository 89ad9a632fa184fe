from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from adoption.reports.rich_text import EXAMPLE
from tests.conftest import uptake
from tests.e2e.personas import Persona
from tests.e2e.trial import tried_out
from tests.support.browser import Window, accessibility_faults, open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUESTION = "How much of the budget should go to change management?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def test_a_newcomers_browser_opens_and_they_ask_and_say_what_was_wrong(
    data_dir: Path, browser: Browser
):
    from playwright.sync_api import expect

    opened = data_dir.parent / "opened"
    with tried_out(data_dir, BROWSER=writing_to(opened)) as address:
        assert opened.read_text().strip() == address
        _is_for_this_computer_alone(address)
        window = Window(browser, address)
        page = window.page
        box = page.locator("#composer textarea")
        box.fill(QUESTION)
        box.press("Enter")
        expect(page.get_by_text(re.compile("15–20 % of the project budget"))).to_be_visible()
        expect(page.get_by_text("Budget and sponsor").first).to_be_visible()
        page.get_by_role("button", name="This answer did not help").last.click()
        form = page.get_by_role("dialog")
        expect(form).to_be_visible()
        _choose_first_reason(page)
        form.get_by_role("button", name=re.compile("send|submit", re.IGNORECASE)).click()
        expect(form.get_by_text("and see which one it is about")).to_be_visible()
        page.keyboard.press("Escape")
        expect(form).to_be_hidden()
        assert accessibility_faults(page) == []
        assert window.faults == []
        window.close()
    digest = uptake(
        "digest", "--format", "json", cwd=data_dir.parent, UPTAKE_DATA_DIR=str(data_dir)
    )
    assert digest.returncode == 0, digest.stderr
    # Nothing is counted in a week that is not over; the reason that the answer got is there.
    assert "This week isn't over yet" in digest.stdout
    assert '"wrong"' in digest.stdout


def writing_to(opened: Path) -> str:
    """The setting of a browser that writes each address it is to open into a pipe."""
    os.mkfifo(opened)
    browser = opened.with_name("browser")
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    return f"{browser} %s &"


def _is_for_this_computer_alone(address: str) -> None:
    assert httpx.get(address, follow_redirects=True).status_code == 200
    stranger = httpx.get(address, headers={"Host": "evil.example"})
    assert stranger.status_code in (400, 403, 421)


def _choose_first_reason(page: Page) -> None:
    form = page.get_by_role("dialog")
    radios = form.get_by_role("radio")
    if radios.count():
        radios.first.check()
    else:
        form.get_by_role("combobox").first.select_option(index=1)


def test_the_first_minute_shows_an_example_company_that_no_later_start_shows(
    data_dir: Path, browser: Browser
):
    from playwright.sync_api import expect

    shutil.copytree(data_dir / "index", data_dir / "example" / "index")
    with tried_out(data_dir, example=True) as address:
        priya = Persona(browser, address, "priya")
        priya.enters("ai-programme")
        expect(priya.page.get_by_text("Northwind (example)")).to_be_visible()
        digest = priya.message("Do this week")
        expect(digest.get_by_text(EXAMPLE)).to_be_visible()
        priya.opens_thread(digest)
        with priya.page.context.expect_page() as opened:
            priya.thread.get_by_role("link", name=re.compile("The adoption report")).click()
        report = opened.value
        expect(report.get_by_role("heading", name="AI adoption")).to_be_visible()
        expect(report.get_by_text(EXAMPLE)).to_be_visible()
        report.close()
        priya.enters("Home")
        expect(priya.page.get_by_text(EXAMPLE)).to_be_visible()
        expect(priya.page.get_by_text("Awaiting your review")).to_be_visible()
        assert priya.window.faults == []
        priya.window.close()
    with tried_out(data_dir) as address:
        priya = Persona(browser, address, "priya")
        priya.enters("Home")
        expect(priya.page.get_by_text("Finish setting up")).to_be_visible()
        expect(priya.page.get_by_text(re.compile("example", re.IGNORECASE))).to_have_count(0)
        priya.window.close()
    digest = uptake("digest", cwd=data_dir.parent, UPTAKE_DATA_DIR=str(data_dir))
    assert EXAMPLE not in digest.stdout


def test_without_a_browser_the_address_is_said_and_nothing_takes_the_terminal(data_dir: Path):
    nowhere = {"BROWSER": "", "DISPLAY": "", "WAYLAND_DISPLAY": "", "PATH": "/nowhere"}
    with tried_out(data_dir, **nowhere) as address:
        assert httpx.get(address, follow_redirects=True).status_code == 200


def test_a_port_that_is_taken_is_one_sentence(data_dir: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = uptake(
            *("run", "--port", str(port)),
            cwd=data_dir.parent,
            UPTAKE_DATA_DIR=str(data_dir),
        )
    assert done.returncode == 2
    assert done.stderr.strip().startswith(f"uptake: Port {port} cannot be used")
    assert len(done.stderr.strip().splitlines()) == 1


def test_piped_questions_are_answered_in_the_terminal(data_dir: Path):
    done = uptake("run", cwd=data_dir.parent, typed=f"{QUESTION}\n", UPTAKE_DATA_DIR=str(data_dir))
    assert done.returncode == 0, done.stderr
    assert "15–20 %" in done.stdout
    assert "Budget and sponsor" in done.stdout
