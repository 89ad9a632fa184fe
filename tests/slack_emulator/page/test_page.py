"""The page in a real browser, with a real app behind it over a real socket."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.slack_emulator.page.conftest import Desk
from tests.slack_emulator.page.gallery import MESSAGE_BLOCKS
from tests.support.browser import DARK, NARROW, WIDE, Look, accessibility_faults

LOOKS = pytest.mark.parametrize("look", [WIDE, DARK, NARROW], ids=str)
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cfc0f01f00050001ff89993d1d0000000049454e44ae426082"
)


def ask(page: Page, words: str) -> None:
    """Write a message into the main box and send it."""
    box = page.locator("#composer textarea")
    box.fill(words)
    box.press("Enter")


def answered(page: Page) -> None:
    """Wait until the app's answer is there with its thumbs."""
    expect(page.get_by_role("button", name="Good answer").last).to_be_visible()


def test_a_newcomer_asks_presses_the_thumb_gives_a_reason_and_looks_at_home(desk: Desk) -> None:
    page = desk.opens("").page
    expect(
        page.get_by_role("heading", name=re.compile("what would you like to know"))
    ).to_be_visible()
    page.get_by_role("list", name="Suggested questions").get_by_role("button").first.click()
    answered(page)
    expect(page.get_by_role("link", name="Prompt guide").last).to_be_visible()
    page.get_by_role("button", name="Bad answer").last.click()
    form = page.get_by_role("dialog", name="What was wrong?")
    form.get_by_label("Reason").select_option("old")
    form.get_by_label("In your words").fill("It is out of date.")
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    expect(page.get_by_role("button", name="Bad answer").last).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Your week")).to_be_visible()
    assert desk.tiny.submitted[0]["kind"]["kind"]["selected_option"]["value"] == "old"


def test_a_mention_is_completed_with_the_keyboard_and_answered_in_its_thread(desk: Desk) -> None:
    page = desk.opens("general").page
    box = page.locator("#composer textarea")
    box.press_sequentially(f"@{desk.app_name[:3]}")
    box.press("Enter")
    box.press_sequentially("what is new?")
    box.press("Enter")
    page.get_by_role("link", name=re.compile("^1 reply")).click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("says what you want")).to_be_visible()
    expect(thread.locator(".mention", has_text=f"@{desk.app_name}")).to_be_visible()
    expect(page.get_by_label("Reply in this thread")).to_be_focused()


def test_a_command_is_completed_and_its_answer_is_seen_by_one_person_alone(desk: Desk) -> None:
    ada, bo = desk.opens("general").page, desk.opens("general", persona=1).page
    box = ada.locator("#composer textarea")
    box.press_sequentially("/ti")
    box.press("Tab")
    box.press_sequentially("settings")
    box.press("Enter")
    expect(ada.get_by_text("You wrote: settings")).to_be_visible()
    expect(ada.get_by_text("Only visible to you")).to_be_visible()
    ask(ada, "done")
    expect(bo.get_by_text("done", exact=True)).to_be_visible()
    expect(bo.get_by_text("You wrote: settings")).to_have_count(0)


def test_an_unknown_command_is_explained_and_the_words_stay_in_the_box(desk: Desk) -> None:
    page = desk.opens("general").page
    ask(page, "/nothing here")
    expect(page.get_by_text("/nothing is not a command here.")).to_be_visible()
    expect(page.locator("#composer textarea")).to_have_value("/nothing here")


def test_two_people_see_each_others_words_reactions_edits_and_deletions_at_once(desk: Desk) -> None:
    ada, bo = desk.opens("general").page, desk.opens("general", persona=1).page
    ask(ada, "Lunch at *noon*?")
    seen = bo.locator("#main article", has_text="Lunch at noon?")
    expect(seen.locator("strong", has_text="noon")).to_be_visible()
    seen.hover()
    seen.get_by_label("Add a reaction").click()
    bo.get_by_role("menuitem", name="tada").click()
    mine = ada.locator("#main article", has_text="Lunch at noon?")
    expect(mine.get_by_role("button", name=re.compile("^tada, 1"))).to_be_visible()
    mine.hover()
    mine.get_by_label("More actions").click()
    ada.get_by_role("menuitem", name="Edit message").click()
    ada.get_by_label("Edit message").fill("Lunch at one?")
    ada.get_by_role("button", name="Save").click()
    expect(bo.get_by_text("Lunch at one?")).to_be_visible()
    expect(bo.get_by_text("(edited)")).to_be_visible()
    mine = ada.locator("#main article", has_text="Lunch at one?")
    mine.hover()
    mine.get_by_label("More actions").click()
    ada.get_by_role("menuitem", name="Delete message").click()
    ada.get_by_role("button", name="Delete", exact=True).click()
    expect(bo.get_by_text("Lunch at one?")).to_have_count(0)


def test_a_message_elsewhere_marks_its_channel_unread_without_a_reload(desk: Desk) -> None:
    ada, bo = desk.opens("").page, desk.opens("general", persona=1).page
    ask(bo, "News for everyone")
    link = ada.locator(".side-link.unread", has_text="general")
    expect(link).to_be_visible()
    link.click()
    expect(ada.get_by_text("News for everyone")).to_be_visible()
    expect(ada.locator(".side-link.unread", has_text="general")).to_have_count(0)


