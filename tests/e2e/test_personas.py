"""What people do with Uptake, played by personas in the browser against one real process."""

from __future__ import annotations

import json
import re

from tests.e2e.personas import Cast

BUDGET = "How much of the budget should go to change management?"
WEATHER = "What is the weather in Oslo?"
SHARE = re.compile("15–20 %")
UNKNOWN = "I don't know"


def test_a_mention_is_answered_in_its_thread_and_a_follow_up_needs_none(cast: Cast):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.opens_thread(maya.asks(BUDGET, "general"))
    expect(maya.thread.get_by_text(SHARE)).to_be_visible()
    maya.replies("Who should be the sponsor?")
    expect(maya.thread.get_by_text(re.compile("a vice president"))).to_be_visible()


def test_what_stands_under_an_answer(cast: Cast):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.says(BUDGET, "Uptake")
    answer = maya.message("15–20 %")
    expect(answer.get_by_text("Budget and sponsor")).to_be_visible()
    expect(answer.get_by_text("reviewed 2 Nov 2026")).to_be_visible()
    for name in ("This answer helped", "Ask a person", "I did it differently"):
        expect(answer.get_by_role("button", name=name)).to_be_visible()
    maya.accessible()


def test_a_command_asks_without_disturbing_the_channel(cast: Cast):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.says("/uptake ask How do I override a recommendation?", "general")
    expect(maya.message("I am looking it up.")).to_be_visible()
    maya.enters("Uptake")
    expect(maya.message("something that the tool does not")).to_be_visible()
    cast.tom.enters("general")
    expect(cast.tom.page.get_by_text("I am looking it up.")).to_have_count(0)


def test_a_message_of_somebody_else_is_asked_about_from_its_menu(cast: Cast):
    from playwright.sync_api import expect

    cast.tom.says("Can I trust the numbers in an answer?", "general")
    maya = cast.maya
    maya.enters("general")
    maya.chooses("Ask Uptake about this", maya.message("Can I trust the numbers"))
    maya.enters("Uptake")
    expect(maya.message("Compare every number with its source")).to_be_visible()


def test_an_edited_question_is_answered_anew(cast: Cast):
    from playwright.sync_api import expect

    maya = cast.maya
    mine = maya.asks(BUDGET, "general")
    maya.opens_thread(mine)
    expect(maya.thread.get_by_text(SHARE)).to_be_visible()
    maya.chooses("Edit message", mine)
    maya.page.get_by_label("Edit message").fill("@Uptake Can I trust the numbers in an answer?")
    maya.page.get_by_role("button", name="Save").click()
    expect(maya.thread.get_by_text("Compare every number with its source")).to_be_visible()
    expect(maya.thread.get_by_text(SHARE)).to_have_count(0)


def test_a_deleted_question_takes_its_unused_reply_along(cast: Cast):
    from playwright.sync_api import expect

    tom = cast.tom
    mine = tom.asks(WEATHER, "general")
    tom.opens_thread(mine)
    expect(tom.thread.get_by_text(UNKNOWN)).to_be_visible()
    tom.chooses("Delete message", mine)
    tom.page.get_by_role("button", name="Delete", exact=True).click()
    expect(tom.page.get_by_text(UNKNOWN)).to_have_count(0)
    expect(tom.page.get_by_text(WEATHER)).to_have_count(0)


def test_a_thumb_down_asks_why_and_a_thumb_up_what_it_saved_in_one_press(cast: Cast):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.says(BUDGET, "Uptake")
    answer = maya.message("15–20 %")
    answer.get_by_role("button", name="This answer did not help").click()
    maya.dialog.get_by_role("radio").first.check()
    maya.accessible()
    maya.submits()
    expect(maya.dialog).to_be_hidden()
    answer.get_by_role("button", name="This answer helped").click()
    maya.message("Glad it helped.").get_by_role("button", name="Minutes").click()
    expect(maya.message("Thanks, noted: minutes.")).to_be_visible()


def test_a_shortcut_tells_of_doing_it_differently_in_one_screen(cast: Cast):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.enters("general")
    maya.shortcut("I did it differently")
    form = maya.dialog
    form.get_by_label("Which tool?").fill("Forecast assistant")
    form.get_by_label("What did it recommend?").fill("Order 400 pieces for week 12.")
    form.get_by_label("What did you do instead?").fill("I ordered 250; the shop is being rebuilt.")
    form.get_by_label("Why?").select_option("The situation had changed")
    form.get_by_label("A lot").check()
    maya.accessible()
    maya.submits()
    expect(form.get_by_text("Thank you. That is written down.")).to_be_visible()
    expect(form.get_by_text("What happens next")).to_be_visible()
    maya.accessible()
    maya.closes()


def test_a_message_can_be_what_somebody_override_answer(cast: Cast):
    from playwright.sync_api import expect

    tip = "The assistant says: call every customer on Monday."
    cast.tom.says(tip, "general")
    maya = cast.maya
    maya.enters("general")
    maya.chooses("I did it differently", maya.message(tip))
    expect(maya.dialog.get_by_label("What did it recommend?")).to_have_value(tip)
    maya.dialog.get_by_label("Which tool?").fill("Forecast assistant")
    maya.dialog.get_by_label("Why?").select_option("I do not trust it yet")
    maya.submits()
    expect(maya.dialog.get_by_text("Thank you. That is written down.")).to_be_visible()
    maya.closes()


def test_feedback_is_thanked_with_what_happens_next(cast: Cast):
    from playwright.sync_api import expect

    tom = cast.tom
    tom.says("/uptake feedback", "general")
    tom.dialog.get_by_label("What would you like to say?").fill("The training helped a lot.")
    tom.accessible()
    tom.submits()
    expect(tom.dialog.get_by_text("the weekly digest says what changed")).to_be_visible()
    tom.closes()


def test_people_see_take_along_pause_and_erase_what_is_kept(cast: Cast):
    from playwright.sync_api import expect

    tom = cast.tom
    tom.says(BUDGET, "Uptake")
    expect(tom.message("15–20 %")).to_be_visible()
    tom.says("/uptake privacy", "general")
    expect(tom.dialog.get_by_text(re.compile(r"questions with their answers: \d"))).to_be_visible()
    tom.accessible()
    tom.dialog.get_by_role("button", name="Send me all of it").click()
    expect(tom.dialog.get_by_text("It is in our direct messages, as a file.")).to_be_visible()
    tom.dialog.get_by_role("button", name="Stop writing down").click()
    expect(tom.dialog.get_by_text("not written down at present")).to_be_visible()
    tom.dialog.get_by_role("button", name="Write down again").click()
    expect(tom.dialog.get_by_role("button", name="Stop writing down")).to_be_visible()
    tom.dialog.get_by_role("button", name="Erase it").click()
    tom.accessible()
    tom.confirms()
    expect(tom.dialog.get_by_text("Your words are gone")).to_be_visible()
    tom.closes()
    tom.enters("Uptake")
    with tom.page.expect_download() as coming:
        tom.page.get_by_role("link", name="uptake-about-me.json").click()
    kept = json.loads(coming.value.path().read_text("utf-8"))
    assert BUDGET in json.dumps(kept, ensure_ascii=False)
