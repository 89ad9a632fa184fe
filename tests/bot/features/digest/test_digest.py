from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bot.jobs.schedule import Schedule

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason, Vote
from adoption.people.roster import RosterRow
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.reports.follow_ups import FollowUpBook
from adoption.reports.weeks import Week
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from bot.features.digest.jobs import DigestDeeds
from knowledge.errors import EncoderUnavailable
from knowledge.index.encoder import Encoder
from slack_emulator import LocalWorkspace, Person
from slack_emulator.state.messages import Message
from tests.support.app import RunningApp, running_app, written

WEEK = Week(2026, 46)
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    slack.user("admin").invites("app", "ai-programme")
    with running_app(slack, places[0], admin_channel=slack.channel("ai-programme")) as running:
        yield running


def a_week(stage: RunningApp, week: Week = WEEK, unanswered: int = 3, source: str = "b.md") -> None:
    """Questions of a week, some of them without an answer, and a guide that did not help."""
    record = stage.container.record
    start, _ = week.bounds(ZoneInfo("UTC"))
    for n in range(6):
        gap = n < unanswered
        record.questions.add(
            Asked(
                id=f"{week}-{n}",
                account=f"T9:U{n}",
                asked_at=start + timedelta(hours=30 + n),
                surface=Surface.DIRECT,
                channel="D1",
                question="Where is the gym?" if gap else f"How do I write prompt {n}?",
                outcome=Outcome.ABSTAINED if gap else Outcome.ANSWERED,
                answer="",
                index_version="v1",
                citations=[] if gap else [Cited(1, "p", "Budget and sponsor", "", source)],
            )
        )
        if not gap:
            record.feedback.set_vote(
                f"{week}-{n}", "T9:U1", Vote.NEGATIVE, start + timedelta(hours=40)
            )


def use(stage: RunningApp, tool: str, day: date, people: int, of: int) -> None:
    """So many of a company used a tool on a day."""
    rows = [RosterRow(f"p{n}@x.example", "Finance", tools=[tool]) for n in range(of)]
    stage.container.record.roster.store(rows, datetime.now(UTC))
    events = [
        Usage("csv", tool, day, Event.ACCEPTED, 3, person=f"p{n}@x.example") for n in range(people)
    ]
    stage.container.record.usage.store(events, datetime.now(UTC))


def digests(stage: RunningApp) -> list[Message]:
    return [
        m
        for m in stage.slack.messages("ai-programme")
        if m.via_app and not m.is_reply and "Week 20" in written(m)
    ]


def posted(stage: RunningApp) -> Message:
    return stage.slack.wait_for(lambda: digests(stage), 60, "a digest")[0]


def test_an_admin_gets_the_digest_where_it_was_asked_or_directly(play: RunningApp):
    a_week(play)
    priya = play.slack.user("admin")
    priya.runs(f"/uptake digest {WEEK}")
    direct = play.told(priya, f"Week {WEEK}", 60)
    assert "3 × Where is the gym?" in written(direct)
    assert "*questions* 6 (before: 0)" in written(direct)
    priya.runs(f"/uptake digest {WEEK} here", "ai-programme")
    assert play.slack.message(posted(play)) is not None
    assert "3 × Where is the gym?" in written(posted(play))
    files = play.slack.wait_for(
        lambda: [
            f["name"] for m in play.slack.replies(posted(play)) for f in m.body.get("files", [])
        ],
        30,
    )
    play.quiet()
    assert f"uptake-{WEEK}.html" in files


def test_pictures_stand_in_the_digest(play: RunningApp):
    a_week(play)
    use(play, "Copilot", WEEK.monday, 6, 10)
    priya = play.slack.user("admin")
    priya.runs(f"/uptake digest {WEEK}")
    message = play.told(priya, f"Week {WEEK}", 60)
    assert "*eligible* 10" in written(message)
    blocks = message.body["blocks"]
    picture = next(block for block in blocks if block["type"] == "image")
    file = play.slack.parts.state.files.get(picture["slack_file"]["id"])
    assert (file.content or b"").startswith(b"\x89PNG")


def overrides(stage: RunningApp, week: Week = WEEK) -> None:
    """Three people did it otherwise and said why; one of them may be quoted."""
    start, _ = week.bounds(ZoneInfo("UTC"))
    texts = (
        "The price list it used is from last year.",
        "It took old prices from last year's list.",
        "The prices in the list are out of date.",
    )
    told = [
        Override(
            f"{week}-o{n}",
            f"T9:U{n}",
            "Copilot",
            start + timedelta(hours=50 + n),
            OverrideReason.WRONG_DATA,
            text=text,
            consent=n == 1,
        )
        for n, text in enumerate(texts)
    ]
    stage.container.record.feedback.add_overrides(told)


