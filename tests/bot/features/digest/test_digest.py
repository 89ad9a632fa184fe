from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason, Vote
from adoption.people.roster import RosterRow
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.reports.actions import ActionBook
from adoption.reports.weeks import Week
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from bot.features.digest.blocks import point_in
from bot.features.digest.jobs import PointTaken, is_due, post_weekly, take_point
from knowledge.encoding.encoder import Encoder
from knowledge.errors import EncoderUnavailable
from slack_emulator import LocalWorkspace, Person
from slack_emulator.state.messages import Message
from tests.support.app import RunningApp, running_app, written

WEEK = Week(2026, 46)
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(places[0], slack, admin_channel="ai-programme") as running:
        # What was due at the start finds nothing to say.
        running.quiet()
        yield running


def a_week(
    stage: RunningApp,
    week: Week = WEEK,
    unanswered: int = 5,
    source: str = "b.md",
    asked: int = 10,
) -> None:
    """Questions of a week, some of them without an answer, and a guide that did not help."""
    record = stage.container.record
    start, _ = week.bounds(ZoneInfo("UTC"))
    for n in range(asked):
        gap = n < unanswered
        record.questions.add(
            Asked(
                id=f"{week}-{n}",
                account=f"T9:U{n}",
                asked_at=start + timedelta(hours=30, minutes=n),
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
                f"{week}-{n}", f"T9:U{n}", Vote.NEGATIVE, start + timedelta(hours=40)
            )


def use(stage: RunningApp, tool: str, day: date, people: int, of: int) -> None:
    """So many of a company used a tool on a day."""
    rows = [
        RosterRow(f"p{n}@x.example", ("Finance", "Sales")[n % 2], tools=[tool]) for n in range(of)
    ]
    stage.container.record.roster.store(rows, datetime.now(UTC))
    events = [
        Usage("csv", tool, day, Event.ACCEPTED, 3, person=f"p{n}@x.example") for n in range(people)
    ]
    stage.container.record.usage.store(events, datetime.now(UTC))


def digests(stage: RunningApp, words: str = f"Week of {WEEK.in_words}") -> list[Message]:
    return [
        m
        for m in stage.slack.messages("ai-programme")
        if m.via_app and not m.is_reply and words in written(m)
    ]


def posted(stage: RunningApp) -> Message:
    return stage.slack.wait_for(lambda: digests(stage), 60, "a digest")[0]


def attached(stage: RunningApp, message: Message, name: str) -> str:
    """A file in the thread under a digest."""

    def found() -> list[str]:
        files = [f for m in stage.slack.replies(message) for f in m.body.get("files", [])]
        return [f["id"] for f in files if f["name"] == name]

    id = stage.slack.wait_for(found, 30, name)[0]
    content = stage.slack.parts.state.files.get(id).content or b""
    return content.decode("utf-8")


def kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.body["blocks"]]


def test_an_admin_gets_the_digest_where_it_was_asked_or_directly(play: RunningApp):
    a_week(play)
    priya = play.slack.user("admin")
    priya.runs(f"/uptake digest {WEEK}")
    direct = play.told(priya, f"Week of {WEEK.in_words}", 60)
    assert "5 × Where is the gym?" in written(direct)
    assert "Write an answer to “Where is the gym?”" in written(direct)
    priya.runs(f"/uptake digest {WEEK} here", "ai-programme")
    assert play.slack.message(posted(play)) is not None
    assert "5 × Where is the gym?" in written(posted(play))
    assert "Where is the gym?" in attached(play, posted(play), f"uptake-{WEEK}.html")
    assert attached(play, posted(play), f"uptake-{WEEK}.csv")
    # The report names whose it is.
    report = attached(play, posted(play), f"adoption-report-{WEEK}.html")
    assert play.container.slack.workspace in report
    play.quiet()


