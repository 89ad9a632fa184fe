"""The pictures for champions: helping, saving a reply, telling a story, the team in Home."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.personas import Cast, Persona
from tests.screenshots.everyone import LICENCE


def take(cast: Cast, folder: Path) -> None:
    """Writes them below a folder."""
    jonas = cast.jonas
    jonas.shoot(folder / "champions-help.png")
    jonas.message(LICENCE).get_by_role("button", name="Save as FAQ").click()
    jonas.dialog.get_by_label("Answer").wait_for()
    jonas.shoot(folder / "champions-faq.png")
    jonas.submits()
    jonas.dialog.wait_for(state="hidden")
    _tells(jonas)
    jonas.shoot(folder / "champions-story.png", 900)
    jonas.submits()
    jonas.dialog.wait_for(state="hidden")
    jonas.enters("Home")
    jonas.page.get_by_role("heading", name="My team").wait_for()
    jonas.shoot(folder / "champions-home.png", 640)


def _tells(jonas: Persona) -> None:
    jonas.says("/uptake story", "general")
    form = jonas.dialog
    form.get_by_label("Title").fill("The month's closing in three days instead of five")
    form.get_by_label("Tool", exact=True).fill("Forecast assistant")
    form.get_by_label("What was hard before?").fill(
        "Four of us compared the plan with the ledger by hand, and found the last gap at night."
    )
    form.get_by_label("What changed?").fill(
        "The assistant lists every difference above 500 euros with where it comes from. "
        "We look at those, and check ten of the others each month."
    )
    form.get_by_label("What did it bring, as a number?").fill("6")
    form.get_by_label("What does the number count?").select_option("hours a week")
    form.get_by_label("How did you measure that?").fill("the time sheets of two months")
    form.get_by_label("A sentence to quote").fill("I was home for dinner on the last day.")
    form.get_by_role("checkbox").check()
    jonas.submits()
    jonas.page.get_by_role("heading", name="This is how it looks").wait_for()
