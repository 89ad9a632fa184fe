"""The pictures for everyone: asking, asking a person, doing it differently, one's own data."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.personas import Cast, Persona

SENSITIVE = "May I paste meeting notes with names?"
LICENCE = "Where do I order a headset for dictation?"
ORDER = "Order it in the service portal under Equipment. Your manager approves it within a day."


def take(cast: Cast, folder: Path) -> None:
    """Writes them below a folder."""
    maya = cast.maya
    _in_a_channel(maya)
    maya.shoot(folder / "everyone-channel.png", 1000)
    _to_a_person(maya, cast.jonas)
    maya.shoot(folder / "everyone-person.png")
    _differently(maya)
    maya.shoot(folder / "everyone-differently.png", 1200)
    maya.closes()
    maya.says("/uptake privacy", "general")
    maya.dialog.get_by_role("button", name="Erase my data").wait_for()
    maya.shoot(folder / "everyone-privacy.png")
    maya.closes()


def _in_a_channel(maya: Persona) -> None:
    maya.opens_thread(maya.asks(SENSITIVE, "general"))
    maya.thread.get_by_text("Leave out remarks").wait_for()
    maya.replies("And what if I pasted something I should not have?")
    maya.thread.get_by_role("button", name="Ask a person").nth(1).wait_for()
    maya.thread.get_by_role("button", name="This answer helped").first.click()
    maya.thread.get_by_role("button", name="Minutes").click()
    maya.thread.get_by_text("Thanks, noted").wait_for()


def _to_a_person(maya: Persona, jonas: Persona) -> None:
    maya.opens_thread(maya.asks(LICENCE, "general"))
    maya.thread.get_by_role("button", name="Ask #ai-help").click()
    maya.confirms()
    maya.thread.get_by_text("I'll send you their reply here.").wait_for()
    jonas.enters("ai-help")
    question = jonas.message(LICENCE)
    question.get_by_role("button", name="I'll take it").click()
    maya.thread.get_by_text("is looking into your question.").wait_for()
    question.hover()
    question.get_by_label("Reply in thread").click()
    jonas.replies(ORDER)
    maya.thread.get_by_text(ORDER).wait_for()
    question.get_by_role("button", name="Save as FAQ").wait_for()


def _differently(maya: Persona) -> None:
    maya.enters("general")
    maya.shortcut("Override a recommendation")
    form = maya.dialog
    form.get_by_label("Which tool?").select_option("Microsoft 365 Copilot")
    form.get_by_label("What did it recommend?").fill("Order 400 pieces for week 12.")
    form.get_by_label("What did you do instead?").fill(
        "I ordered 250. The shop in Bergen is being rebuilt and sells half as much."
    )
    form.get_by_label("Why?").select_option("I know something that it does not")
    form.get_by_label("A lot").check()
