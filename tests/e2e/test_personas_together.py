"""What people do together: ask and help, tell and decide, run the programme; in the browser."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from adoption.feedback.models import Reason, Vote
from adoption.questions.questions import Cited
from adoption.record import Record
from tests.adoption.factories import asked
from tests.e2e.personas import Cast, Persona

BUDGET = "How much of the budget should go to change management?"
LICENCE = "Where do I order a licence for the drawing tool?"
ORDER = "Order it in the service portal under Software; your manager approves it within a day."


def test_an_admin_names_champions_and_others_are_told_kindly_that_it_is_not_theirs(cast: Cast):
    from playwright.sync_api import expect

    cast.maya.says("/uptake roles", "general")
    expect(cast.maya.message("Only an admin of the programme can do that.")).to_be_visible()
    priya = cast.priya
    priya.says("/uptake roles", "general")
    priya.dialog.locator("details.picker summary").click()
    priya.dialog.get_by_role("checkbox", name="Jonas Weber").check()
    priya.dialog.get_by_role("checkbox", name="Jonas Weber").press("Escape")
    priya.dialog.get_by_label("Team of the new champions").fill("Finance")
    priya.accessible()
    priya.submits()
    expect(priya.dialog).to_be_hidden()
    cast.jonas.enters("Uptake")
    expect(cast.jonas.message("You're a champion of Finance now.")).to_be_visible()


def test_a_champions_home_shows_their_team(cast: Cast):
    from playwright.sync_api import expect

    jonas = cast.jonas
    jonas.enters("Home")
    home = jonas.page.locator("#home")
    expect(home.get_by_role("heading", name="My team")).to_be_visible()
    expect(home.get_by_text("You're a champion of Finance")).to_be_visible()
    expect(home.get_by_text("No questions from your team are waiting.")).to_be_visible()
    jonas.accessible()


def test_an_admin_lets_a_channels_answers_go_to_the_asker_alone_who_can_share_them(cast: Cast):
    from playwright.sync_api import expect

    priya, maya, tom = cast.priya, cast.maya, cast.tom
    priya.says("/uptake channel", "ai-stories")
    priya.dialog.get_by_label("Only the person who asked; they can share it").check()
    priya.accessible()
    priya.submits()
    expect(priya.message("This channel is set to")).to_be_visible()
    tom.enters("ai-stories")
    maya.asks(BUDGET, "ai-stories")
    answer = maya.message("15–20 %")
    expect(answer.get_by_text("Only you can see this.")).to_be_visible()
    expect(tom.page.get_by_text(BUDGET)).to_be_visible()
    expect(tom.page.get_by_text("15–20 %")).to_have_count(0)
    answer.get_by_role("button", name="Share with the channel").click()
    tom.opens_thread(tom.message(BUDGET))
    expect(tom.thread.get_by_text("Maya Lindqvist asked:")).to_be_visible()
    expect(tom.thread.get_by_text("15–20 %")).to_be_visible()


def test_a_question_goes_to_a_person_and_their_reply_becomes_an_answer_for_the_next(cast: Cast):
    from playwright.sync_api import expect

    maya, jonas, tom, priya = cast.maya, cast.jonas, cast.tom, cast.priya
    maya.opens_thread(maya.asks(LICENCE, "general"))
    maya.thread.get_by_role("button", name="Ask #ai-help").click()
    maya.accessible()
    maya.confirms()
    expect(maya.thread.get_by_text("I'll send you their reply here.")).to_be_visible()
    one_takes_it_and_the_other_is_told(jonas, tom)
    expect(maya.thread.get_by_text("is looking into your question.")).to_be_visible()
    expect(maya.thread.get_by_role("button", name="is on it")).to_be_visible()
    jonas.message(LICENCE).hover()
    jonas.message(LICENCE).get_by_label("Reply in thread").click()
    jonas.replies(ORDER)
    expect(maya.thread.get_by_text(ORDER)).to_be_visible()
    expect(jonas.thread.get_by_text("has your reply.")).to_be_visible()
    jonas.message(LICENCE).get_by_role("button", name="Solved").click()
    expect(jonas.message(LICENCE).get_by_text("Solved by")).to_be_visible()
    expect(maya.thread.get_by_text("marked your question as solved")).to_be_visible()
    jonas.message(LICENCE).get_by_role("button", name="Save as FAQ").click()
    expect(jonas.dialog.get_by_label("Question")).to_have_value(LICENCE)
    expect(jonas.dialog.get_by_label("Answer")).to_have_value(ORDER)
    jonas.accessible()
    jonas.submits()
    expect(jonas.dialog).to_be_hidden()
    priya.enters("ai-programme")
    entry = priya.message(LICENCE)
    entry.get_by_role("button", name="Approve").click()
    expect(entry.get_by_text("Approved by")).to_be_visible()
    jonas.enters("Uptake")
    expect(jonas.message("is approved. I answer from it from now on.")).to_be_visible()
    tom.says(LICENCE, "Uptake")
    expect(tom.message("in the service portal under Software")).to_be_visible()


def one_takes_it_and_the_other_is_told(jonas: Persona, tom: Persona) -> None:
    """Both press before either can see that the other did."""
    from playwright.sync_api import Route, expect

    presses: list[Route] = []
    for each in (jonas, tom):
        each.enters("ai-help")
        each.page.route("**/do/press", lambda route: presses.append(route), times=1)
        each.message(LICENCE).get_by_role("button", name="I'll take it").click()
    while len(presses) < 2:
        tom.page.wait_for_timeout(20)
    for press in presses:
        press.continue_()
    taken = jonas.message(LICENCE).get_by_text("is on it.")
    late = tom if "Jonas" in taken.inner_text() else jonas
    # The workspace itself says so where the second press comes after the button is gone.
    told = re.compile("has already taken it|is not there any more")
    expect(late.page.get_by_text(told)).to_be_visible()


def test_a_story_is_previewed_sent_back_changed_approved_and_read_by_all(cast: Cast):
    from playwright.sync_api import expect

    maya, priya, tom = cast.maya, cast.priya, cast.tom
    title = "Offers in a morning, not in a day"
    maya.says("/uptake story", "general")
    writes_story(maya, title, "Fewer hours.")
    expect(maya.dialog.get_by_text("Every offer took me a day.")).to_be_visible()
    expect(maya.dialog.get_by_text("5 hours a week")).to_be_visible()
    maya.accessible()
    maya.submits()
    expect(maya.dialog).to_be_hidden()
    priya.enters("ai-programme")
    priya.message(title).get_by_role("button", name="Review").click()
    priya.dialog.get_by_label("Ask for changes").check()
    priya.dialog.get_by_label("Note to the author").fill("Please say what you do differently.")
    priya.accessible()
    priya.submits()
    expect(priya.message(title).get_by_text("asked for changes")).to_be_visible()
    maya.enters("Uptake")
    maya.message("Please change something").get_by_role("button", name="Change it").click()
    expect(maya.dialog.get_by_text("Please say what you do differently.")).to_be_visible()
    expect(maya.dialog.get_by_label("Title")).to_have_value(title)
    maya.dialog.get_by_label("What changed?").fill("The assistant drafts, I check every price.")
    maya.submits()
    expect(maya.dialog.get_by_text("I check every price.")).to_be_visible()
    maya.submits()
    expect(maya.dialog).to_be_hidden()
    again = priya.message("I check every price.")
    again.get_by_role("button", name="Approve").click()
    expect(again.get_by_text("Approved by")).to_be_visible()
    tom.enters("ai-stories")
    expect(tom.message(title)).to_be_visible()
    tom.enters("Home")
    expect(tom.page.get_by_role("heading", name="Latest success stories")).to_be_visible()
    expect(tom.page.locator("#home").get_by_text(title)).to_be_visible()
    tom.accessible()


def writes_story(author: Persona, title: str, changed: str) -> None:
    form = author.dialog
    form.get_by_label("Title").fill(title)
    form.get_by_label("Tool", exact=True).fill("Writing assistant")
    form.get_by_label("Team", exact=True).fill("Sales")
    form.get_by_label("What was hard before?").fill("Every offer took me a day.")
    form.get_by_label("What changed?").fill(changed)
    form.get_by_label("What did it bring, as a number?").fill("5")
    form.get_by_label("What does the number count?").select_option("hours a week")
    form.get_by_label(re.compile("You may post this with my name")).check()
    author.accessible()
    author.submits()


def test_an_admin_gets_the_digest_with_its_page_and_figures_and_nobody_else_does(cast: Cast):
    from playwright.sync_api import expect

    priya, tom = cast.priya, cast.tom
    priya.says("/uptake digest", "general")
    expect(priya.message("I'm sending the digest to our direct messages.")).to_be_visible()
    priya.enters("Uptake")
    for file in ("as a page", "in figures"):
        link = priya.page.get_by_role("link", name=re.compile(f"Week .* {file}"))
        expect(link.first).to_be_visible()
    priya.accessible()
    tom.says("/uptake digest", "general")
    expect(tom.message("Only an admin of the programme can do that.")).to_be_visible()
    expect(tom.page.get_by_text("I'm sending the digest")).to_have_count(0)


def test_an_admins_home_shows_the_week_and_what_waits(cast: Cast):
    from playwright.sync_api import expect

    priya = cast.priya
    priya.enters("Home")
    home = priya.page.locator("#home")
    for title in ("The programme in the week of", "Finish setting up"):
        expect(home.get_by_role("heading", name=re.compile(title))).to_be_visible()
    priya.accessible()


def test_an_admin_writes_the_missing_answer_from_the_digest_and_who_asked_is_told(cast: Cast):
    from playwright.sync_api import TimeoutError, expect

    maya, priya = cast.maya, cast.priya
    question = "Which tram goes to the training centre?"
    maya.says(question, "Uptake")
    expect(maya.message("I don't know")).to_be_visible()
    write = priya.message(question).get_by_role("button", name="Write an answer").last
    for _ in range(10):  # A question is in the record a moment after its answer is shown.
        priya.says("/uptake digest", "general")
        priya.enters("Uptake")
        with suppress(TimeoutError):
            write.wait_for(timeout=5000)
            break
    write.click()
    priya.dialog.get_by_label("Answer", exact=True).fill("Tram 12 to Harbour Square.")
    priya.accessible()
    priya.submits()
    expect(priya.dialog).to_be_hidden()
    expect(maya.message("and I had no answer. Now there is one")).to_be_visible()
    maya.says("Which tram takes me to the training centre?")
    expect(maya.message("Harbour Square")).to_be_visible()


def test_an_admin_excludes_a_guide_that_did_not_help_and_includes_it_again(cast: Cast):
    from playwright.sync_api import expect

    priya, question = cast.priya, "Why does the tool contradict itself?"
    for person in (cast.maya, cast.tom):
        person.says(question, "Uptake")
        answer = person.message("Small differences")
        answer.get_by_role("button", name="This answer did not help").click()
        person.dialog.get_by_role("radio", name="It is outdated").check()
        person.submits()
        expect(
            person.dialog.get_by_text("The people who keep the guides read this")
        ).to_be_visible()
        person.closes()
    # Today goes on, and isn't counted; of five people yesterday, the guide is named.
    assert cast.data_dir is not None
    record = Record.open(f"sqlite:///{cast.data_dir / 'record.sqlite'}")
    now = datetime.now(UTC)
    yesterday = now - timedelta(days=1)
    used = record.guide_statistics.uses(yesterday, now)
    source = next(each.source for each in used if len(each.down) == 2)
    for n in range(5):
        about = {"account": f"T1:more{n}", "asked_at": yesterday, "question": question}
        cited = [Cited(1, "p", "Accuracy and trust", "", source)]
        record.questions.add(asked(f"C1:more{n}", citations=cited, **about))
        thumb = f"C1:more{n}", f"T1:more{n}"
        record.feedback.set_vote(*thumb, Vote.NEGATIVE, yesterday)
        record.feedback.set_reason(*thumb, Reason.OUTDATED, "", yesterday)
    record.close()
    # What is counted is kept for a moment, so that Home may be drawn once without it.
    home = priya.page.locator("#home")
    for _ in range(30):
        priya.enters("Home")
        if home.get_by_role("heading", name="Guides that didn't help").is_visible():
            break
        priya.page.wait_for_timeout(1000)
    expect(home.get_by_role("heading", name="Guides that didn't help")).to_be_visible()
    guide = home.locator(".block", has_text="thumbs down in 180 days")
    guide.get_by_role("button", name="Review").click()
    # Enough people to show why.
    expect(priya.dialog.get_by_text("It is outdated").first).to_be_visible()
    priya.accessible()
    priya.dialog.get_by_label("Exclude it from answers").check()
    priya.submits()
    expect(home.get_by_role("heading", name="Guides excluded from answers")).to_be_visible()
    home.get_by_role("button", name="Include again").click()
    expect(home.get_by_role("heading", name="Guides excluded from answers")).to_be_hidden()
    expect(home.get_by_text("thumbs down in 180 days")).to_be_visible()
