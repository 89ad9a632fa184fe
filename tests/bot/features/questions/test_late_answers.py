from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.answering.late_answers import look_again
from bot.jobs.job import Due
from slack_emulator import Message, Person
from tests.support.app import WEATHER, RunningApp, said, written

PARKING = "Where may visitors park their bicycles at the harbour office?"
PROMISE = "I'll send you the answer when there is one."
GUIDE = """---
title: Bicycles at the harbour office
kind: faq
tool: any
audience: {audience}
owner: AI programme team
reviewed: 2026-11-02
---
# Bicycles at the harbour office

## Where may visitors park their bicycles at the harbour office?

Visitors park their bicycles at the harbour office in the yard behind gate 4.
"""


def published(play: RunningApp, places: tuple[Path, Path], audience: str = "everyone") -> None:
    """A guide that answers the question is there, and the clock says to look again."""
    guide = places[1] / "faq" / f"bicycles-{audience}.md"
    guide.write_text(GUIDE.format(audience=audience), "utf-8")
    play.container.sync.content()
    looks(play, audience)


def looks(play: RunningApp, key: str) -> None:
    due = Due(datetime.now(UTC))
    play.container.jobs.enqueue_and_wait(look_again, due, key=f"look {key}")
    play.quiet()


def late(play: RunningApp, person: Person) -> list[Message]:
    return [m for m in play.direct(person) if "Now there is one" in written(m)]


def test_the_answer_that_was_promised_comes_once_there_is_one(
    play: RunningApp, places: tuple[Path, Path]
):
    maya, tom = play.slack.user(), play.slack.user("second")
    asked, answer = play.asks("user", PARKING)
    assert PROMISE in written(answer)
    _, weather = play.asks("second", WEATHER)
    assert PROMISE in written(weather)
    looks(play, "nothing new")
    assert late(play, maya) == []

    # What not everyone may read is sent to those who may.
    priya = play.slack.user("admin")
    play.asks("admin", PARKING)
    published(play, places, "admins")
    assert late(play, maya) == []
    assert "yard behind gate 4" in written(late(play, priya)[0])

    published(play, places)
    (sent,) = late(play, maya)
    assert "yard behind gate 4" in written(sent)
    assert PARKING in written(sent)
    assert "Bicycles at the harbour office" in written(sent)
    assert late(play, tom) == []
    assert len(late(play, priya)) == 1
    maya.presses("thumbs", sent, f"positive:{asked.channel}:{asked.ts}")
    play.eventually(lambda: play.rows("select vote from votes") == [("positive",)])

    # However often the guides change.
    (places[1] / "faq" / "bicycles-everyone.md").write_text(
        GUIDE.format(audience="everyone").replace("gate 4", "gate 5"), "utf-8"
    )
    play.container.sync.content()
    looks(play, "again")
    assert len(late(play, maya)) == 1


def test_nothing_is_promised_that_will_not_happen(play: RunningApp):
    maya = play.slack.user()
    play.record.logging_pauses.pause(play.account(maya), datetime.now(UTC))
    assert PROMISE not in said(play.asks("user", PARKING)[1])
    play.record.logging_pauses.resume(play.account(maya))
    german = "Wie viel vom Budget soll in die Begleitung der Veränderung gehen?"
    assert PROMISE not in said(play.asks("user", german)[1])
    assert PROMISE not in said(play.asks("user", "How much of the budget is for change?")[1])


def test_who_has_an_answer_from_a_person_gets_no_other(play: RunningApp, places: tuple[Path, Path]):
    asked, _ = play.asks("user", PARKING)
    handoffs, at = play.record.handoffs, datetime.now(UTC)
    question = f"{asked.channel}:{asked.ts}"
    handoffs.open(question, play.account("user"), at, (asked.channel, asked.ts))
    handoffs.set_reply(question, "1.0", at)
    published(play, places)
    assert late(play, play.slack.user()) == []
