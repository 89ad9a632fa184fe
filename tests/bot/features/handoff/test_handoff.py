from __future__ import annotations

import re
import threading

from slack_bolt import BoltRequest

from bot.slack.mrkdwn import escape
from slack_emulator import Message
from tests.support.app import WEATHER, RunningApp, button, said


def offer_of(office: RunningApp, words: str, channel: str = "ai-help"):
    def found():
        messages = office.slack.messages(channel)
        return next((m for m in messages if "handoff_solve" in said(m) and words in said(m)), None)

    return office.eventually(found, f"an offer of {words}")


def test_a_question_goes_to_the_help_channel_and_the_reply_comes_back(shared: RunningApp):
    slack = shared.slack
    question, answer = shared.asks(question=f"{WEATHER} today")
    slack.user().presses("ask_person", answer)
    offer = offer_of(shared, "Oslo? today")
    # Who asks, what, what was tried, and the way to the thread.
    assert f"<@{slack.user().id}>" in said(offer)
    assert "found no answer" in said(offer)
    assert f"/archives/{question.channel}/p" in said(offer)
    shared.whisper("user", "general", slack.channel("ai-help"))

    helper = slack.user("champion")
    helper.presses("handoff_take", offer)
    shared.eventually(lambda: "is on it." in said(slack.message(offer)))
    shared.whisper("user", "general", "is looking into your question")
    helper.says("Look out of the window.", channel="ai-help", thread=offer)
    reply = shared.eventually(
        lambda: [m for m in slack.replies(question) if "out of the window" in said(m)]
    )[0]
    assert f"<@{helper.id}> replied to your question" in said(reply)
    # The bot has not taken the reply for a question: the helper alone gets a receipt.
    shared.whisper("champion", "ai-help", "has your reply")
    shared.quiet()
    assert not [m for m in slack.replies(offer) if m.via_app and not m.only_for]
    assert "has a reply" in said(slack.message(offer))

    helper.presses("handoff_solve", slack.message(offer))
    shared.eventually(lambda: "Solved by" in said(slack.message(offer)))
    shared.whisper("user", "general", "marked your question as solved")
    rows = shared.rows(
        "select answered_at is not null, taken_at is not null, solved_at is not null "
        f"from handoffs "
        f"where interaction_id = '{question.channel}:{question.ts}'"
    )
    assert rows == [(1, 1, 1)]


def test_of_two_who_press_at_once_one_has_it_and_the_other_is_told(shared: RunningApp):
    slack = shared.slack
    question, answer = shared.asks(question=f"{WEATHER} at noon")
    slack.user().presses("ask_person", answer)
    offer = offer_of(shared, "at noon")
    helpers = [slack.user("champion"), slack.user("second")]
    pressing = [threading.Thread(target=h.presses, args=("handoff_take", offer)) for h in helpers]
    for each in pressing:
        each.start()
    for each in pressing:
        each.join()
    taker = shared.eventually(
        lambda: shared.rows(
            "select taken_by from handoffs "
            f"where interaction_id = '{question.channel}:{question.ts}' and taken_by is not null"
        )
    )[0][0]
    loser = next(name for name in ("champion", "second") if slack.user(name).id != taker)
    told = shared.whisper(loser, "ai-help", "has already taken it")
    assert f"<@{taker}>" in said(told)


def test_asking_twice_for_one_question_reaches_people_once(shared: RunningApp):
    slack = shared.slack
    _, answer = shared.asks(question=f"{WEATHER} tonight")
    slack.user().presses("ask_person", answer)
    offer_of(shared, "tonight")
    slack.user("second").presses("ask_person", answer)
    shared.whisper("second", "general", "ai-help. The reply comes to")
    offers = [m for m in slack.messages("ai-help") if "tonight" in said(m)]
    assert len(offers) == 1


def test_the_button_says_that_others_will_see_the_question(shared: RunningApp):
    _, answer = shared.asks("user", "How do I check numbers in an answer?", "app")
    assert "with your name" in button(answer, "ask_person")["confirm"]["text"]["text"]


def test_in_direct_messages_the_reply_comes_to_the_thread(shared: RunningApp):
    slack = shared.slack
    question, answer = shared.asks("user", f"{WEATHER} secretly", "app")
    slack.user().presses("ask_person", answer)
    offer = offer_of(shared, "secretly")
    slack.user("champion").says("*No* <idea> & so", channel="ai-help", thread=offer)
    found = shared.eventually(lambda: [m for m in slack.replies(question) if "idea" in said(m)])
    assert escape("<idea>") in said(found[0])


