"""What an admin does about guides and gaps, from Home."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adoption.feedback.models import Reason, Vote
from adoption.guides.decisions import guide_id
from adoption.guides.models import GuideDecision
from adoption.privacy.groups import Minimum
from adoption.privacy.models import RestrictedAction
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.reports.home import AdminHome
from adoption.reports.weeks import Week
from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields
from bot.features.faqs.drafts import gap_id
from bot.features.faqs.jobs import AnswerWritten, write_answer
from bot.features.guides.blocks import REQUEST_REVIEW, GuideLine, guide_list
from bot.features.guides.jobs import Decided, decide
from bot.features.home.blocks import AdminView, Gap, HomeView, home_view
from bot.guides.statistics import LEAST_ANSWERS
from bot.slack.messages import as_json
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from slack_emulator import LocalWorkspace, Person
from slack_emulator.state.messages import Message
from tests.conftest import write_guides
from tests.support.app import MANIFEST, RunningApp, running_app, strings, written
from tests.support.slack import PATIENCE

BUDGET, ACCURACY = "Budget and sponsor", "Accuracy and trust"
# A guide that comes once nobody asks any more.
UNUSED = """---
title: Parking permits
kind: faq
tool: any
audience: everyone
owner: AI programme team
reviewed: 2026-11-02
---
# Parking permits

