from __future__ import annotations

from typing import Any

from adoption.submissions.models import State
from adoption.submissions.submissions import Story
from bot.features.stories.jobs import WORKFLOW
from bot.slack.messages import Place
from bot.submissions.workflow import review_message
from slack_emulator import Person
from slack_emulator.state.messages import Message
from tests.support.app import RunningApp, written

TOLD = {
    "title": "Month-end in half the time",
    "tool": "Copilot",
    "team": "Finance",
    "hard": "Reconciling intercompany invoices took two days every month.",
    "changed": "Copilot drafts the reconciliation and we check the exceptions.",
    "figure": "5.5",
    "unit": "hours",
    "measured": "the time sheet of three months",
    "quote": "I go home on time now.",
    "consent": "yes",
}


def form(**more: str) -> dict[str, dict[str, Any]]:
    """What somebody fills in."""
    return {f"story_{name}": {f"story_{name}": value} for name, value in (TOLD | more).items()}


def only(stage: RunningApp) -> Story:
    """The one story there is."""
    found = [story for person in ("champion", "user") for story in stories(stage, person)]
    return found[0]


def stories(stage: RunningApp, person: str) -> list[Story]:
    return stage.record.stories.unpublished_of(stage.account(stage.slack.user(person)))


def hand_in(stage: RunningApp, author: Person, **more: str) -> None:
    author.runs("/uptake story")
    assert author.submits(form(**more)) == {}
    assert author.modal is not None
    assert author.modal["callback_id"] == "story_preview"
    author.submits({})
    assert author.modal is None


def review(stage: RunningApp, admin: Person) -> Message:
    return stage.told(admin, "is awaiting review")


def decides(admin: Person, state: State, note: str = "") -> None:
    """Fills in the dialog of the review, and sends it."""
    assert admin.submits({"decision": {"decision": state.value}, "note": {"note": note}}) == {}


def admin_of(stage: RunningApp) -> Person:
    """The workspace's admin, who has opened Home so that stories reach them."""
    admin = stage.slack.user("admin")
    stage.record.home_views.store(stage.account(admin), "", True, stage.container.now())
    return admin


def test_a_story_goes_from_its_author_over_an_admin_to_the_channel(play: RunningApp):
    jonas, priya = play.slack.user("champion"), admin_of(play)
    hand_in(play, jonas)
    play.told(jonas, "is awaiting review")
    asked = review(play, priya)
    priya.presses("story_approve", asked)
    posted = play.slack.wait_for(lambda: play.slack.messages("ai-stories"), 30)[0]
    text = written(posted)
    for words in ("Month-end in half the time", "5.5 hours a week", "I go home on time", "Finance"):
        assert words in text
    assert f"<@{jonas.id}>" in text
    play.told(jonas, "is approved")
    play.quiet()
    now = play.slack.message(asked)
    assert now is not None
    assert f"Approved by <@{priya.id}>" in written(now)


def test_the_preview_is_what_is_posted(play: RunningApp):
    jonas, priya = play.slack.user("champion"), admin_of(play)
    jonas.uses_shortcut("uptake_story")
    picture = jonas.uploads("chart.png", b"png")
    assert jonas.submits(form(picture=picture)) == {}
    assert jonas.modal is not None
    shown = bare(jonas.modal["blocks"][:-1])
    assert any(block["type"] == "image" for block in shown)
    jonas.submits({})
    priya.presses("story_approve", review(play, priya))
    posted = play.slack.wait_for(lambda: play.slack.messages("ai-stories"), 30)[0]
    assert bare(posted.body["blocks"]) == shown


def bare(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in block.items() if k != "block_id"} for block in blocks]


def test_an_approved_story_is_cited_by_answers(play: RunningApp):
    jonas, priya = play.slack.user("champion"), admin_of(play)
    hand_in(play, jonas)
    priya.presses("story_approve", review(play, priya))
    play.told(jonas, "is approved", 60)
    question = play.slack.user("user").says(
        "Has anyone used Copilot to reconcile intercompany invoices?"
    )
    answer = play.slack.wait_for_answer(question, 30)
    assert "Month-end in half the time" in written(answer)
    assert "/archives/" in written(answer)


def test_reactions_are_counted_once_a_person(play: RunningApp):
    jonas, priya, tom = (play.slack.user(name) for name in ("champion", "admin", "second"))
    admin_of(play)
    hand_in(play, jonas)
    priya.presses("story_approve", review(play, priya))
    posted = play.slack.wait_for(lambda: play.slack.messages("ai-stories"), 30)[0]
    play.told(jonas, "is approved", 60)
    tom.reacts(posted, "tada")
    tom.reacts(posted, "clap")
    priya.reacts(posted, "tada")
    play.slack.wait_for(lambda: len(play.slack.calls("reactions.get")) >= 3, 20)
    play.quiet()
    assert play.record.stories.published()[0].reactions == 2
    tom.unreacts(posted, "tada")
    tom.unreacts(posted, "clap")
    play.slack.wait_for(lambda: len(play.slack.calls("reactions.get")) >= 5, 20)
    play.quiet()
    assert play.record.stories.published()[0].reactions == 1