def test_whoever_does_not_see_the_offer_cannot_take_it(shared: RunningApp):
    slack = shared.slack
    _, answer = shared.asks(question=f"{WEATHER} never")
    slack.user().presses("ask_person", answer)
    offer = offer_of(shared, "never")
    body = _pressed_elsewhere(shared, offer)
    assert shared.app.dispatch(body).status == 200
    shared.whisper("second", "general", "Only the people who help")
    assert not re.search("is on it", said(slack.message(offer)))


def _pressed_elsewhere(shared: RunningApp, offer):
    """“I'll take it” as somebody would send it from where the offer is not."""
    slack = shared.slack
    payload = dict(slack.sent("block_actions")[-1])
    question = button(offer, "handoff_take")["value"]
    who = slack.user("second").id
    payload |= {
        "user": payload["user"] | {"id": who},
        "channel": {"id": slack.channel("general"), "name": "general"},
        "container": {"type": "message", "channel_id": slack.channel("general")},
        "message": {},
        "actions": [
            {"type": "button", "action_id": "handoff_take", "block_id": "b", "value": question}
            | {"action_ts": "1780000001.000100"}
        ],
    }
    return BoltRequest(body=payload, mode="socket_mode")


def asked_label(app: RunningApp, answer: Message) -> str:
    """What the button under an answer says now."""
    return str(button(app.slack.message(answer), "ask_person")["text"]["text"])


def test_the_button_shows_how_far_it_has_come_and_a_second_press_says_so(shared: RunningApp):
    slack, maya = shared.slack, shared.slack.user()
    question, answer = shared.asks(question=f"{WEATHER} in spring")
    assert asked_label(shared, answer) == "Ask #ai-help"
    maya.presses("ask_person", answer)
    offer = offer_of(shared, "in spring")
    shared.eventually(lambda: asked_label(shared, answer) == "Asked #ai-help")
    helper = slack.user("champion")
    helper.presses("handoff_take", offer)
    shared.eventually(lambda: asked_label(shared, answer) == f"Asked · {helper.name} is on it")
    maya.presses("ask_person", answer)
    shared.whisper("user", "general", f"Asked · {helper.name} is on it. The reply comes to")
    helper.says("It rains.", channel="ai-help", thread=offer)
    shared.eventually(lambda: asked_label(shared, answer) == f"{helper.name} replied")
    # An edit draws the answer anew, and keeps what became of the question.
    maya.edits(question, f"{slack.mention} {WEATHER} in spring then")
    shared.quiet()
    assert asked_label(shared, answer) == f"{helper.name} replied"
    assert len([m for m in slack.messages("ai-help") if "in spring" in said(m)]) == 1


def test_a_helper_sees_what_was_asked_before_and_no_link_to_a_direct_message(shared: RunningApp):
    slack, maya = shared.slack, shared.slack.user()
    question, _ = shared.asks("user", "How much of the budget goes to data work?", "app")
    maya.says(f"{WEATHER} in my town", channel="app", thread=question)
    answer = shared.eventually(
        lambda: [m for m in slack.replies(question) if m.via_app and "I don't know" in said(m)]
    )[0]
    shared.quiet()
    maya.presses("ask_person", answer)
    offer = said(offer_of(shared, "in my town"))
    assert "asked before that" in offer
    assert "goes to data work?" in offer
    assert "/archives/" not in offer


FORMATTED = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Use the "},
                {"type": "text", "text": "portal", "style": {"bold": True}},
                {"type": "text", "text": ", see "},
                {"type": "link", "url": "https://it.example/form", "text": "the form"},
                {"type": "broadcast", "range": "channel"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "make x", "style": {"code": True}}],
                },
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "wait"}]},
            ],
        },
        {
            "type": "rich_text_preformatted",
            "elements": [{"type": "text", "text": "a = *1*\nb"}],
        },
    ],
}


def test_the_formatting_of_a_reply_survives(shared: RunningApp):
    slack = shared.slack
    question, answer = shared.asks(question=f"{WEATHER} nicely")
    slack.user().presses("ask_person", answer)
    offer = offer_of(shared, "nicely")
    slack.user("champion").says("Use the portal", channel="ai-help", thread=offer)
    event = slack.payload("message")
    event["event"] |= {"blocks": [FORMATTED], "ts": "1900000000.000100"}
    event["event_id"] = "Ev0FORMATTED"
    slack.deliver("events_api", event)
    found = shared.eventually(
        lambda: [m for m in slack.replies(question) if "make x" in said(m)], "the reply"
    )
    text = found[0].body["blocks"][1]["text"]
    assert "Use the **portal**, see [the form](https://it.example/form) (it.example)" in text
    assert "1. `make x`\n2. wait" in text
    assert "```\na = *1*\nb\n```" in text
    assert "channel" not in text