Permits hang at the windscreen, and garage gates read number plates.
"""


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[RunningApp]:
    """One app for these tests; each leaves the guides as it found them."""
    root = tmp_path_factory.mktemp("guides-of-an-admin")
    Sync(Index.open(root / "data" / "index", encoder)).run([write_guides(root / "guides")])
    with LocalWorkspace(MANIFEST, patience=PATIENCE) as slack:
        slack.add_user("rosa", "Rosa Lind", kind="admin")
        with running_app(root / "data", slack, admins=("admin", "rosa")) as running:
            yield running


def source(play: RunningApp, title: str) -> str:
    """Where a guide comes from."""
    return next(each.source for each in play.container.guides.guides() if each.title == title)


def asked(
    play: RunningApp,
    id: str,
    question: str,
    guide: str = "",
    person: str = "user",
    outcome: Outcome = Outcome.ANSWERED,
    days_ago: int = 1,
) -> None:
    """Somebody asked, yesterday for one, and was answered from a guide if one is named."""
    cited = [Cited(1, "p", guide, "", source(play, guide))] if guide else []
    play.container.record.questions.add(
        Asked(
            id=id,
            account=play.account(play.slack.user(person)),
            asked_at=play.container.now() - timedelta(days=days_ago),
            surface=Surface.DIRECT,
            channel="D1",
            question=question,
            outcome=outcome if guide or outcome is not Outcome.ANSWERED else Outcome.ABSTAINED,
            answer="",
            index_version="v1",
            citations=cited,
        )
    )


def down(play: RunningApp, id: str, person: str, reason: Reason, comment: str) -> None:
    record, account = play.container.record, play.account(play.slack.user(person))
    yesterday = play.container.now() - timedelta(days=1)
    record.feedback.set_vote(id, account, Vote.NEGATIVE, yesterday)
    record.feedback.set_reason(id, account, reason, comment, yesterday)


def disliked(play: RunningApp, name: str, question: str) -> None:
    """Somebody new gets an answer from the guide about accuracy, and it does not help."""
    play.slack.add_user(name, name.title())
    asked(play, name, question, ACCURACY, name)
    down(play, name, name, Reason.OUTDATED, "It names last year's tool")


def press(person: Person, action: str, home: dict[str, Any], words: str) -> None:
    """Presses the button of the section of a Home that says `words`."""
    found = sections(home, action, words)
    assert found, words
    person.presses(action, home, block_id=found[0]["block_id"])


def sections(home: dict[str, Any], action: str, words: str) -> list[dict[str, Any]]:
    """The sections of a Home that say `words` and have the button."""
    return [b for b in home["blocks"] if words in "\n".join(strings(b)) and action in str(b)]


def filled(decision: str, person: str = "", note: str = "") -> dict[str, Any]:
    values: dict[str, Any] = {"decision": {"decision": decision}}
    if person:
        values["person"] = {"person": person}
    return values | ({"note": {"note": note}} if note else {})


def whispered(play: RunningApp, person: Person, words: str) -> list[Message]:
    return [m for m in play.direct(person) if words in written(m)]


def looked_at(play: RunningApp, person: Person, title: str, words: str) -> str:
    """Somebody opens a guide from their Home; gives what the dialog says."""
    press(person, "guide_review", drawn_anew(play, person, words, title), title)
    assert person.modal is not None
    return "\n".join(strings(person.modal))


def drawn_anew(play: RunningApp, person: Person, words: str, guide: str = "") -> dict[str, Any]:
    """Somebody's Home once it has `words`, and a guide if one is named, to look at.

    What is counted is kept for a moment: it may still be of what another test left.
    """

    def opened() -> dict[str, Any] | None:
        person.opens_app()
        play.quiet()
        home = person.home or {"blocks": []}
        has = words in written(home) and (not guide or sections(home, "guide_review", guide))
        return home if has else None

    end = time.monotonic() + 30
    while (home := opened()) is None:
        assert time.monotonic() < end, words
    return home


def test_a_stale_guide_that_still_holds_counts_as_reviewed(play: RunningApp):
    priya = play.slack.user("admin")
    play.clock.ahead = timedelta(days=400).total_seconds()
    try:
        said = looked_at(play, priya, BUDGET, "Guides due for review")
        assert "not reviewed" not in said
        assert "reviewed on 2 Nov 2026" in said
        assert "owner: AI programme team" in said
        priya.submits(filled(GuideDecision.STILL_ACCURATE.value))
        play.told(priya, f"“{BUDGET}” counts as reviewed today", 60)
        play.slack.wait_for(
            lambda: BUDGET not in written(home) if (home := priya.home) else None, 30, "Home"
        )
        assert ACCURACY in written(play.home(priya))
        today = play.container.now().astimezone(play.container.settings.zone).date()
        reviewed = {each.title: each.reviewed for each in play.container.guides.guides()}
        assert reviewed[BUDGET] == today.isoformat()
        assert reviewed[ACCURACY] == "2026-11-02"
    finally:
        play.clock.ahead = 0.0


def test_a_guide_that_did_not_help_is_left_out_and_brought_back(play: RunningApp):
    slack, priya, maya = play.slack, play.slack.user("admin"), play.slack.user("user")
    question = "Why does the tool contradict itself?"
    for n in range(4):
        disliked(play, f"down{n}", question)
    # Of so few people, nobody is told that they did.
    statistics, now, minimum = play.container.guides, play.container.now(), Minimum()
    assert ACCURACY not in {each.title for each, _ in statistics.voted_down(now, minimum)}
    disliked(play, "down4", question)
    said = looked_at(play, priya, ACCURACY, "Guides that didn't help")
    assert "thumbs down" in written(priya.home or {})
    assert said.count(f"“{question}”: It is outdated") == 5
    priya.submits(filled(GuideDecision.EXCLUDED.value))
    play.told(priya, f"“{ACCURACY}” is excluded from answers", 60)
    home = play.home(priya, "Guides excluded from answers")
    assert f"excluded by <@{priya.id}>" in written(home)
    assert "Guides that didn't help" not in written(home)
    answer = written(slack.wait_for_answer(maya.says(question, channel="app"), 60))
    assert "Small differences" not in answer
    # A sync leaves it out too, and so does one that reads everything anew.
    play.container.sync.content()
    assert ACCURACY not in {each.title for each in play.container.guides.guides()}

    press(priya, "guide_include", home, ACCURACY)
    play.told(priya, f"I answer from “{ACCURACY}” again", 60)
    play.slack.wait_for(
        lambda: "excluded from answers" not in written(h) if (h := priya.home) else None, 30, "Home"
    )
    answer = written(slack.wait_for_answer(maya.says(question, channel="app"), 60))
    assert "Small differences" in answer


def test_what_enough_people_said_of_a_guide_is_shown_redacted(play: RunningApp):
    priya, question = play.slack.user("admin"), "Is this still how we do it?"
    for n in range(5):
        name = f"critic{n}"
        play.slack.add_user(name, f"Critic {n}")
        asked(play, name, question, BUDGET, name)
        down(play, name, name, Reason.OUTDATED, f"zelda@x.example knows better {n}")
    said = looked_at(play, priya, BUDGET, "Guides that didn't help")
    assert said.count(f"“{question}”: It is outdated") == 5
    assert "knows better 2" in said
    assert "zelda" not in said


def test_somebody_is_asked_to_look_at_a_guide(play: RunningApp):
    priya, jonas = play.slack.user("admin"), play.slack.user("champion")
    play.clock.ahead = timedelta(days=800).total_seconds()
    try:
        looked_at(play, priya, ACCURACY, "Guides due for review")
        errors = priya.submits(filled(REQUEST_REVIEW))
        assert errors == {"person": "Please choose who should review it."}
        assert priya.modal is not None
        priya.submits(filled(REQUEST_REVIEW, jonas.id, "The second part, <!channel> please."))
        told = written(play.told(jonas, "asks you to review a guide"))
        assert f"<@{priya.id}>" in told
        assert ACCURACY in told
        assert "The second part" in told
        assert "<!channel>" not in told
        play.told(priya, f"I asked <@{jonas.id}> to review")
        # Nothing else has changed.
        assert play.record.guide_decisions.get(guide_id(source(play, ACCURACY))) is None or not (
            play.record.guide_decisions.excluded()
        )
    finally:
        play.clock.ahead = 0.0


def test_of_two_admins_one_excludes_it_and_the_other_is_told(play: RunningApp):
    priya, rosa = play.slack.user("admin"), play.slack.user("rosa")
    id = guide_id(source(play, BUDGET))

    def excludes(person: Person) -> None:
        decided = Decided(play.account(person), id, GuideDecision.EXCLUDED)
        play.container.jobs.enqueue_and_wait(decide, decided, key=person.id)

    at_once = [threading.Thread(target=excludes, args=[person]) for person in (priya, rosa)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    lost = [p for p in (priya, rosa) if whispered(play, p, "has already decided")]
    won = [p for p in (priya, rosa) if whispered(play, p, f"“{BUDGET}” is excluded")]
    assert (len(lost), len(won)) == (1, 1)
    assert f"<@{won[0].id}> has already decided" in written(
        whispered(play, lost[0], "already decided")[0]
    )
    back = Decided(play.account(priya), id, GuideDecision.INCLUDED)
    play.container.jobs.enqueue_and_wait(decide, back, key="back")
    assert BUDGET in {each.title for each in play.container.guides.guides()}


def test_who_is_no_admin_decides_nothing(play: RunningApp):
    maya, id = play.slack.user("user"), guide_id(source(play, BUDGET))
    view = home_view(
        HomeView(
            admin=AdminView(
                AdminHome(Week(2026, 47), ()),
                gaps=[Gap("What is new?", 2, False)],
                guides={
                    "voted_down": [GuideLine(id, BUDGET, "x")],
                    "excluded": [GuideLine(id, BUDGET, "x")],
                },
            )
        )
    )
    # Buttons as an admin's Home has them, in a Home that was never theirs.
    play.container.slack.publish_home(maya.id, view)
    before = len(play.container.record.refused_actions.last(100))
    for action in ("guide_review", "guide_include", "faq_write"):
        maya.presses(action, play.home(maya, "The programme in the week of"))
        assert maya.modal is None
    play.quiet()
    tried = play.container.record.refused_actions.last(100)[: -before or None]
    assert sorted(each.action for each in tried) == [
        RestrictedAction.FAQ,
        RestrictedAction.GUIDE,
        RestrictedAction.GUIDE,
    ]
    assert len(whispered(play, maya, "Only an admin of the programme can decide")) == 3
    forged = Decided(play.account(maya), id, GuideDecision.EXCLUDED)
    play.container.jobs.enqueue_and_wait(decide, forged, key="forged")
    assert BUDGET in {each.title for each in play.container.guides.guides()}


def test_a_guide_that_is_gone_is_said_so(play: RunningApp):
    priya = play.slack.user("admin")
    view = home_view(
        HomeView(
            admin=AdminView(
                AdminHome(Week(2026, 47), ()),
                guides={"voted_down": [GuideLine("0" * 32, "Old", "x")]},
            )
        )
    )
    play.container.slack.publish_home(priya.id, view)
    press(priya, "guide_review", play.home(priya, "Old"), "Old")
    assert priya.modal is None
    play.told(priya, "I don't know this guide any more")


def test_guides_that_no_answer_used_are_named_once_there_are_enough_answers(play: RunningApp):
    guides, now = play.container.guides, play.container.now
    assert guides.use(now()).answers < LEAST_ANSWERS
    assert guides.unused(now()) == []
    for n in range(LEAST_ANSWERS):
        asked(play, f"used{n}", f"Question {n}?", BUDGET, "second")
    folder = Path(play.container.settings.content[0])
    (folder / "parking.md").write_text(UNUSED, "utf-8")
    play.container.sync.content()
    # What is counted is stored for a moment.
    unused = {each.title for each in play.eventually(lambda: guides.unused(now()))}
    assert "Parking permits" in unused
    assert BUDGET not in unused
    priya = play.slack.user("admin")
    shown = written(drawn_anew(play, priya, "Guides no answer used"))
    assert "Parking permits" in shown
    assert "answers in 180 days" in shown


def test_an_answer_written_in_home_reaches_the_next_asker_and_those_who_asked(play: RunningApp):
    slack, priya, rosa = play.slack, play.slack.user("admin"), play.slack.user("rosa")
    maya, tom = slack.user("user"), slack.user("second")
    question = "Which tram goes to the training centre?"
    asked(play, "tram1", question, person="user", days_ago=7)
    asked(play, "tram2", f"{question.upper()} ", person="second", days_ago=7)
    asked(play, "tram0", question, person="admin", days_ago=7)
    asked(play, "tram3", "Which tram goes home?", person="champion", days_ago=7)
    priya.opens_app()
    home = play.home(priya, question)
    press(priya, "faq_write", home, question)
    rosa.opens_app()
    press(rosa, "faq_write", play.home(rosa, question), question)
    for person in (priya, rosa):
        assert person.modal is not None
        assert question in strings(person.modal)
        empty = {name: {name: value} for name, value in entry(person, "").items()}
        assert set(person.submits(empty)) == {"answer"}
    answer = "Take tram 12 to Harbour Square, then walk past the library."
    priya.submits({name: {name: value} for name, value in entry(priya, answer).items()})
    play.told(priya, "tram goes to the training centre?” is approved", 60)
    rosa.submits({name: {name: v} for name, v in entry(rosa, "By bus.").items()})
    play.told(rosa, "is already saved", 60)
    for person in (maya, tom):
        play.told(person, "and I had no answer. Now there is one")
    play.quiet()
    # Nor whoever asked something else, nor whoever wrote it.
    for person in (slack.user("champion"), priya):
        assert not whispered(play, person, "Now there is one")
    kept = play.record.faqs.get(gap_id(question))
    assert kept is not None
    assert (kept.state, kept.fields.answer) == (State.PUBLISHED, answer)
    shown = play.home(priya, "answer written")
    assert "faq_write" not in str([b for b in shown["blocks"] if question in "\n".join(strings(b))])
    said = maya.says(question, channel="app")
    assert "Harbour Square" in written(slack.wait_for_answer(said, 60))


def test_who_may_not_read_an_answer_is_not_told_of_it(play: RunningApp):
    question = "What do the champions get at the end of the year?"
    asked(play, "cake1", question, person="user")
    fields = FaqFields(question, "A day off.", "", "champions")
    written_answer = AnswerWritten(play.account("admin"), question, fields)
    play.container.jobs.enqueue_and_wait(write_answer, written_answer, key="cake")
    told = whispered(play, play.slack.user("user"), "Now there is one")
    assert not [m for m in told if "end of the year" in written(m)]


def test_a_long_list_says_where_the_rest_is():
    lines = [GuideLine(str(n), f"Guide {n}", "x", "Nora") for n in range(9)]
    shown = "\n".join(strings(as_json(guide_list("voted_down", lines))))
    assert "Guide 3" in shown
    assert "Guide 4" not in shown
    assert "and 5 more" in shown
    assert guide_list("voted_down", []) == []


def entry(person: Person, answer: str) -> dict[str, str]:
    """What the dialog holds, with an answer."""
    assert person.modal is not None
    found = {}
    for block in person.modal["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            chosen = element.get("initial_option", {}).get("value", "")
            found[block["block_id"]] = element.get("initial_value", chosen)
    return found | {"answer": answer}
