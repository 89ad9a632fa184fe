"""A day of invented people: what they ask, press, fill in and take back."""

from __future__ import annotations

from collections.abc import Callable

from slack_emulator import Message
from tests.support.app import BUDGET, WEATHER, RunningApp, button, overrides, said

TRUST = "Can I trust the numbers in an answer?"
OVERRIDE = {
    "tool": {"tool": "Copilot"},
    "recommended": {"recommended": "Send the offer today"},
    "did_instead": {"did_instead": "I called first"},
    "reason": {"reason": "disagrees/own judgement"},
    "weight": {"weight": "high"},
    "text": {"text": "She was on holiday"},
}
COMMENT = {
    "about": {"about": "programme"},
    "text": {"text": "More time for training, please."},
    "options": {"options": ["named"]},
}
STORY = {
    "title": "Invoices in an afternoon",
    "hard": "Reconciling 400 invoices took two days every month.",
    "did": "The tool proposes the match, and I check it.",
    "better": "It takes an afternoon.",
    "consent": "yes",
}
# A person's act, and the moment of the day at which it begins, in minutes.
Act = tuple[int, Callable[[RunningApp], object]]


def _asks(who: str, question: str, channel: str = "general") -> Callable[[RunningApp], object]:
    return lambda it: it.asks(who, question, channel)


def _answer(it: RunningApp, words: str) -> Message:
    """The newest answer to a question that says `words`."""
    asked = [m for m in it.slack.messages("general") if words in said(m) and not m.via_app]
    return it.slack.wait_for_answer(asked[-1], 60)


def _thumbs_up(it: RunningApp) -> None:
    answer, maya = _answer(it, BUDGET), it.slack.user()
    maya.presses("thumbs", answer, f"positive:{answer.channel}:{answer.root}")
    asked = it.whisper("user", "general", "What did it save you?")
    maya.presses("saving_minutes", asked)


def _thumbs_down(it: RunningApp) -> None:
    answer, tom = _answer(it, TRUST), it.slack.user("second")
    tom.presses("thumbs", answer, f"negative:{answer.channel}:{answer.root}")
    if tom.modal is not None:
        tom.submits({"reason": {"reason": "incomplete"}, "comment": {"comment": "Which ones?"}})


def _overrides(it: RunningApp) -> None:
    tom = it.slack.user("second")
    overrides(tom, _answer(it, TRUST))
    tom.submits(OVERRIDE)
    tom.closes()


def _asks_a_person(it: RunningApp) -> None:
    it.slack.user().presses("ask_person", _answer(it, WEATHER))


def _offer(it: RunningApp) -> Message:
    offers = [m for m in it.slack.messages("ai-help") if m.via_app and not m.only_for]
    return offers[-1]


def _takes_it(it: RunningApp) -> None:
    it.eventually(lambda: [m for m in it.slack.messages("ai-help") if m.via_app])
    it.slack.user("champion").presses("handoff_take", _offer(it))


def _replies(it: RunningApp) -> None:
    it.slack.user("champion").says("Look out of the window.", "ai-help", _offer(it))


def _solves(it: RunningApp) -> None:
    offer = _offer(it)
    button(offer, "handoff_solve")
    it.slack.user("champion").presses("handoff_solve", offer)


def _comments(it: RunningApp) -> None:
    priya = it.slack.user("second")
    priya.runs("/uptake feedback")
    priya.submits(COMMENT)
    priya.closes()


def _tells_a_story(it: RunningApp) -> None:
    jonas = it.slack.user("champion")
    jonas.runs("/uptake story")
    jonas.submits({f"story_{name}": {f"story_{name}": value} for name, value in STORY.items()})
    if jonas.modal is not None:
        jonas.submits({})


def _edits(it: RunningApp) -> None:
    maya = it.slack.user()
    asked = maya.says(f"{it.slack.mention} Who is the sponsr?", "general")
    it.slack.wait_for_answer(asked, 60)
    maya.edits(asked, f"{it.slack.mention} Who is the sponsor?")


def _takes_back(it: RunningApp) -> None:
    tom = it.slack.user("second")
    asked = tom.says(f"{it.slack.mention} When should I override?", "general")
    it.slack.wait_for_answer(asked, 60)
    it.quiet()
    tom.deletes(asked)


def _follows_up(it: RunningApp) -> None:
    root = next(m for m in it.slack.messages("general") if BUDGET in said(m) and not m.via_app)
    it.slack.user("second").says(f"{it.slack.mention} and who is the sponsor?", "general", root)


DAY: tuple[Act, ...] = (
    (0, _asks("user", BUDGET)),
    (7, _thumbs_up),
    (15, _asks("second", TRUST)),
    (18, _thumbs_down),
    (26, _overrides),
    (40, _asks("user", WEATHER)),
    (41, _asks_a_person),
    (55, _takes_it),
    (58, _replies),
    (70, _solves),
    (95, _asks("user", "hi", "app")),
    (96, _asks("user", TRUST, "app")),
    (120, _follows_up),
    (150, _comments),
    (180, _tells_a_story),
    (240, _edits),
    (300, _takes_back),
    (330, lambda it: it.slack.user().runs("/uptake ask What is a sponsor?")),
    (360, lambda it: it.slack.user("champion").opens_app()),
    (390, lambda it: it.slack.user("second").runs("/uptake help")),
    (420, _asks("admin", "Is lunch at noon?")),
)