def test_a_note_reaches_the_author_who_changes_the_story(play: RunningApp):
    jonas, priya = play.slack.user("champion"), admin_of(play)
    hand_in(play, jonas)
    priya.presses("story_review", review(play, priya))
    decides(priya, State.CHANGES, "Say how many invoices.")
    asked = play.told(jonas, "Say how many invoices.")
    play.quiet()
    jonas.presses("story_finish", asked)
    assert jonas.modal is not None
    assert "Say how many invoices." in written(jonas.modal)
    assert "Month-end in half the time" in str(jonas.modal)
    jonas.submits(form(hard="Reconciling 400 invoices took two days every month."))
    jonas.submits({})
    again = play.slack.wait_for(
        lambda: [m for m in play.direct(priya) if "400 invoices" in written(m)], 20
    )[-1]
    priya.presses("story_approve", again)
    play.told(jonas, "is approved", 60)


def test_a_declined_story_is_not_posted_and_its_author_hears_why(play: RunningApp):
    jonas, priya = play.slack.user("champion"), admin_of(play)
    hand_in(play, jonas)
    priya.presses("story_review", review(play, priya))
    decides(priya, State.DECLINED, "We told this one last month.")
    play.told(jonas, "We told this one last month.")
    assert play.slack.messages("ai-stories") == []


def test_a_closed_dialog_keeps_what_was_written(play: RunningApp):
    maya = play.slack.user("user")
    maya.runs("/uptake story")
    some = {k: v for k, v in form().items() if k in ("story_title", "story_hard")}
    assert maya.modal is not None
    maya.presses("story_title", maya.modal, TOLD["title"], values=some)
    maya.closes()
    play.quiet()
    assert only(play).fields.title == TOLD["title"]
    maya.runs("/uptake story")
    assert maya.modal is not None
    assert TOLD["hard"] in str(maya.modal)
    assert len(stories(play, "user")) == 1


def test_what_is_missing_is_said_and_kept(play: RunningApp):
    maya = play.slack.user("user")
    maya.runs("/uptake story")
    faults = maya.submits(form(title=" ", figure="many", unit="", consent=""))
    assert set(faults) == {"story_title", "story_figure", "story_unit", "story_consent"}
    assert only(play).fields.tool == "Copilot"


def test_who_is_no_admin_is_told_kindly(play: RunningApp):
    jonas, maya, priya = (play.slack.user(name) for name in ("champion", "user", "admin"))
    channel = play.slack.add_channel("review", [jonas, maya, priya])
    hand_in(play, jonas)
    play.told(jonas, "is awaiting review")
    story = only(play)
    play.container.slack.post(Place(channel), review_message(WORKFLOW, story))
    shown = play.slack.messages("review")[-1]
    maya.presses("story_approve", shown)
    play.slack.wait_for(
        lambda: [m for m in maya.whispers("review") if "Only an admin" in written(m)], 20
    )
    play.quiet()
    found = play.record.stories.get(story.id)
    assert found is not None
    assert found.state is State.AWAITING


def test_of_two_who_decide_one_wins_and_the_other_is_told(play: RunningApp):
    jonas, priya = play.slack.user("champion"), admin_of(play)
    rosa = play.slack.add_user("rosa", "Rosa Lind", kind="admin")
    play.record.home_views.store(play.account(rosa), "", True, play.container.now())
    hand_in(play, jonas)
    first, second = review(play, priya), review(play, rosa)
    priya.presses("story_approve", first)
    rosa.presses("story_approve", second)
    play.told(jonas, "is approved", 60)
    play.quiet()
    assert len(play.slack.messages("ai-stories")) == 1
    faster = [
        m for p in (priya, rosa) for m in p.whispers("app") if "has already decided" in written(m)
    ]
    assert len(faster) == 1


def test_nobody_sends_or_sees_anothers_draft(play: RunningApp):
    jonas, maya = play.slack.user("champion"), play.slack.user("user")
    jonas.runs("/uptake story")
    jonas.submits(form())
    id = only(play).id
    book, now = play.record.stories, play.container.now()
    assert not book.submit(id, play.account(maya), now)
    assert not book.save_draft(id, play.account(maya), only(play).fields, now)
    maya.runs("/uptake story")
    assert TOLD["title"] not in str(maya.modal)
