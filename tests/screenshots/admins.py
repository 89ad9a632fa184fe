"""The pictures for admins: the digest, what waits, roles, a channel's rules, the week in Home."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.personas import Cast


def take(cast: Cast, folder: Path) -> None:
    """Writes them below a folder."""
    priya = cast.priya
    priya.enters("ai-programme")
    digest = priya.page.locator("#main article", has_text="Do this week").first
    digest.get_by_role("button", name="I'll take it").first.click()
    digest.get_by_text("is on it").wait_for()
    priya.shoot(folder / "admins-digest.png", 940, digest)
    priya.shoot(folder / "admins-decide.png", 880, priya.message("Supplier letters"))
    priya.says("/uptake roles", "ai-programme")
    priya.dialog.get_by_role("button", name="Mark as trained").first.wait_for()
    priya.shoot(folder / "admins-roles.png")
    priya.closes()
    priya.says("/uptake channel", "general")
    priya.dialog.get_by_label("Only the person who asked; they can share it").check()
    priya.shoot(folder / "admins-channel.png", 900)
    priya.closes()
    home = priya.page.locator("#home")
    priya.enters("Home")
    week = priya.page.get_by_role("heading", name="The programme in the week of")
    priya.shoot(folder / "admins-home.png", 860, week)
    gaps = home.get_by_role("heading", name="Questions the guides don't answer")
    priya.shoot(folder / "admins-gaps.png", 860, gaps)
    guide = home.locator(".block", has_text="thumbs down").first
    guide.get_by_role("button", name="Review").click()
    priya.dialog.get_by_label("Ask somebody to review it").check()
    priya.shoot(folder / "admins-guide.png", 940)
    priya.closes()
