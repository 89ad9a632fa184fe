from __future__ import annotations

import pytest
from slack_bolt import BoltRequest

from adoption.feedback.models import Vote
from adoption.questions.models import Outcome
from bot.answering.question_edits import is_known
from bot.conversation.question import ANSWER, EDIT, WITHDRAW
from bot.jobs.job import JobKind
from slack_emulator.state.messages import Message
from tests.support.app import BUDGET, WEATHER, RunningApp, said

NUMBERS = "Can I trust the numbers in an answer?"


def name(message: Message) -> str:
    return f"{message.channel}:{message.ts}"


def public(shared: RunningApp, question: Message) -> list[Message]:
    return [m for m in shared.slack.replies(question) if m.via_app and not m.only_for]


def edited_to(shared: RunningApp, question: Message, words: str) -> Message:
    """The one reply to a question, as soon as it says `words`."""
    found = shared.eventually(
        lambda: [m for m in public(shared, question) if words in said(m)], f"“{words}”"
    )
    assert len(public(shared, question)) == 1
    return found[0]


def tell(shared: RunningApp, event: str, nth: int = -1) -> None:
    """Slack tells of an event again, late."""
    payload = shared.slack.sent(event)[nth]
    assert shared.app.dispatch(BoltRequest(body=payload, mode="socket_mode")).status == 200


def done(shared: RunningApp, kind: JobKind, key: str) -> None:
    jobs = shared.container.jobs
    shared.eventually(lambda: not jobs.stored(kind, keys=[key], only_open=True), key)


def row(shared: RunningApp, question: Message):
    return shared.record.questions.get(name(question))


@pytest.mark.parametrize("place", ["general", "app"])
def test_an_edited_question_gets_its_answer_revised_in_place(shared: RunningApp, place: str):
    maya = shared.slack.user()
    question, answer = shared.asks("user", BUDGET, place)
    mention = "" if place == "app" else f"{shared.slack.mention} "
    maya.edits(question, f"{mention}{NUMBERS}")
    revised = edited_to(shared, question, "Compare every number")
    assert revised.ts == answer.ts
    assert "15–20" not in said(revised)
    shared.eventually(lambda: row(shared, question).question == NUMBERS)
    kept = row(shared, question)
    assert [cited.title for cited in kept.citations] == ["Accuracy and trust"]
    assert f"{kept.asked_at.timestamp():.6f}" == question.ts
    assert len(shared.record.questions.edits(name(question))) == 1


def test_a_question_without_an_answer_gets_one_when_it_is_put_better(shared: RunningApp):
    question, answer = shared.asks(question=WEATHER)
    shared.slack.user().edits(question, f"{shared.slack.mention} {BUDGET}")
    assert edited_to(shared, question, "15–20").ts == answer.ts
    shared.eventually(lambda: row(shared, question).outcome is Outcome.ANSWERED)


def test_the_same_edit_twice_or_an_older_one_late_changes_nothing(shared: RunningApp):
    slack, maya = shared.slack, shared.slack.user()
    question, _ = shared.asks()
    maya.edits(question, f"{slack.mention} {WEATHER}")
    maya.edits(question, f"{slack.mention} {NUMBERS}")
    edited_to(shared, question, "Compare every number")
    changed = len(slack.calls("chat.update"))
    tell(shared, "message", -2)
    tell(shared, "message", -1)
    other, _ = shared.asks(question=WEATHER)
    assert len(slack.calls("chat.update")) == changed
    assert len(public(shared, other)) == 1
    assert row(shared, question).question == NUMBERS
    # What is asked next in the thread is understood in the light of the last words.
    before = shared.record.threads.questions(
        question.channel, question.ts, shared.account("user"), row(shared, other).asked_at
    )
    assert before == [NUMBERS]


def test_an_edit_that_changes_no_words_does_nothing(shared: RunningApp):
    slack, maya = shared.slack, shared.slack.user()
    question, _ = shared.asks()
    changed = len(slack.calls("chat.update"))
    maya.edits(question, f"{slack.mention}   {BUDGET}")
    edit = slack.sent("message")[-1]["event"]["message"]["edited"]["ts"]
    done(shared, EDIT, f"{name(question)}/{edit}")
    # A link that Slack unfolds comes as an edit that nobody made.
    payload = slack.sent("message")[-1]
    message = {k: v for k, v in payload["event"]["message"].items() if k != "edited"}
    unfolded = payload["event"] | {"message": message | {"text": "unfolded"}}
    shared.app.dispatch(BoltRequest(body=payload | {"event": unfolded}, mode="socket_mode"))
    shared.asks(question=WEATHER)
    assert len(slack.calls("chat.update")) == changed
    assert row(shared, question).question == BUDGET
    assert shared.record.questions.edits(name(question)) == []


