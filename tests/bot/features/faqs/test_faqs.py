from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields, faq_id
from adoption.submissions.submissions import FaqEntry
from bot.answering.answered import finished
from bot.features.faqs.files import as_markdown
from bot.features.faqs.jobs import WORKFLOW, EntrySaved, decide_entry, save_entry
from bot.slack.messages import Place
from bot.submissions.workflow import Decided, review_message
from slack_emulator import LocalWorkspace, Person
from slack_emulator.state.messages import Message
from tests.support.app import MANIFEST, RunningApp, running_app, written
from tests.support.slack import PATIENCE

MOMENT = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def play(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """One app for these tests; each asks a question of its own."""
    root = tmp_path_factory.mktemp("faqs")
    shutil.copytree(home, root / "data")
    shutil.copytree(home.parent / "guides", root / "guides")
    with LocalWorkspace(MANIFEST, patience=PATIENCE) as slack:
        slack.add_user("rosa", "Rosa Lind", kind="admin")
        with running_app(root / "data", slack, admins=("admin", "rosa")) as running:
            yield running


def replied(play: RunningApp, question: str, reply: str, channel: str = "general") -> Message:
    """A helper has replied to a question; gives the message that helpers see."""
    slack, maya = play.slack, play.slack.user("user")
    mention = "" if channel == "app" else f"{slack.mention} "
    asked = maya.says(f"{mention}{question}", channel=channel)
    answer = slack.wait_for_answer(asked, 60)
    play.eventually(lambda: finished(play.container.jobs, [f"{asked.channel}:{asked.ts}"]))
    maya.presses("ask_person", answer)
    offer = slack.wait_for(
        lambda: [m for m in slack.messages("ai-help") if question[:40] in written(m)], 30, "offer"
    )[-1]
    slack.user("second").says(reply, channel="ai-help", thread=offer)
    return slack.wait_for(lambda: now(play, offer, "Save as FAQ"), 30, "the button")


def now(play: RunningApp, message: Message, words: str) -> Message | None:
    """A message as it is now, if it says `words`."""
    found = play.slack.message(message)
    return found if found is not None and words in written(found) else None


def saved(play: RunningApp, person: Person, offer: Message, **filled: Any) -> None:
    """Somebody saves the reply under an offer, and changes what `filled` says."""
    person.presses("handoff_save", offer)
    assert person.modal is not None, "no dialog"
    values = {name: {name: value} for name, value in (drafted(person) | filled).items()}
    assert person.submits(values) == {}
    assert person.modal is None


def decides(admin: Person, state: State, **filled: str) -> None:
    """An admin decides in the dialog of the review, after changing what `filled` says."""
    values = drafted(admin) | {"decision": state.value} | filled
    assert admin.submits({name: {name: value} for name, value in values.items()}) == {}


def drafted(person: Person) -> dict[str, str]:
    """What the dialog proposes."""
    assert person.modal is not None
    found = {}
    for block in person.modal["blocks"]:
        element = block.get("element") or {"initial_value": ""}
        chosen = element.get("initial_option", {}).get("value", "")
        found[block["block_id"]] = element.get("initial_value", chosen)
    return found


def review(play: RunningApp, admin: str, words: str) -> Message:
    person = play.slack.user(admin)
    return play.slack.wait_for(
        lambda: [
            m for m in play.direct(person) if "faq_approve" in str(m.body) and words in written(m)
        ],
        30,
        f"{words} to approve",
    )[-1]


def entry(play: RunningApp, offer: Message) -> FaqEntry | None:
    return play.record.faqs.get(faq_id(value_of(offer, "handoff_save")))


def value_of(message: Message, action: str) -> str:
    for block in message.body["blocks"]:
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                return str(element["value"])
    raise AssertionError(f"there is no {action}")


def test_a_reply_becomes_an_entry_that_the_next_asker_gets_cited(play: RunningApp):
    tom, priya = play.slack.user("second"), play.slack.user("admin")
    question = "Where do I order a licence for the drawing tool?"
    offer = replied(play, question, "Order the licence in the service portal under Software.")
    tom.presses("handoff_save", offer)
    assert drafted(tom) == {
        "question": question,
        "answer": "Order the licence in the service portal under Software.",
        "tool": "any",
        "audience": "everyone",
        "options": "",
    }
    answer = (
        "Order the drawing tool's licence in the service portal:\n- choose Software\n- wait a day"
    )
    tom.submits(
        {
            "question": {"question": "Where do I get a licence for the drawing tool?"},
            "answer": {"answer": answer},
            "tool": {"tool": "any"},
            "audience": {"audience": "everyone"},
        }
    )
    play.told(tom, "is awaiting review")
    asked = review(play, "admin", "drawing tool")
    # Without consent it carries no name, neither the helper's nor the asker's.
    for person in ("user", "second"):
        assert play.slack.user(person).id not in str(asked.body["blocks"])
    assert "somebody who helps" in written(asked)
    priya.presses("faq_approve", asked)
    play.told(tom, "is approved", 60)
    assert now(play, asked, f"Approved by <@{priya.id}>")
    later = play.slack.user("user").says("How can I get a licence for the drawing tool?")
    cited = written(play.slack.wait_for_answer(later, 60))
    assert "service portal" in cited
    assert "Where do I get a licence for the drawing tool?" in cited


def test_an_admin_puts_it_right_in_home_and_approves_it_so(play: RunningApp):
    tom, priya = play.slack.user("second"), play.slack.user("admin")
    offer = replied(play, "Which printer takes the posters?", "The one on floor 3.")
    priya.opens_app()
    play.home(priya, "The programme in the week of")
    saved(play, tom, offer, options="named")
    home = play.home(priya, "FAQ entry: *Which printer takes the posters?*")
    assert f"from <@{tom.id}>" in written(review(play, "admin", "printer"))
    priya.presses("faq_review", home)
    assert drafted(priya)["answer"] == "The one on floor 3."
    decides(priya, State.PUBLISHED, answer="The plotter on floor 4.")
    play.told(tom, "printer takes the posters?” is approved", 60)
    kept = entry(play, offer)
    assert kept is not None
    assert (kept.state, kept.fields.answer) == (State.PUBLISHED, "The plotter on floor 4.")
    play.slack.wait_for(lambda: "FAQ entry" not in written(play.home(priya)), 30)
    assert "floor 4" in (play.container.settings.faqs_dir / f"{kept.id}.md").read_text("utf-8")


def test_a_declined_entry_is_not_indexed_and_can_be_saved_again(play: RunningApp):
    tom, priya = play.slack.user("second"), play.slack.user("admin")
    offer = replied(play, "May I bring my dog to the office?", "Ask your team first.")
    saved(play, tom, offer)
    priya.presses("faq_review", review(play, "admin", "dog"))
    decides(priya, State.DECLINED, note="Not about our tools.")
    play.told(tom, "Not about our tools.")
    kept = entry(play, offer)
    assert kept is not None
    assert kept.state is State.DECLINED
    assert not (play.container.settings.faqs_dir / f"{kept.id}.md").exists()
    saved(play, tom, offer)
    play.eventually(lambda: (e := entry(play, offer)) and e.state is State.AWAITING)
    play.quiet()
    tom.presses("handoff_save", offer)
    assert tom.modal is None
    play.slack.wait_for(lambda: whispered(tom, "already saved"), 30)


def whispered(person: Person, words: str, channel: str = "ai-help") -> list[Message]:
    return [m for m in person.whispers(channel) if words in written(m)]


def test_an_author_is_not_told_what_an_admin_made_of_an_entry_for_others(play: RunningApp):
    tom, priya = play.slack.user("second"), play.slack.user("admin")
    offer = replied(play, "Who signs for the sailing trip?", "The lead of your team.")
    saved(play, tom, offer)
    priya.presses("faq_review", review(play, "admin", "sailing"))
    secret = "Who signs for the merger in the sailing club?"
    decides(priya, State.PUBLISHED, question=secret, audience="admins")
    play.told(tom, "Your FAQ entry is approved", 60)
    play.quiet()
    assert "merger" not in "\n".join(written(m) for m in play.direct(tom))


def test_names_and_numbers_are_redacted_in_the_draft(play: RunningApp):
    tom = play.slack.user("second")
    offer = replied(
        play, "Hello Zelda Quist, who resets my access token?", "Call +49 171 2345678 today."
    )
    tom.presses("handoff_save", offer)
    draft = drafted(tom)
    assert "Zelda" not in draft["question"]
    assert "2345678" not in draft["answer"]
    # What they write in by hand may be an address; a name goes as long as they do not sign.
    values = draft | {"answer": "Write to it@x.example. Thanks to Zelda Quist."}
    tom.submits({name: {name: value} for name, value in values.items()})
    asked = written(review(play, "admin", "resets"))
    assert "it@\u2060x.example" in asked or "it@x.example" in asked
    assert "Zelda" not in asked


def test_of_two_admins_who_decide_at_once_one_wins_and_the_other_is_told(play: RunningApp):
    slack, jonas = play.slack, play.slack.user("champion")
    play.record.roles.add_champion(play.account(jonas), "Finance", play.container.now())
    question = "What is in the champions' budget for cake?"
    # A champion may save what somebody else replied.
    offer = replied(play, question, "Forty crowns for cake in the champions' budget.")
    saved(play, jonas, offer, audience="champions")
    asked = [review(play, name, "cake") for name in ("admin", "rosa")]
    for name, message in zip(("admin", "rosa"), asked, strict=True):
        slack.user(name).presses("faq_approve", message)
    # It is for champions, as its author is one.
    play.told(jonas, "cake?” is approved", 60)
    play.quiet()
    losers = [n for n in ("admin", "rosa") if whispered(slack.user(n), "already decided", "app")]
    assert len(losers) == 1
    kept = entry(play, offer)
    assert kept is not None
    assert not kept.decided_by.endswith(slack.user(losers[0]).id)

    # It is for champions: nobody else gets it, nor they where others read along.
    def answered(person: str, channel: str = "app") -> str:
        mention = "" if channel == "app" else f"{slack.mention} "
        said = slack.user(person).says(f"{mention}{question}", channel=channel)
        return written(slack.wait_for_answer(said, 60))

    assert "Forty crowns" in answered("champion")
    assert "Forty crowns" not in answered("user")
    assert "Forty crowns" not in answered("champion", "general")


def test_who_may_not_saves_and_decides_nothing(play: RunningApp):
    slack, tom, maya = play.slack, play.slack.user("second"), play.slack.user("user")
    nora = slack.add_user("nora", "Nora Berg")
    nora.joins("ai-help")
    offer = replied(play, "Where is the lost property?", "At the front desk.")
    nora.presses("handoff_save", offer)
    assert nora.modal is None
    slack.wait_for(lambda: whispered(nora, "can save it as a FAQ"), 30)
    # The same from a dialog that nobody opened for them.
    question = value_of(offer, "handoff_save")
    forged = EntrySaved(play.account(nora), question, "", FaqFields("Q", "A"), False)
    play.container.jobs.enqueue_and_wait(save_entry, forged, key="forged")
    assert entry(play, offer) is None
    # And presses of buttons that are shown to admins.
    saved(play, tom, offer)
    review(play, "admin", "lost property")
    play.quiet()
    kept = entry(play, offer)
    assert kept is not None
    channel = slack.add_channel("faq-review", [maya])
    play.container.slack.post(Place(channel), review_message(WORKFLOW, kept))
    shown = slack.messages("faq-review")[-1]
    for number, action in enumerate(("faq_approve", "faq_review", "faq_review"), 1):
        maya.presses(action, shown)
        assert maya.modal is None
        slack.wait_for(
            lambda n=number: len(whispered(maya, "Only an admin", "faq-review")) == n, 30, action
        )
    for state in (State.PUBLISHED, State.DECLINED):
        decided = Decided(play.account(maya), kept.id, state, edited=FaqFields("Mine", "Mine"))
        play.container.jobs.enqueue_and_wait(decide_entry, decided, key=f"forged {state}")
    assert entry(play, offer) == kept


def test_an_entry_as_a_file_keeps_its_lines_and_nothing_in_it_acts():
    answer = (
        "First\n---\n# not a heading\n- a list\n[x](https://evil.example) <b>bold</b> `c`\n\nEnd"
    )
    fields = FaqFields("Is it\n---\nsafe?", answer, "", "everyone")
    view = FaqEntry("1", "T1:U1", State.PUBLISHED, fields, MOMENT)
    body = as_markdown(view).split("---\n", 2)[2]
    assert body == (
        "# Is it --- safe?\n\nFirst\n\n\\# not a heading\n- a list\n"
        "\\[x\\](https://evil.example) ‹b›bold‹/b› \\`c\\`\n\nEnd\n"
    )
