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
    for name in ("This answer helped", "Ask a person", "Read the source"):
        expect(answer.get_by_role("button", name=name)).to_be_visible()
    answer.get_by_label("More options").click()
    expect(answer.get_by_role("menuitem", name="Override a recommendation")).to_be_visible()
    maya.accessible()


def test_a_command_asks_without_disturbing_the_channel(cast: Cast):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.says("/uptake ask How do I override a recommendation?", "general")
    expect(maya.message("I'm looking it up.")).to_be_visible()
    maya.enters("Uptake")
    expect(maya.message("something that the tool does not")).to_be_visible()
    cast.tom.enters("general")
    expect(cast.tom.page.get_by_text("I'm looking it up.")).to_have_count(0)


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
    expect(maya.dialog.get_by_text("The people who keep the guides read this")).to_be_visible()
    maya.accessible()
    maya.closes()
    answer.get_by_role("button", name="This answer helped").click()
    maya.message("Glad it helped.").get_by_role("button", name="Minutes").click()
    expect(maya.message("Thanks, noted: minutes.")).to_be_visible()


def test_a_shortcut_logs_an_override_on_one_screen(cast: Cast):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.enters("general")
    maya.shortcut("Override a recommendation")
    form = maya.dialog
    form.get_by_label("Which tool?").fill("Forecast assistant")
    form.get_by_label("What did it recommend?").fill("Order 400 pieces for week 12.")
    form.get_by_label("What did you do instead?").fill("I ordered 250; the shop is being rebuilt.")
    form.get_by_label("Why?").select_option("The situation had changed")
    form.get_by_label("A lot").check()
    maya.accessible()
    maya.submits()
    expect(form.get_by_text("Your override is logged.")).to_be_visible()
    expect(form.get_by_text("reads the reasons every week")).to_be_visible()
    maya.accessible()
    maya.closes()


def test_a_message_can_be_what_somebody_overrides(cast: Cast):
    from playwright.sync_api import expect

    tip = "The assistant says: call every customer on Monday."
    cast.tom.says(tip, "general")
    maya = cast.maya
    maya.enters("general")
    maya.chooses("Override a recommendation", maya.message(tip))
    expect(maya.dialog.get_by_label("What did it recommend?")).to_have_value(tip)
    maya.dialog.get_by_label("Which tool?").fill("Forecast assistant")
    maya.dialog.get_by_label("Why?").select_option("I do not trust it yet")
    maya.submits()
    expect(maya.dialog.get_by_text("Your override is logged.")).to_be_visible()
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


def test_people_see_export_pause_and_erase_what_is_stored(cast: Cast):
    from playwright.sync_api import expect

    tom = cast.tom
    tom.says(BUDGET, "Uptake")
    expect(tom.message("15–20 %")).to_be_visible()
    tom.says("/uptake privacy", "general")
    expect(tom.dialog.get_by_text(re.compile(r"questions you asked: \d"))).to_be_visible()
    tom.accessible()
    tom.dialog.get_by_role("button", name="Export my data").click()
    expect(tom.dialog.get_by_text("It's in our direct messages.")).to_be_visible()
    tom.dialog.get_by_role("button", name="Pause logging").click()
    expect(tom.dialog.get_by_text("aren't logged at the moment")).to_be_visible()
    tom.dialog.get_by_role("button", name="Resume logging").click()
    expect(tom.dialog.get_by_role("button", name="Pause logging")).to_be_visible()
    tom.dialog.get_by_role("button", name="Erase my data").click()
    tom.accessible()
    tom.confirms()
    expect(tom.dialog.get_by_text("Your data is erased")).to_be_visible()
    tom.closes()
    tom.enters("Uptake")
    with tom.page.expect_download() as coming:
        tom.page.get_by_role("link", name="my-uptake-data.json").click()
    kept = json.loads(coming.value.path().read_text("utf-8"))
    assert BUDGET in json.dumps(kept, ensure_ascii=False)