def test_charts_are_slacks_own_or_else_pictures_or_else_words(play: RunningApp):
    a_week(play)
    use(play, "Copilot", WEEK.previous.monday, 12, 20)
    use(play, "Copilot", WEEK.monday, 14, 20)
    priya = play.slack.user("admin")

    def digest(seen: int) -> Message:
        priya.runs(f"/uptake digest {WEEK} here", "ai-programme")
        found = play.slack.wait_for(lambda: digests(play)[seen:], 60, "a digest")[0]
        play.quiet()
        return found

    own = digest(0)
    assert kinds(own).count("data_visualization") == 2
    table = next(block for block in own.body["blocks"] if block["type"] == "data_table")
    assert [row[0]["text"] for row in table["rows"]] == ["Team", "Finance", "Sales"]

    play.slack.faults.refused_blocks.add("data_visualization")
    pictured = digest(1)
    picture = next(block for block in pictured.body["blocks"] if block["type"] == "image")
    file = play.slack.parts.state.files.get(picture["slack_file"]["id"])
    assert (file.content or b"").startswith(b"\x89PNG")
    assert "*Finance*" in written(pictured)

    play.slack.faults.refused_blocks.add("image")
    in_words = digest(2)
    assert not {"image", "data_visualization", "data_table"} & set(kinds(in_words))
    for message in (own, pictured, in_words):
        assert "5 × Where is the gym?" in written(message)


OLD_PRICES = (
    "The price list it used is from last year.",
    "It took old prices from last year's list.",
    "The prices in the list are out of date.",
    "Its price list is the one of last year.",
    "The list with last year's prices is out of date.",
)


def overrides(stage: RunningApp, week: Week = WEEK, texts: Sequence[str] = OLD_PRICES[:3]) -> None:
    """A person for each text did it otherwise; the second may be quoted."""
    start, _ = week.bounds(ZoneInfo("UTC"))
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


def test_the_page_shows_what_people_say_by_theme(play: RunningApp, monkeypatch: pytest.MonkeyPatch):
    a_week(play)
    overrides(play, texts=OLD_PRICES)

    def second(*_: object) -> None:
        raise AssertionError("the encoder is loaded already")

    monkeypatch.setattr(Encoder, "__init__", second)
    priya = play.slack.user("admin")
    priya.runs(f"/uptake digest {WEEK}")
    page = attached(play, play.told(priya, f"Week of {WEEK.in_words}", 60), f"uptake-{WEEK}.html")
    assert "Themes" in page
    assert "It took old prices from last year" in page
    assert "The price list it used is from last year." not in page
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
    message = play.told(priya, f"Week of {WEEK.in_words}", 60)
    assert "5 × Where is the gym?" in written(message)
    assert "Themes" not in attached(play, message, f"uptake-{WEEK}.html")
    play.quiet()


def test_the_digest_shows_no_group_under_the_minimum_that_is_set(
    slack: LocalWorkspace, places: tuple[Path, Path]
):
    with running_app(places[0], slack, minimum_group=11) as play:
        a_week(play)
        use(play, "Copilot", WEEK.monday, 6, 10)
        priya = slack.user("admin")
        priya.runs(f"/uptake digest {WEEK}")
        message = play.told(priya, f"Week of {WEEK.in_words}", 60)
        assert "Where is the gym?" in written(message)
        assert "5 ×" not in written(message)
        assert "Finance" not in str(message.body)
        assert "Finance" not in attached(play, message, f"uptake-{WEEK}.html")
        play.quiet()


def test_the_page_tells_owners_which_guides_to_fix(play: RunningApp):
    budget = next(guide for guide in play.container.guides.guides() if "budget" in guide.source)
    a_week(play, source=budget.source)
    priya = play.slack.user("admin")
    priya.runs(f"/uptake digest {WEEK}")
    page = attached(play, play.told(priya, f"Week of {WEEK.in_words}", 60), f"uptake-{WEEK}.html")
    assert "Budget and sponsor, about 5 thumbs down (AI programme team)" in page
    play.clock.ahead = timedelta(days=400).total_seconds()
    priya.runs(f"/uptake digest {WEEK} here", "ai-programme")
    said = "about 5 thumbs down; cited by about 5 answers, not reviewed since November 2026"
    assert said in attached(play, posted(play), f"uptake-{WEEK}.html")


