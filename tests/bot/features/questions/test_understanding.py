from __future__ import annotations

from typing import Any

import pytest

from bot.delivery.answer_actions import ASK_PERSON, READ_SECTION
from bot.delivery.blocks import MAY_HELP, SECTION_HELPS, THUMBS
from slack_emulator import Message
from tests.support.app import BUDGET, WEATHER, RunningApp, said, written

TRUST = "Can I trust the numbers in an answer?"
PADDING = "Our team has had a long week and many meetings about a great number of other things. "
ROWS = "select question, outcome from interactions where id = '{}:{}'"


def asks(app: RunningApp, text: str, channel: str = "app", **more: Any) -> tuple[Message, Message]:
    asked = app.slack.user().says(text, channel=channel, **more)
    answer = app.slack.wait_for_answer(asked, 60)
    app.quiet()
    return asked, answer


def rows_of(app: RunningApp, asked: Message) -> list[Any]:
    return app.rows(ROWS.format(asked.channel, asked.ts))


def actions_in(message: Message) -> list[str]:
    blocks = message.body.get("blocks") or []
    return [each.get("action_id", "") for block in blocks for each in block.get("elements", [])]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("hi", "Hi! I answer questions"),
        ("thanks!", "You're welcome"),
        ("ok", "You're welcome"),
        (":pray:", "You're welcome"),
        ("help", "Ask me in your own words"),
        ("what can you do?", "Ask me in your own words"),
        ("???", "I didn't see a question"),
    ],
)
def test_small_talk_is_answered_and_counted_as_nothing(shared: RunningApp, text: str, reply: str):
    asked, answer = asks(shared, text)
    assert reply in written(answer)
    assert not {THUMBS, ASK_PERSON} & set(actions_in(answer))
    assert rows_of(shared, asked) == []


def test_a_mention_without_words_says_what_to_ask(shared: RunningApp):
    asked, answer = asks(shared, shared.slack.mention, "general")
    assert "Ask me in your own words" in written(answer)
    assert rows_of(shared, asked) == []


def test_nobody_is_answered_who_thanks_a_colleague_in_a_thread(shared: RunningApp):
    asked, _ = asks(shared, f"{shared.slack.mention} {BUDGET}", "general")
    before = len(shared.slack.posts())
    for text in ("thanks!", "what can you do?"):
        shared.slack.user("second").says(text, "general", asked)
    shared.quiet()
    assert len(shared.slack.posts()) == before


def test_who_was_greeted_in_a_channel_can_go_on_in_the_thread(shared: RunningApp):
    hello, _ = asks(shared, f"{shared.slack.mention} hello", "general")
    shared.slack.user().says(BUDGET, "general", hello)
    shared.eventually(
        lambda: shared.rows(f"select 1 from interactions where question = '{BUDGET}'")
    )


def test_several_questions_are_answered_in_one_reply_each_below_its_own(shared: RunningApp):
    asked, answer = asks(shared, f"{BUDGET} {TRUST} {WEATHER}")
    shown = written(answer)
    for part in (BUDGET, TRUST, WEATHER, "15–20 %", "Not unseen", "I don't know", "[2]"):
        assert part in shown
    assert [found for _, found in rows_of(shared, asked)] == ["unsure"]
    assert len([m for m in shared.direct(shared.slack.user()) if m.root == asked.ts]) == 1


def test_questions_beyond_the_fourth_are_named_as_not_answered(shared: RunningApp):
    fifth = "Who is the sponsor?"
    _, answer = asks(shared, f"{BUDGET} {TRUST} {WEATHER} When do I override the tool? {fifth}")
    assert "I answered the first 4 questions" in written(answer)
    assert f"“{fifth}”" in written(answer)


def test_a_long_message_is_searched_by_its_question(shared: RunningApp):
    asked, answer = asks(shared, PADDING * 60 + BUDGET)
    assert "15–20 %" in written(answer)
    # What stands before the question is searched with it, and makes it less sure.
    assert rows_of(shared, asked)[0][1] in ("answered", "unsure")


def test_an_attachment_is_named_as_not_read(shared: RunningApp):
    file = shared.slack.user().uploads("error.png", b"\x89PNG")
    _, answer = asks(shared, BUDGET, files=[file])
    assert "15–20 %" in written(answer)
    assert "I can't read attachments. I answered what you wrote." in written(answer)


def test_a_file_without_words_is_answered_and_counted_as_nothing(shared: RunningApp):
    file = shared.slack.user().uploads("error.png", b"\x89PNG")
    asked, answer = asks(shared, "", files=[file])
    assert "I can't read attachments. Write your question" in written(answer)
    assert rows_of(shared, asked) == []


def test_who_is_not_known_gets_a_person_and_nothing_to_rate(shared: RunningApp):
    _, answer = asks(shared, WEATHER)
    assert actions_in(answer)[-1] == ASK_PERSON
    assert THUMBS not in actions_in(answer)
    assert "nearest" not in said(answer)


def test_a_question_in_a_language_that_cannot_be_read_is_told_so(shared: RunningApp):
    _, answer = asks(shared, "Wie viel vom Budget soll in die Begleitung der Veränderung gehen?")
    assert "I can't read German. I read English" in written(answer)


