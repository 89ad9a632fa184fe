"""The pictures of training: signing up, a seat, what champions see, the catalogue, who came."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.personas import Cast, Persona


def take(cast: Cast, folder: Path) -> None:
    """Writes them below a folder."""
    _everyone(cast.maya, folder)
    _champions(cast.jonas, folder)
    _admins(cast.priya, folder)


def _everyone(maya: Persona, folder: Path) -> None:
    maya.says("/uptake training", "general")
    maya.dialog.get_by_role("heading", name="Sessions for you").wait_for()
    maya.shoot(folder / "everyone-training.png", 1000)
    first = maya.dialog.locator(".block", has_text="A first look at our AI tools")
    first.get_by_role("button", name="Sign up").click()
    maya.dialog.get_by_text("You have a seat.").wait_for()
    full = maya.dialog.get_by_role("button", name="Join the wait list")
    full.click()
    maya.dialog.get_by_text("You are on the wait list").wait_for()
    maya.accessible()
    maya.closes()
    maya.enters("Uptake")
    maya.message("so you are on the wait list").wait_for()
    maya.page.get_by_role("link", name="Add to your calendar").first.wait_for()
    maya.shoot(folder / "everyone-seat.png", 900)


def _champions(jonas: Persona, folder: Path) -> None:
    jonas.says("/uptake training", "general")
    jonas.dialog.get_by_text("You have a seat.").first.wait_for()
    jonas.shoot(folder / "champions-training.png", 1000)
    jonas.closes()


def _admins(priya: Persona, folder: Path) -> None:
    priya.enters("Home")
    priya.page.locator("#home").get_by_role("button", name="Mark who came").first.click()
    priya.dialog.get_by_text("Everybody who signed up is listed").wait_for()
    priya.shoot(folder / "admins-came.png")
    priya.submits()
    priya.dialog.wait_for(state="hidden")
    priya.says("/uptake training", "ai-programme")
    priya.dialog.get_by_role("button", name="Manage training").click()
    priya.dialog.get_by_role("heading", name="Coming sessions").wait_for()
    priya.shoot(folder / "admins-training.png", 1000)
    priya.dialog.get_by_role("button", name="Change").first.click()
    priya.dialog.get_by_label("Place or link").wait_for()
    priya.shoot(folder / "admins-session.png", 1000)