def test_two_looks_at_a_week_that_is_not_over_show_the_same(play: RunningApp):
    week = Week.of(play.container.now(), ZoneInfo("UTC"))
    a_week(play, week)
    use(play, "Copilot", week.monday, 12, 20)
    priya, title = play.slack.user("admin"), f"Week of {week.in_words}"

    def looks(seen: int) -> tuple[str, str]:
        priya.runs(f"/uptake digest {week} here", "ai-programme")
        message = play.slack.wait_for(lambda: digests(play, title)[seen:], 60, "a digest")[0]
        play.quiet()
        files = [each["name"] for each in message.body.get("files", ())]
        assert not any("adoption-report" in name for name in files)
        # Each block has an id of its own.
        said = re.sub(r"\bb\d{8}\w\b", "", written(message))
        return said, attached(play, message, f"uptake-{week}.csv")

    first = looks(0)
    assert "Where is the gym?" in first[0]
    assert "This week isn't over yet" in first[0]
    record = play.container.record
    for n in range(6):
        record.feedback.set_vote(f"{week}-9", f"T9:V{n}", Vote.POSITIVE, play.container.now())
    use(play, "Copilot", week.monday, 20, 20)
    assert looks(1) == first
    play.quiet()


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
    play.quiet()
    assert not [m for m in play.slack.messages("general") if "Week of" in written(m)]


def test_the_weekly_digest_is_posted_once_however_many_workers_run(play: RunningApp):
    a_week(play)
    catch_up = play.container.jobs.catch_up
    threads = [threading.Thread(target=catch_up, args=[MONDAY]) for _ in range(5)]
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
    more: dict[str, Any] = {"admin_channel": "ai-programme", "digest_hour": hour}
    with running_app(places[0], slack, timezone="Europe/Oslo", **more) as play:
        # In Oslo clocks are an hour ahead of UTC in winter.
        due = datetime(2026, 11, 16, hour - 1, tzinfo=UTC)

        def started() -> bool:
            return bool(play.container.jobs.stored(post_weekly, keys=[due.isoformat()]))

        play.container.jobs.catch_up(due - timedelta(minutes=1))
        assert not started()
        play.container.jobs.catch_up(due)
        assert started()


def test_a_missed_week_is_caught_up_and_not_repeated_after_a_restart(
    slack: LocalWorkspace, places: tuple[Path, Path]
):
    with running_app(places[0], slack, admin_channel="ai-programme") as play:
        a_week(play)
        play.container.jobs.catch_up(MONDAY + timedelta(days=3))
        posted(play)
        play.quiet()
    with running_app(places[0], slack, admin_channel="ai-programme") as play:
        play.container.jobs.catch_up(MONDAY + timedelta(days=4))
        play.quiet()
        assert len(digests(play)) == 1


def test_every_missed_week_is_posted_late_once_and_in_order(play: RunningApp):
    weeks = [WEEK]
    while len(weeks) < 6:
        weeks.insert(0, weeks[0].previous)
    for week in weeks:
        a_week(play, week)
    notices = play.record.notices
    notices.add(f"digest-{weeks[0]}", play.container.now())
    for hours in (0, 0, 1, 2):
        play.container.jobs.catch_up(MONDAY + timedelta(hours=hours))
        play.eventually(lambda: notices.is_posted(f"digest-{WEEK}"))
        play.quiet()
    told = [written(message) for message in digests(play, "Week of")]
    named = [next(week for week in weeks if f"Week of {week.in_words}" in text) for text in told]
    assert named == weeks[2:]
    assert [("posted late" in text, "Do this week" in text) for text in told] == [
        *[(True, False)] * 3,
        (False, True),
    ]
    book = ActionBook(play.container.record.engine)
    assert [bool(book.of(week)) for week in weeks] == [*[False] * 5, True]
    assert attached(play, digests(play, "Week of")[0], f"uptake-{weeks[2]}.html")


def test_weeks_before_the_first_digest_are_not_posted_late(play: RunningApp):
    a_week(play, WEEK.previous)
    a_week(play)
    for _ in range(3):
        play.container.jobs.catch_up(MONDAY)
        play.eventually(lambda: play.record.notices.is_posted(f"digest-{WEEK}"))
    play.quiet()
    assert len(digests(play, "Week of")) == 1