def test_an_answer_streams_and_the_stop_button_reaches_the_app(desk: Desk) -> None:
    page = desk.opens("").page
    desk.tiny.go_on.clear()
    ask(page, "Tell me slowly")
    expect(page.locator(".message.streaming", has_text="good prompt")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("I stopped.")).to_be_visible()
    expect(page.locator(".message.streaming")).to_have_count(0)
    desk.tiny.go_on.set()
    assert desk.tiny.cut_short.wait(20)
    expect(page.locator(".message", has_text="good prompt")).to_be_visible()
    expect(page.get_by_role("button", name="Good answer")).to_have_count(0)
    assert desk.tiny.stopped[0]["user"] == desk.viewer()


def test_a_form_is_checked_in_the_browser_then_by_the_app(desk: Desk) -> None:
    page = desk.opens("general").page
    page.get_by_label("Shortcuts").click()
    page.get_by_role("menuitem", name="Tiny form").click()
    form = page.get_by_role("dialog", name="What was wrong?")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Please complete this required field.")).to_have_count(2)
    expect(form.get_by_label("Reason")).to_be_focused()
    form.get_by_label("Reason").select_option("other")
    form.get_by_label("In your words").fill("no")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Must be at least 5 characters.")).to_be_visible()
    form.get_by_label("In your words").fill("nonsense")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Please say it in a sentence.")).to_be_visible()
    form.locator("details.picker summary").click()
    form.get_by_label("Search the choices").fill("ma")
    expect(form.get_by_label("Notes")).to_have_count(0)
    form.get_by_label("Maps").check()
    form.get_by_label("In your words").fill("It answers another question.")
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    assert desk.tiny.submitted[0]["tool"]["tool"]["selected_option"]["value"] == "maps"


def test_a_message_shortcut_opens_its_form(desk: Desk) -> None:
    page = desk.opens("general").page
    ask(page, "Worth keeping")
    message = page.locator("#main article", has_text="Worth keeping")
    message.hover()
    message.get_by_label("More actions").click()
    page.get_by_role("menuitem", name="Tiny save").click()
    expect(page.get_by_role("dialog", name="What was wrong?")).to_be_visible()


def test_a_button_with_a_question_asks_first_and_does_nothing_when_declined(desk: Desk) -> None:
    page = desk.opens("").page
    ask(page, "Who can help?")
    answered(page)
    page.get_by_role("button", name="Ask a person").click()
    page.get_by_role("button", name="Not now").click()
    page.get_by_role("button", name="Ask a person").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Your champion was asked.")).to_have_count(1)


def test_a_button_on_home_renews_home_in_place(desk: Desk) -> None:
    page = desk.opens("").page
    page.get_by_role("link", name="Home").click()
    page.get_by_role("button", name="Press").click()
    expect(page.get_by_text("Pressed", exact=True)).to_be_visible()


