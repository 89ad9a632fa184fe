"""Whatever people paste into the dialogs stays words, and nothing on the page breaks."""

from __future__ import annotations

from itertools import cycle

import pytest

from tests.e2e.personas import Cast, Persona

STRANGE = {
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 🇳🇴 zal̷g͝o",
    "right to left": "\u202eمرحبا بالعالم\u202c abc",
    "mentions": "<!channel> <!here|x> <@U000000007> @channel",
    "links": "<https://evil.example|bank.com> [bank](https://evil.example) https://evil.example",
    "markup": "<img src=x onerror=alert(1)> &amp;&lt; *bold* _so_ ~no~ `code`",
}
# Every field gets another kind; in the soak, each kind is in every field.
CALLS = pytest.mark.parametrize(
    "words",
    [
        pytest.param([*STRANGE.values()], id="a kind a field"),
        *(pytest.param([each], id=kind, marks=pytest.mark.soak) for kind, each in STRANGE.items()),
    ],
)


@CALLS
def test_a_story_of_strange_words_is_shown_as_they_are(cast: Cast, words: list[str]):
    from playwright.sync_api import expect

    maya, priya = cast.maya, cast.priya
    maya.says("/uptake story", "general")
    fills(maya, words)
    maya.dialog.get_by_role("checkbox").check()
    maya.submits()
    preview = maya.page.get_by_role("heading", name="This is how it looks")
    expect(preview).to_be_visible()
    harmless(maya, "dialog#modal")
    maya.submits()
    expect(maya.dialog).to_be_hidden()
    priya.enters("ai-programme")
    expect(priya.page.get_by_role("button", name="Approve").last).to_be_visible()
    harmless(priya, "#main article >> nth=-1")


@CALLS
def test_strange_words_are_taken_by_the_other_dialogs(cast: Cast, words: list[str]):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.says("/uptake override", "general")
    fills(maya, words)
    maya.dialog.get_by_label("Why?").select_option("My case was a special one")
    maya.submits()
    expect(maya.dialog.get_by_text("Your override is logged.")).to_be_visible()
    maya.closes()
    maya.says("/uptake feedback", "general")
    fills(maya, [" ".join(words)])
    maya.submits()
    expect(maya.dialog.get_by_text("the weekly digest says what changed")).to_be_visible()
    maya.closes()
    maya.enters("Home")
    maya.page.get_by_role("button", name="Ask a question").click()
    fills(maya, [" ".join(words)])
    maya.submits()
    expect(maya.dialog).to_be_hidden()
    maya.enters("Uptake")
    expect(maya.message("You asked:")).to_be_visible()
    harmless(maya, "#main article:has-text('You asked:') >> nth=-1")


@pytest.mark.parametrize("command", ["story", "override", "feedback"])
def test_too_many_words_are_refused_before_they_are_sent(cast: Cast, command: str):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.says(f"/uptake {command}", "general")
    fills(maya, ["Ten chars 🎉 " * 1000])
    maya.submits()
    expect(maya.dialog.get_by_text("Must be at most").first).to_be_visible()
    maya.accessible()


def fills(person: Persona, words: list[str]) -> None:
    """Writes the words into the fields of the dialog that take words, in turns."""
    from playwright.sync_api import expect

    expect(person.dialog.locator("textarea, input[type=text]").first).to_be_visible()
    fields = person.dialog.locator("textarea, input[type=text]").all()
    for field, each in zip(fields, cycle(words), strict=False):
        field.fill(each)


def harmless(person: Persona, where: str) -> None:
    """No link out of here, no mention of everyone and no picture came of the words."""
    place = person.page.locator(where)
    assert place.locator("a[href*='evil.example'], img[src='x']").count() == 0
    assert place.get_by_text("Priya Raman").count() == 0
    assert place.locator(".mention", has_text="channel").count() == 0