def test_what_people_say_stands_in_the_digest_by_theme(
    play: RunningApp, monkeypatch: pytest.MonkeyPatch
):
    a_week(play)
    overrides(play)

    def second(*_: object) -> None:
        raise AssertionError("the encoder of the house is loaded already")

    monkeypatch.setattr(Encoder, "__init__", second)
    priya = play.slack.user("admin")
    priya.runs(f"/uptake digest {WEEK}")
    said = written(play.told(priya, f"Week {WEEK}", 60))
    assert "*What they say*" in said
    assert "“It took old prices from last year's list.”" in said
    assert "The price list it used is from last year." not in said
    play.quiet()


def test_without_the_model_the_digest_comes_without_themes(
    play: RunningApp, monkeypatch: pytest.MonkeyPatch
):
    def gone(_: object) -> None:
        raise EncoderUnavailable("The weights are missing.")

    monkeypatch.setattr(play.container.index.encoder, "encode", gone)
    a_week(play)
    overrides(play)
    priya = play.slack.user("admin")
    priya.runs(f"/uptake digest {WEEK}")
    said = written(play.told(priya, f"Week {WEEK}", 60))
    assert "3 × Where is the gym?" in said
    assert "What they say" not in said
    play.quiet()


def test_the_digest_shows_no_group_under_the_minimum_that_is_set(
    slack: LocalWorkspace, places: tuple[Path, Path]
):
    with running_app(slack, places[0], minimum_group=11) as play:
        a_week(play)
        use(play, "Copilot", WEEK.monday, 6, 10)
        priya = slack.user("admin")
        priya.runs(f"/uptake digest {WEEK}")
        said = written(play.told(priya, f"Week {WEEK}", 60))
        assert "*questions* 6" in said
        assert "*eligible*" not in said
        play.quiet()


def test_the_digest_tells_owners_which_guides_to_mend(play: RunningApp):
    budget = next(guide for guide in play.container.guides.guides() if "budget" in guide.source)
    a_week(play, source=budget.source)
    priya = play.slack.user("admin")
    priya.runs(f"/uptake digest {WEEK}")
    told = written(play.told(priya, "Content to mend", 60))
    assert "Budget and sponsor, 3 thumbs down (AI programme team)" in told
    play.clock.ahead = timedelta(days=400).total_seconds()
    priya.runs(f"/uptake digest {WEEK} here", "ai-programme")
    said = "3 thumbs down; 3 × cited, not reviewed since November 2026 (AI programme team)"
    assert said in written(posted(play))


def test_a_week_that_is_none_is_said(play: RunningApp):
    priya = play.slack.user("admin")
    priya.runs("/uptake digest 2026-W99")
    assert "is not a week" in written(priya.whispers("general")[0])


def test_who_is_no_admin_gets_no_digest(play: RunningApp):
    a_week(play)
    maya = play.slack.user("user")
    maya.runs(f"/uptake digest {WEEK} here")
    play.slack.wait_for(
        lambda: [m for m in maya.whispers("general") if "Only an admin" in written(m)], 20
    )
    assert not [m for m in play.slack.messages("general") if "Week 20" in written(m)]