def test_a_digest_that_cannot_be_posted_is_posted_late_with_the_next(play: RunningApp):
    a_week(play, WEEK.previous)
    play.record.notices.add(f"digest-{WEEK.previous.previous}", play.container.now())
    # Slack's charts, pictures and words are all refused.
    play.slack.faults.plan("chat.postMessage", "is_archived", times=3)
    play.container.jobs.catch_up(MONDAY - timedelta(days=7))
    play.slack.wait_for(lambda: not play.slack.faults.planned, 60, "three tries")
    play.quiet()
    assert digests(play, "Week of") == []
    play.container.jobs.catch_up(MONDAY)
    play.eventually(lambda: digests(play))
    late, last = digests(play, "Week of")
    assert f"Week of {WEEK.previous.in_words}, posted late" in written(late)
    assert "posted late" not in written(last)


def test_a_digest_is_not_repeated_when_its_job_is_long_forgotten(play: RunningApp):
    a_week(play)
    play.container.jobs.catch_up(MONDAY)
    posted(play)
    play.eventually(lambda: play.record.notices.is_posted(f"digest-{WEEK}"))
    play.quiet()
    jobs = play.container.jobs
    jobs.forget(post_weekly, [each.key for each in jobs.stored(post_weekly)])
    jobs.catch_up(MONDAY + timedelta(days=5))
    play.quiet()
    assert len(digests(play)) == 1


def test_nothing_is_told_of_weeks_before_anything_was_known(play: RunningApp):
    a_week(play)
    play.container.jobs.catch_up(datetime(2026, 11, 9, 9, tzinfo=UTC))
    play.quiet()
    assert digests(play, "Week of") == []


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
    assert is_due(play.container, WEEK) is due


def test_a_recommendation_is_done_and_the_next_digest_says_so(play: RunningApp):
    a_week(play)
    priya = play.slack.user("admin")
    play.container.jobs.catch_up(MONDAY)
    message = posted(play)
    assert "Write an answer to “Where is the gym?”" in written(message)
    priya.presses("digest_take", message)
    play.slack.wait_for(lambda: f"<@{priya.id}> is on it" in written(now(play, message)), 20)
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
    for person in (priya, rosa):
        taken(play, message, person)
    told = play.told(rosa, "is already on it")
    owners = {point.owner for point in ActionBook(play.container.record.engine).of(WEEK)} - {""}
    assert owners == {play.account(priya)}
    assert f"<@{priya.id}> is already on it" in written(told)


def taken(play: RunningApp, message: Message, person: Person) -> None:
    """Somebody takes the first recommendation of a message as it was when all looked at it."""
    block = next(b for b in message.body["blocks"] if "digest_take" in str(b))
    value = next(e["value"] for e in block["elements"] if e["action_id"] == "digest_take")
    account, point = play.account(person), point_in(value)
    press = PointTaken(account, *point, message.channel, message.ts, "")
    play.container.jobs.enqueue_and_wait(take_point, press, key=person.id)


def now(stage: RunningApp, message: Message) -> Message:
    found = stage.slack.message(message)
    assert found is not None
    return found


def test_alerts_are_raised_once_with_what_to_look_at(play: RunningApp):
    a_week(play, WEEK.previous, 0, asked=40)
    a_week(play, WEEK, 40, asked=40)
    # So few of so many that the share is low whichever way it is rounded.
    use(play, "Copilot", date(2026, 7, 1), 6, 200)
    use(play, "Copilot", date(2026, 10, 30), 6, 200)
    play.container.jobs.catch_up(MONDAY)
    alerts = ("Fewer questions get an answer", "has reported no use", "Three months after")
    for words in alerts:
        play.slack.wait_for(lambda words=words: said(play, words), 60, words)
    play.quiet()
    play.container.jobs.catch_up(MONDAY + timedelta(days=1))
    play.quiet()
    for words in alerts:
        assert len(said(play, words)) == 1
    assert "Where is the gym?" in written(said(play, "Fewer questions get an answer")[0])


def said(stage: RunningApp, words: str) -> list[Message]:
    return [m for m in stage.slack.messages("ai-programme") if words in written(m)]