def test_a_greeting_edited_into_a_question_is_answered_and_counted(shared: RunningApp):
    asked, answer = asks(shared, "hello")
    shared.slack.user().edits(asked, BUDGET)
    shared.eventually(lambda: rows_of(shared, asked) == [(BUDGET, "answered")])
    shared.quiet()
    (shown,) = [m for m in shared.direct(shared.slack.user()) if m.ts == answer.ts]
    assert "15–20 %" in written(shown)


def test_a_question_edited_into_small_talk_loses_its_words(shared: RunningApp):
    asked, answer = asks(shared, BUDGET)
    shared.slack.user().edits(asked, "thanks!")
    shared.eventually(lambda: rows_of(shared, asked) == [("", "answered")])
    shared.quiet()
    (shown,) = [m for m in shared.direct(shared.slack.user()) if m.ts == answer.ts]
    assert "You're welcome" in written(shown)


UNSURE = "May I change what the tool suggests?"
HELPED = "select vote, passage_id from votes where interaction_id = '{}:{}'"


def test_sections_that_may_help_can_be_read_and_said_to_answer(shared: RunningApp):
    asked, answer = asks(shared, UNSURE)
    assert answer.body["blocks"][0]["text"] == MAY_HELP
    assert rows_of(shared, asked) == [(UNSURE, "unsure")]
    pressed = actions_in(answer)
    assert pressed.count(SECTION_HELPS) == pressed.count(READ_SECTION) == 3
    assert THUMBS not in pressed
    assert pressed[-1] == ASK_PERSON
    maya, block = shared.slack.user(), block_with(answer, SECTION_HELPS)
    maya.presses(READ_SECTION, answer, block_id=block["block_id"])
    assert "Read the criteria that led to the recommendation" in written(maya.modal)
    maya.closes()
    maya.presses(SECTION_HELPS, answer, block_id=block["block_id"])
    shared.whisper("user", "app", "answers this question")
    passage = block["elements"][0]["value"].partition("|")[0]
    assert shared.rows(HELPED.format(asked.channel, asked.ts)) == [("positive", passage)]


def test_a_section_is_not_noted_that_the_answer_does_not_show(shared: RunningApp):
    asked, answer = asks(shared, UNSURE)
    payload = pressed_payload(shared, answer)
    payload["actions"][0]["value"] = f"other|{asked.channel}:{asked.ts}"
    payload["actions"][0]["action_ts"] = "1800000000.000001"
    shared.slack.deliver("interactive", payload)
    shared.whisper("user", "app", "no longer stored")
    votes = shared.rows(HELPED.format(asked.channel, asked.ts))
    assert "other" not in [passage for _, passage in votes]


def pressed_payload(app: RunningApp, answer: Message) -> Any:
    block = block_with(answer, SECTION_HELPS)
    app.slack.user().presses(SECTION_HELPS, answer, block_id=block["block_id"])
    app.quiet()
    return app.slack.payload("block_actions")


def block_with(message: Message, action: str) -> Any:
    """The first block with a button of that name."""
    blocks = message.body["blocks"]
    return next(b for b in blocks if action in str(b.get("elements")))


def test_a_follow_up_that_the_guides_do_not_cover_is_not_answered_with_the_same_again(
    shared: RunningApp,
):
    maya = shared.slack.user()
    asked, first = asks(shared, BUDGET)
    assert "15–20 %" in written(first)
    maya.says("and for contractors?", "app", asked)
    shared.eventually(lambda: len(shared.slack.answers(asked)) == 2)
    shared.quiet()
    second = written(shared.slack.answers(asked)[1])
    assert "My answer above is all that the guides say about this." in second
    assert "15–20 %" not in second
    assert actions_in(shared.slack.answers(asked)[1])[-1] == ASK_PERSON
    # Another question in the same thread is answered, and so is the same one asked again.
    maya.says(TRUST, "app", asked)
    shared.eventually(lambda: len(shared.slack.answers(asked)) == 3)
    maya.says(BUDGET, "app", asked)
    shared.eventually(lambda: len(shared.slack.answers(asked)) == 4)
    shared.quiet()
    third, fourth = map(written, shared.slack.answers(asked)[2:])
    assert "Not unseen" in third
    assert "15–20 %" in fourth


def test_a_follow_up_that_the_guides_answer_is_answered(shared: RunningApp):
    maya = shared.slack.user()
    asked, first = asks(shared, "Who is the sponsor?")
    assert "vice president" in written(first)
    # The same section answers the first; it adds nothing but what stands there.
    for number, words in enumerate(
        ("and what does he ask about?", "Can you give an example?", "and for contractors?"), 2
    ):
        maya.says(words, "app", asked)
        shared.eventually(lambda number=number: len(shared.slack.answers(asked)) == number)
        shared.quiet()
    covered, example, uncovered = map(written, shared.slack.answers(asked)[1:])
    assert "vice president" in covered
    assert "vice president" in example
    assert "vice president" not in uncovered
