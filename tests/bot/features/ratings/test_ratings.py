from __future__ import annotations

import pytest

from adoption.feedback.models import TimeSaved
from bot.features.commands.dispatch import is_question
from tests.support.app import RunningApp, said, written


def thumb(answer, vote: str) -> str:
    return f"{vote}:{answer.channel}:{answer.root}"


def test_a_thumb_up_asks_what_it_saved_and_the_last_press_counts(shared: RunningApp):
    maya = shared.slack.user()
    question, answer = shared.asks()
    id = f"{question.channel}:{question.ts}"
    maya.presses("thumbs", answer, f"positive:{id}")
    asked = shared.whisper("user", "general", "What did it save you?")
    maya.presses("saving_minutes", asked)
    feedback, me = shared.record.feedback, shared.account("user")
    shared.eventually(lambda: feedback.time_saved(id, me) is TimeSaved.MINUTES)
    shown = shared.whisper("user", "general", "noted: minutes")
    maya.presses("saving_hour", shown)
    shared.eventually(lambda: feedback.time_saved(id, me) is TimeSaved.HOUR)
    shared.whisper("user", "general", "noted: an hour")
    # Nobody else is bothered with it, and nobody is asked a second time.
    assert not [m for m in shared.slack.user("second").sees("general") if "save you" in said(m)]
    maya.presses("thumbs", answer, f"positive:{id}")
    maya.presses("thumbs", answer, f"negative:{id}")
    shared.eventually(lambda: feedback.time_saved(id, me) is None)
    maya.closes()
    asked_for = [m for m in maya.sees("general") if "save you" in said(m) and m.root == answer.root]
    assert len(asked_for) <= 1


def test_help_says_what_there_is_by_role(shared: RunningApp):
    shared.slack.user().runs("/uptake help")
    own = shared.whisper("user", "general", "What I can do")
    for word in ("ask", "override", "feedback", "privacy", "channel"):
        assert f"/uptake {word}" in said(own)
    assert "You're an admin" not in said(own)
    shared.slack.user("admin").runs("/uptake")
    assert "You're an admin" in said(shared.whisper("admin", "general", "What I can do"))
    shared.slack.user().runs("/uptake dance <!channel>")
    assert "don't know “dance”" in said(shared.whisper("user", "general", "dance"))


def test_a_question_asked_with_a_command_is_answered_in_direct_messages(shared: RunningApp):
    maya = shared.slack.user()
    maya.runs("/uptake ask How much of the budget should go to change management?")
    shared.whisper("user", "general", "in our direct messages")
    root = shared.eventually(
        lambda: next((m for m in maya.sees() if "You asked: How much" in said(m)), None)
    )
    answer = shared.slack.wait_for_answer(root, 60)
    assert "15–20" in said(answer)
    maya.runs("/uptake ask")
    shared.whisper("user", "general", "Write your question after it")


@pytest.mark.parametrize(
    "text", ["how do I check the numbers of an answer", "feedback I got was odd, can I trust it?"]
)
def test_a_question_behind_the_command_needs_no_word_before_it(shared: RunningApp, text: str):
    maya = shared.slack.user()
    maya.runs(f"/uptake {text}")
    root = shared.eventually(
        lambda: next((m for m in maya.sees() if f"You asked: {text}" in said(m)), None)
    )
    shared.slack.wait_for_answer(root, 60)
    assert maya.modal is None


@pytest.mark.parametrize("text", ["help", "dance with", "", "feedback", "ask x y z?"])
def test_what_is_no_question_behind_the_command_stays_what_it_is(text: str):
    assert not is_question(text, {"ask", "feedback"})


def test_a_thumb_down_is_acknowledged_and_leads_to_a_person(shared: RunningApp):
    maya = shared.slack.user()
    question, answer = shared.asks(question="Why does the tool contradict itself, please?")
    maya.presses("thumbs", answer, f"negative:{question.channel}:{question.ts}")
    assert "noted that this answer didn't help" in written(maya.modal)
    maya.submits({"reason": {"reason": "incomplete"}, "comment": {"comment": ""}})
    thanks = maya.modal
    assert "keep the guides read this" in written(thanks)
    maya.presses("ask_person", thanks)
    assert "Their reply comes to where you asked" in written(maya.modal)
    maya.closes()
    offer = shared.eventually(
        lambda: [m for m in shared.slack.messages("ai-help") if "itself, please?" in said(m)]
    )[-1]
    shared.slack.user("champion").says("Ask again.", channel="ai-help", thread=offer)
    shared.eventually(
        lambda: [m for m in shared.slack.replies(question) if "Ask again." in said(m)]
    )


def test_the_source_without_a_link_opens_in_a_dialog(shared: RunningApp):
    _, answer = shared.asks("second", "Can I trust the numbers in an answer?", "app")
    tom = shared.slack.user("second")
    tom.presses("section_read_1", answer)
    assert "Compare every number with its source" in written(tom.modal)
    tom.closes()


def test_a_message_can_be_asked_about(shared: RunningApp):
    asked = shared.slack.user("champion").says(
        "Can I trust the numbers in an answer?", channel="general"
    )
    tom = shared.slack.user("second")
    tom.uses_shortcut("ask_about", asked)
    root = shared.eventually(
        lambda: next((m for m in tom.sees() if "You asked: Can I trust" in said(m)), None)
    )
    assert "Compare every number" in said(shared.slack.wait_for_answer(root, 60))