def test_an_edit_that_overtakes_its_question_is_what_is_answered(shared: RunningApp):
    slack, maya = shared.slack, shared.slack.user()
    before = len(slack.posts())
    asked = maya.says("Remind me of the budget", channel="general")
    mention = slack.sent("message")[-1]
    maya.edits(asked, f"{slack.mention} {NUMBERS}")
    late = dict(mention["event"]) | {"type": "app_mention", "text": f"<@{slack.bot_id}> {BUDGET}"}
    answer = slack.wait_for_answer(asked, 60)
    assert "Compare every number" in said(answer)
    body = mention | {"event": late, "event_id": "Ev0LATE"}
    shared.app.dispatch(BoltRequest(body=body, mode="socket_mode"))
    shared.asks(question=WEATHER)
    assert len([m for m in slack.posts()[before:] if m.root == asked.ts]) == 1


def test_talk_that_is_edited_and_deleted_is_left_alone(shared: RunningApp):
    slack, tom = shared.slack, shared.slack.user("second")
    talk = tom.says("Lunch at noon?", channel="general")
    tom.edits(talk, "Lunch at one?")
    tom.deletes(talk)
    shared.asks(question=WEATHER)
    assert shared.rows(f"select 1 from interactions where id = '{name(talk)}'") == []
    assert not shared.container.jobs.stored(WITHDRAW, keys=[name(talk)])
    assert not is_known(shared.container, name(talk))
    assert not [m for m in slack.posts() if m.root == talk.ts]


def test_a_deleted_question_takes_its_i_dont_know_along_and_still_counts(shared: RunningApp):
    question, answer = shared.asks(question=WEATHER)
    shared.slack.user().deletes(question)
    shared.eventually(lambda: shared.slack.message(answer) is None)
    shared.eventually(lambda: row(shared, question).question == "")
    assert row(shared, question).outcome is Outcome.ABSTAINED
    # Told twice, it does nothing more.
    tell(shared, "message")
    shared.asks(question=WEATHER)
    assert not [m for m in shared.slack.messages("general") if m.root == question.ts and m.via_app]


def test_an_answer_that_nobody_used_goes_with_its_question(shared: RunningApp):
    question, answer = shared.asks("user", BUDGET, "app")
    shared.slack.user().deletes(question)
    shared.eventually(lambda: shared.slack.message(answer) is None)
    assert row(shared, question).outcome is Outcome.ANSWERED


@pytest.mark.parametrize("use", ["thumb", "reply"])
def test_an_answer_that_others_use_stays(shared: RunningApp, use: str):
    slack, tom = shared.slack, shared.slack.user("second")
    question, answer = shared.asks()
    if use == "thumb":
        tom.presses("thumbs", answer, f"positive:{name(question)}")
        shared.eventually(
            lambda: (
                (
                    opinion := shared.record.feedback.opinion(
                        name(question), shared.account("second")
                    )
                )
                and opinion.vote is Vote.POSITIVE
            )
        )
    else:
        tom.says("That is more than we have.", channel="general", thread=question)
    slack.user().deletes(question)
    done(shared, WITHDRAW, name(question))
    shared.eventually(lambda: row(shared, question).question == "")
    assert slack.message(answer) is not None


def test_a_question_deleted_before_slack_tells_of_it_is_not_answered(shared: RunningApp):
    slack, maya = shared.slack, shared.slack.user()
    question, answer = shared.asks("user", BUDGET, "app")
    maya.deletes(question)
    shared.eventually(lambda: slack.message(answer) is None)
    ts = f"{float(question.ts) + 0.5:.6f}"
    told, gone = slack.sent("message")[-2:]
    late = {"event_id": "Ev0A", "event": told["event"] | {"ts": ts, "event_ts": ts}}
    first = {"event_id": "Ev0B", "event": dict(gone["event"]) | {"ts": f"{float(ts) + 1:.6f}"}}
    first["event"]["previous_message"] = gone["event"]["previous_message"] | {"ts": ts}
    first["event"] |= {"subtype": "message_deleted", "deleted_ts": ts, "message": {}}
    for changed in (first, late):
        body = told | changed
        assert shared.app.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200
    id = f"{question.channel}:{ts}"
    found = shared.eventually(lambda: shared.record.questions.get(id))
    assert (found.outcome, found.question, found.answer) == (Outcome.WITHDRAWN, "", "")
    assert not [m for m in slack.posts() if m.ts > answer.ts and m.channel == question.channel]


def test_an_answer_for_the_asker_alone_is_given_anew_to_them(shared: RunningApp):
    slack, maya = shared.slack, shared.slack.user()
    slack.add_channel("quiet", [maya, slack.user("admin")])
    slack.user("admin").runs("/uptake channel", channel="quiet")
    slack.user("admin").submits(
        {"mode": {"mode": "mentioned"}, "visible_to": {"visible_to": "asker"}}
    )
    shared.whisper("admin", "quiet", "This channel is set to")
    question = maya.says(f"{slack.mention} {BUDGET}", channel="quiet")
    shared.whisper("user", "quiet", "15–20")
    done(shared, ANSWER, name(question))
    maya.edits(question, f"{slack.mention} {NUMBERS}")
    shared.whisper("user", "quiet", "Compare every number")
    assert public(shared, question) == []