def test_the_keyboard_alone_is_enough_for_a_form(desk: Desk) -> None:
    page = desk.opens("general").page
    shortcuts = page.get_by_label("Shortcuts")
    shortcuts.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Tiny form")).to_be_focused()
    page.keyboard.press("Escape")
    expect(shortcuts).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Tiny form")).to_be_focused()
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="What was wrong?")
    expect(form.get_by_label("Reason")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('dialog, body').id") in ("modal", "")
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    page.keyboard.press("Control+Home")
    page.locator("body").press("Tab")


def test_the_skip_link_is_the_first_stop_and_leads_to_the_messages(desk: Desk) -> None:
    page = desk.opens("general").page
    # The browser goes on from where the focus was last; this puts it to the start of the page.
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the messages")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_hostile_words_stay_words(desk: Desk) -> None:
    page = desk.opens("general").page
    words = "<img src=x onerror=alert(1)><script>alert(2)</script> <@U1> javascript:alert(3)"
    ask(page, words)
    expect(page.locator("#main .message-text", has_text="onerror")).to_have_text(words)
    assert page.locator("#main .message-text img, #main .message-text script").count() == 0


def test_pictures_and_pages_are_shown_and_another_file_is_offered_for_download(
    desk: Desk, tmp_path: Path
) -> None:
    page = desk.opens("general").page
    picture, note, data = (tmp_path / name for name in ("dot.png", "page.html", "a.svg"))
    picture.write_bytes(PICTURE)
    note.write_text("<p>written</p><script>document.body.textContent = 'run'</script>")
    data.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    page.locator("#composer [data-attach]").set_input_files([picture, note, data])
    expect(page.locator("#composer .attached li")).to_have_count(3)
    ask(page, "Two files")
    message = page.locator("#main article", has_text="Two files")
    expect(message.locator(".file-image img")).to_have_js_property("naturalWidth", 1)
    with page.context.expect_page() as opened:
        message.get_by_role("link", name="page.html").click()
    # A page runs no script: it could press buttons here.
    expect(opened.value.locator("body")).to_have_text("written")
    opened.value.close()
    address = message.get_by_role("link", name="a.svg").get_attribute("href")
    answer = httpx.get(f"{desk.address}{address}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_the_payload_panel_shows_both_ways(desk: Desk) -> None:
    page = desk.opens("").page
    page.get_by_label("Payloads for developers").click()
    panel = page.get_by_role("complementary", name="Payloads")
    ask(page, "Show me")
    answered(page)
    sent = panel.locator("li", has_text="chat.stopStream")
    expect(sent).to_have_count(1)
    expect(panel.locator("li", has_text="to app").first).to_be_visible()
    sent.locator("summary").click()
    expect(sent.locator("pre")).to_contain_text('"blocks"')


def test_the_dark_theme_is_remembered(desk: Desk) -> None:
    window = desk.opens("general")
    window.page.get_by_label("Dark theme").click()
    window.go(window.page.url)
    expect(window.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(window.page.get_by_label("Dark theme")).to_have_attribute("aria-pressed", "true")


def test_a_write_from_another_site_is_refused(desk: Desk) -> None:
    address = f"{desk.address}/as/{desk.handle()}/do/say"
    body = {"channel": desk.channel("general"), "text": "forged"}
    assert httpx.post(address, json=body).status_code == 403
    foreign = {"Origin": "https://evil.example"}
    assert httpx.post(address, json=body, headers=foreign).status_code == 403
    host = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert httpx.post(address, json=body, headers=host).status_code == 403
    expect(desk.opens("general").page.get_by_text("forged")).to_have_count(0)


@pytest.mark.parametrize("path", ["/as/nobody/", "/as/{handle}/C000", "/as/{handle}/with/U000"])
def test_a_wrong_address_says_so_in_words(desk: Desk, path: str) -> None:
    answer = httpx.get(desk.address + path.format(handle=desk.handle()), follow_redirects=True)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@LOOKS
def test_no_screen_has_a_grave_accessibility_fault(desk: Desk, look: Look) -> None:
    window = desk.opens("", look=look)
    page, faults = window.page, list[str]()

    def check(screen: str) -> None:
        faults.extend(f"{screen}: {fault}" for fault in accessibility_faults(page))
        desk.shoot(page, f"{screen}-{look}")

    check("start")
    ask(page, "How do I write a good prompt?")
    answered(page)
    check("answer")
    page.get_by_role("button", name="Bad answer").last.click()
    form = page.get_by_role("dialog", name="What was wrong?")
    form.get_by_role("button", name="Send").click()
    check("form")
    form.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Ask a person").click()
    check("question")
    page.get_by_role("button", name="Not now").click()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Your week")).to_be_visible()
    check("home")
    desk.posts_blocks("general", MESSAGE_BLOCKS)
    window.go(desk.place("general"))
    check("blocks")
    page.locator("#composer textarea").press_sequentially("/")
    check("commands")
    page.keyboard.press("Escape")
    page.locator("#main article").last.hover()
    page.locator("#main article").last.get_by_label("More actions").click()
    check("more")
    page.keyboard.press("Escape")
    page.locator("#main article").last.hover()
    page.locator("#main article").last.get_by_label("Reply in thread").click()
    expect(page.locator("#pane")).to_be_visible()
    check("thread")
    page.get_by_label("Close the thread").click()
    page.locator(".persona-button").click()
    check("personas")
    page.keyboard.press("Escape")
    page.get_by_label("Payloads for developers").click()
    expect(page.locator("#developer")).to_be_visible()
    check("payloads")
    assert faults == []


def test_the_page_shows_guests_groups_and_shared_channels_and_no_closed_account(
    desk: Desk,
) -> None:
    slack = desk.slack
    olga = slack.add_user("olga", "Olga Outside", title="Buyer", kind="external")
    gone = slack.add_user("greta", "Greta Gone")
    slack.add_channel("with-partner", [desk.person(), olga], external=True)
    group = slack.open_group_message(desk.person(), desk.person(1))
    desk.person(1).says("Shall we meet?", group)
    gone.joins("general")
    gone.says("Bye", "general")
    slack.deactivate(gone)
    page = desk.opens("general").page
    side = page.get_by_role("navigation", name="Channels and messages")
    expect(side.get_by_role("link", name="with-partner shared")).to_be_visible()
    expect(side.get_by_role("link", name="Greta Gone")).to_have_count(0)
    expect(page.locator("#main article", has_text="Bye").get_by_text("Greta Gone")).to_be_visible()
    page.locator(".persona-button").click()
    expect(
        page.get_by_role("menuitem", name="Olga Outside Buyer · Another company")
    ).to_be_visible()
    page.keyboard.press("Escape")
    side.get_by_role("link", name=f"{desk.person(1).name}, {desk.app_name}").click()
    expect(page.get_by_text("Shall we meet?")).to_be_visible()
    page.goto(desk.address + f"/as/{olga.handle}/")
    expect(side.get_by_role("link", name="with-partner")).to_be_visible()
    expect(side.get_by_role("link", name="general")).to_have_count(0)
    assert httpx.get(desk.address + "/as/greta/").status_code == 404