def test_the_weekly_digest_is_posted_once_however_many_workers_run(play: RunningApp):
    a_week(play)
    others = [Schedule(play.office, lambda week: True) for _ in range(4)]
    threads = [threading.Thread(target=each.step, args=[MONDAY]) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    posted(play)
    play.container.jobs.catch_up(MONDAY + timedelta(hours=1))
    play.container.jobs.catch_up(MONDAY + timedelta(days=6))
    play.quiet()
    assert len(digests(play)) == 1


@pytest.mark.parametrize("hour", [8, 17])
def test_it_comes_on_monday_at_its_hour_by_the_clocks_of_the_place(
    slack: LocalWorkspace, places: tuple[Path, Path], hour: int
):
    slack.user("admin").invites("app", "ai-programme")
    more: dict[str, Any] = {"admin_channel": slack.channel("ai-programme"), "digest_hour": hour}
    with running_app(slack, places[0], timezone="Europe/Oslo", **more) as play:
        a_week(play)
        taken: list[str] = []
        play.office.deeds.take = lambda id, kind, **values: taken.append(id)  # type: ignore[method-assign]
        play.container.jobs.catch_up(datetime(2026, 11, 16, hour - 2, 59, tzinfo=UTC))
        assert f"digest-{WEEK}" not in taken
        play.container.jobs.catch_up(datetime(2026, 11, 16, hour - 1, 0, tzinfo=UTC))
        assert f"digest-{WEEK}" in taken


def test_a_missed_week_is_caught_up_and_not_repeated_after_a_restart(
    slack: LocalWorkspace, places: tuple[Path, Path]
):
    slack.user("admin").invites("app", "ai-programme")
    more: dict[str, Any] = {"admin_channel": slack.channel("ai-programme")}
    with running_app(slack, places[0], **more) as play:
        a_week(play)
        play.container.jobs.catch_up(MONDAY + timedelta(days=3))
        posted(play)
        play.quiet()
    with running_app(slack, places[0], **more) as play:
        play.container.jobs.catch_up(MONDAY + timedelta(days=4))
        play.quiet()
        assert len(digests(play)) == 1


def test_every_missed_week_is_made_up_for_once_and_in_order(play: RunningApp):
    weeks = [WEEK]
    while len(weeks) < 6:
        weeks.insert(0, weeks[0].previous)
    for week in weeks:
        a_week(play, week)
    notices = play.record.notices
    notices.add(f"digest-{weeks[0]}", play.container.now())
    for week in weeks[2:]:
        play.container.jobs.catch_up(MONDAY)
        play.container.jobs.catch_up(MONDAY)
        play.eventually(lambda week=week: notices.is_posted(f"digest-{week}"))
    play.quiet()
    play.container.jobs.catch_up(MONDAY + timedelta(hours=1))
    play.container.jobs.catch_up(MONDAY + timedelta(hours=2))
    play.quiet()
    told = [written(message) for message in digests(play)]
    named = [next(week for week in weeks if f"Week {week}" in text) for text in told]
    assert named == weeks[2:]
    assert [("made up for" in text, "What to do" in text) for text in told] == [
        *[(True, False)] * 3,
        (False, True),
    ]
    book = FollowUpBook(play.container.record.engine)
    assert [bool(book.of(week)) for week in weeks] == [*[False] * 5, True]
    files = [f["name"] for f in play.slack.replies(digests(play)[0])[0].body["files"]]
    assert files == [f"uptake-{weeks[2]}.html"]


def test_weeks_before_the_first_digest_are_not_made_up_for(play: RunningApp):
    a_week(play, WEEK.previous)
    a_week(play)
    for _ in range(3):
        play.container.jobs.catch_up(MONDAY)
        play.eventually(lambda: play.record.notices.is_posted(f"digest-{WEEK}"))
    play.quiet()
    assert [f"Week {WEEK}\n" in written(message) for message in digests(play)] == [True]


def test_a_missed_week_that_cannot_be_posted_holds_up_the_next_for_an_hour(play: RunningApp):
    taken: list[str] = []
    play.office.deeds.take = lambda id, kind, **values: taken.append(id)  # type: ignore[method-assign]
    schedule = Schedule(play.office, lambda week: True, lambda week: True)

    def step(**later: float) -> list[str]:
        taken.clear()
        schedule.step(MONDAY + timedelta(**later))
        return [id for id in taken if id.startswith("digest-")]

    assert step() == ["digest-2026-W43"]
    assert step(minutes=59) == []
    assert step(minutes=60) == ["digest-2026-W44"]
    assert step(minutes=61) == []
    assert step(minutes=121) == ["digest-2026-W45"]
    assert step(minutes=182) == ["digest-2026-W46"]
    assert step(minutes=300) == []


def test_a_digest_is_not_repeated_when_its_job_is_long_forgotten(play: RunningApp):
    a_week(play)
    play.container.jobs.catch_up(MONDAY)
    posted(play)
    play.eventually(lambda: play.record.notices.is_posted(f"digest-{WEEK}"))
    play.quiet()
    taken: list[str] = []
    play.office.deeds.take = lambda id, kind, **values: taken.append(id)  # type: ignore[method-assign]
    Schedule(play.office, DigestDeeds(play.office).is_due).step(MONDAY + timedelta(days=5))
    assert f"digest-{WEEK}" not in taken


def test_nothing_is_told_of_weeks_before_anything_was_known(play: RunningApp):
    a_week(play)
    play.container.jobs.catch_up(datetime(2026, 11, 9, 9, tzinfo=UTC))
    play.quiet()
    assert digests(play) == []


@pytest.mark.parametrize(
    ("began", "ended", "due"),
    [
        # Used before and after the week: the last day says nothing of it.
        (WEEK.monday - timedelta(days=9), WEEK.monday + timedelta(days=20), True),
        (WEEK.next.monday - timedelta(days=1), WEEK.next.monday, True),
        (WEEK.next.monday, WEEK.next.monday + timedelta(days=7), False),
    ],
)
def test_a_week_is_due_where_a_tool_had_told_of_anything_by_then(
    play: RunningApp, began: date, ended: date, due: bool
):
    use(play, "Copilot", began, 5, 6)
    use(play, "Copilot", ended, 5, 6)
    assert DigestDeeds(play.office).is_due(WEEK) is due


def test_a_recommendation_is_done_and_the_next_digest_says_so(play: RunningApp):
    a_week(play)
    priya = play.slack.user("admin")
    play.container.jobs.catch_up(MONDAY)
    message = posted(play)
    assert "Write a guide that answers “Where is the gym?”" in written(message)
    priya.presses("digest_take", message)
    play.slack.wait_for(lambda: f"<@{priya.id}> takes care" in written(now(play, message)), 20)
    priya.presses("digest_done", now(play, message))
    priya.submits({"did": {"did": "Wrote the guide on the gym."}})
    play.slack.wait_for(lambda: "Wrote the guide on the gym." in written(now(play, message)), 20)
    a_week(play, WEEK.next, 0)
    priya.runs(f"/uptake digest {WEEK.next}")
    assert "You said, we did" in written(play.told(priya, "Wrote the guide on the gym.", 60))


def test_of_two_who_take_it_one_wins_and_the_other_is_told(play: RunningApp):
    a_week(play)
    priya = play.slack.user("admin")
    rosa = play.slack.add_user("rosa", "Rosa Lind", kind="admin")
    priya.invites(rosa, "ai-programme")
    play.container.jobs.catch_up(MONDAY)
    message = posted(play)
    place = ElementPlace(play, message)
    for person in (priya, rosa):
        place.pressed_by(person)
    told = play.slack.wait_for(
        lambda: [m for p in (priya, rosa) for m in p.whispers("ai-programme")], 20
    )
    play.quiet()
    owners = {point.owner for point in FollowUpBook(play.container.record.engine).of(WEEK)} - {""}
    assert len(owners) == 1
    assert len(told) == 1
    assert f"<@{owners.pop().split(':')[1]}> was faster" in written(told[0])


class ElementPlace:
    """The first “Take it” of a message as it was when everybody looked at it."""

    def __init__(self, stage: RunningApp, message: Message) -> None:
        self._stage, self._message = stage, message
        block = next(b for b in message.body["blocks"] if "digest_take" in str(b))
        self._value = next(e["value"] for e in block["elements"] if e["action_id"] == "digest_take")

    def pressed_by(self, person: Person) -> None:
        """Takes the press on, as Slack's payload carries it."""
        office = self._stage.office
        hands = self._stage.slack.parts.actions(person.id)
        url = hands.interactions._response_url(
            person.id, self._stage.slack.parts.state.directory.channels[self._message.channel].id
        )
        office.deeds.take(
            f"digest_take:press:{person.id}",
            "digest_take",
            account=self._stage.account(person),
            point=self._value,
            channel=self._message.channel,
            ts=self._message.ts,
            url=url,
        )


def now(stage: RunningApp, message: Message) -> Message:
    found = stage.slack.message(message)
    assert found is not None
    return found


def test_alerts_are_raised_once_with_what_to_look_at(play: RunningApp):
    a_week(play, WEEK.previous, 0)
    a_week(play, WEEK, 6)
    use(play, "Copilot", date(2026, 7, 1), 6, 100)
    use(play, "Copilot", date(2026, 10, 30), 6, 100)
    play.container.jobs.catch_up(MONDAY)
    alerts = ("More questions stay", "told of no use", "Three months after")
    for words in alerts:
        play.slack.wait_for(lambda words=words: said(play, words), 60, words)
    play.quiet()
    play.container.jobs.catch_up(MONDAY + timedelta(days=1))
    play.quiet()
    for words in alerts:
        assert len(said(play, words)) == 1
    assert "Where is the gym?" in written(said(play, "More questions stay")[0])


def said(stage: RunningApp, words: str) -> list[Message]:
    return [m for m in stage.slack.messages("ai-programme") if words in written(m)]


def test_champions_are_named_greeted_once_and_marked_as_trained(play: RunningApp):
    priya, jonas = play.slack.user("admin"), play.slack.user("champion")
    name = {
        "champions": {"champions": [jonas.id]},
        "team": {"team": "Finance"},
    }
    priya.runs("/uptake roles")
    assert "admins and owners of this Slack workspace" in written(priya.modal or {})
    priya.submits(name)
    assert "champion of Finance" in written(play.told(jonas, "You are a champion"))
    play.quiet()
    priya.runs("/uptake champions")
    assert priya.modal is not None
    priya.presses("champion_trained", priya.modal)
    assert "✓ trained" in written(priya.modal)
    priya.submits({"champions": {"champions": []}})
    play.quiet()
    play.eventually(lambda: not play.record.roles.champions())
    priya.runs("/uptake champions")
    priya.submits(name)
    play.eventually(play.record.roles.champions)
    play.quiet()
    assert len([m for m in play.direct(jonas) if "You are a champion" in written(m)]) == 1


def test_who_is_no_admin_names_nobody(play: RunningApp):
    maya = play.slack.user("user")
    maya.runs("/uptake champions")
    assert maya.modal is None
    assert "Only an admin" in written(maya.whispers("general")[0])
