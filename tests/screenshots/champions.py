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
    team = jonas.page.get_by_role("heading", name="My team")
    team.wait_for()
    jonas.shoot(folder / "champions-home.png", 640, team)


def _tells(jonas: Persona) -> None:
    jonas.says("/uptake story", "general")
    form = jonas.dialog
    form.get_by_label("Title").fill("Supplier letters checked in an hour")
    form.get_by_label("Tool", exact=True).fill("ChatGPT Enterprise")
    form.get_by_label("What was hard before?").fill(
        "Two of us read forty letters a month for changed prices, and missed some."
    )
    form.get_by_label("What changed?").fill(
        "It lists every price that changed with the sentence it stands in. "
        "We look at those, and check ten of the others each month."
    )
    form.get_by_label("What did it bring, as a number?").fill("3")
    form.get_by_label("What does the number count?").select_option("hours a week")
    form.get_by_label("How did you measure that?").fill("the time sheets of two months")
    form.get_by_label("A sentence to quote").fill("I know now which letter I have to read.")
    form.get_by_role("checkbox").check()
    jonas.submits()
    jonas.page.get_by_role("heading", name="This is how it looks").wait_for()
