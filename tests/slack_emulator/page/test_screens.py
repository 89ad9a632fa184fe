"""The page on a phone, a tablet and a desk; charts and tables as people use them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.slack_emulator.page.conftest import Desk
from tests.slack_emulator.page.gallery import BARS, LINE, MESSAGE_BLOCKS, PEOPLE
from tests.support.browser import Look, accessibility_faults

SCREENS = [
    Look(scheme, width, height)
    for scheme in ("light", "dark")
    for width, height in ((390, 844), (768, 1024), (1280, 800))
]
# Colours are the same on every screen: the dark ones are looked at on a desk's, in the soak on all.
LOOKS = [
    pytest.param(look, marks=[pytest.mark.soak] * (look.scheme == "dark" and look.width < 1280))
    for look in SCREENS
]


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("place", ["general", "", "?tab=home"], ids=["channel", "app", "home"])
def test_the_page_is_as_wide_as_the_screen(desk: Desk, look: Look, place: str) -> None:
    if place == "general":
        desk.posts_blocks("general", MESSAGE_BLOCKS)
    window = desk.opens("" if place.startswith("?") else place, look=look)
    if place.startswith("?"):
        window.go(window.page.url + place)
    page = window.page
    assert page.evaluate("document.documentElement.scrollWidth") == look.width
    expect(page.get_by_role("button", name="Payloads for developers")).to_be_in_viewport()
    assert accessibility_faults(page) == []


def test_a_chart_is_drawn_once_for_the_width_it_has_and_says_its_numbers(desk: Desk) -> None:
    desk.posts_blocks("general", [LINE, BARS])
    for look, width in ((SCREENS[0], "narrow"), (SCREENS[2], "wide")):
        page = desk.opens("general", look=look).page
        drawn = page.get_by_role("img", name=re.compile("^Line chart: Weekly active people"))
        expect(drawn).to_have_count(1)
        expect(drawn).to_have_class(f"chart chart-{width}")
        figure = page.locator(".block-chart").first
        figure.get_by_text("Show as a table").click()
        expect(figure.get_by_role("row", name=re.compile("Week 47 74.5 70"))).to_be_visible()


def teams(table: Locator) -> list[str]:
    """Return the row headers that are shown, from top to bottom."""
    return table.locator("tbody tr:not([hidden]) th").all_inner_texts()


def test_a_table_is_sorted_filtered_and_paged_and_stays_so_when_it_is_drawn_again(
    desk: Desk,
) -> None:
    desk.posts_blocks("general", [PEOPLE])
    page = desk.opens("general").page
    table = page.locator("[data-table]")
    expect(table.get_by_role("table", name="Teams this week")).to_be_visible()
    assert teams(table) == ["Sales", "Customer support", "Finance", "Operations", "Legal"]
    table.get_by_label("Next page of Teams this week").click()
    expect(table.get_by_role("status")).to_have_text("6–7 of 7")
    assert teams(table) == ["People", "Design"]
    active = table.get_by_role("columnheader", name="Active")
    active.get_by_role("button").click()
    active.get_by_role("button").click()
    expect(active).to_have_attribute("aria-sort", "descending")
    assert teams(table)[0] == "Design"
    table.get_by_label("Filter the rows of Teams this week").fill("op")
    expect(table.get_by_role("status")).to_have_text("1–2 of 2")
    assert teams(table) == ["People", "Operations"]
    message = desk.slack.messages("general")[0]
    desk.person(1).reacts(message, "eyes")
    expect(page.get_by_role("button", name=re.compile("^eyes, 1"))).to_be_visible()
    assert teams(table) == ["People", "Operations"]
    table.get_by_label("Filter the rows of Teams this week").fill("nobody")
    expect(table.get_by_role("status")).to_have_text("No rows match")
    assert teams(table) == []


def test_all_times_of_the_page_are_on_one_clock(desk: Desk) -> None:
    desk.person().says("Lunch?", "general")
    desk.person(1).says("Yes", "general", thread=desk.slack.messages("general")[0])
    page = desk.opens("general").page
    expect(page.get_by_text("Lunch?")).to_be_visible()
    shown = " ".join(page.locator("time, .replies, .entry-at").all_inner_texts())
    assert re.search(r"\b\d\d:\d\d\b", shown)
    assert not re.search(r"\b[AP]\.?M\b", shown, re.IGNORECASE)
