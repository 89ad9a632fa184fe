"""What people taught: admins see it as far as they may read it, approve it and revoke it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adoption.feedback.lesson_decisions import lesson_of
from adoption.feedback.models import LessonDecision, Vote
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from bot.answering.lessons import judgements
from bot.features.lessons.jobs import LessonDecided, decide
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from slack_emulator import Person
from tests.conftest import write_guides
from tests.support.app import RunningApp, running_app, written

RESTRICTED = (
    "---\ntitle: {title}\naudience: {audience}\n---\n# {title}\n\nIt says who decides what.\n"
)
BUDGET, LAWYERS, ADMINS = "Budget and sponsor", "For lawyers", "For admins"


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[RunningApp]:
    root = tmp_path_factory.mktemp("taught")
    guides = write_guides(root / "guides")
    for title, audience in ((LAWYERS, "channel:C0123456789"), (ADMINS, "admins")):
        text = RESTRICTED.format(title=title, audience=audience)
        (guides / f"{title}.md").write_text(text, "utf-8")
    Sync(Index.open(root / "data" / "index", encoder)).run([guides])
    with running_app(root / "data", admins=("admin",)) as running:
        yield running


@pytest.fixture
def admin(play: RunningApp) -> Person:
    return play.slack.user("admin")


def taught(play: RunningApp, id: str, question: str, *titles: str, by: tuple[str, ...]) -> None:
    """People said that the section of the first of these guides answers a question."""
    sources = {each.title: each.source for each in play.container.guides.guides()}
    cited = [
        Cited(number, f"{id}-{number}", title, "Steps", sources[title])
        for number, title in enumerate(titles, 1)
    ]
    now = play.container.now()
    account = play.account("user")
    asked = (account, now, Surface.DIRECT, "D1", question, Outcome.UNSURE, "", "v1")
    play.record.questions.add(Asked(id, *asked, citations=cited))
    for name in by:
        play.record.feedback.set_vote(id, play.account(name), Vote.POSITIVE, now, f"{id}-1")


def approved(play: RunningApp, question: str) -> list[bool]:
    """Of what still teaches under a question, whether it counts by itself."""
    return [each.approved for each in judgements(play.record) if each.question == question]


def opened(admin: Person) -> str:
    admin.runs("/uptake taught")
    return written(admin.modal or {})


def press(admin: Person, action: str, lesson: str) -> str:
    admin.presses(action, admin.modal, block_id=lesson)
    return written(admin.modal or {})


def lesson(play: RunningApp, question: str) -> str:
    votes = play.record.feedback.section_votes(100)
    return next(lesson_of(each) for each in votes if each.question == question)


def test_an_admin_approves_revokes_and_leaves_it_to_people_again(play: RunningApp, admin: Person):
    question = "who do I ask for money, ask maya.lindqvist@acme.example?"
    taught(play, "C1:1", question, BUDGET, by=("user",))
    shown = opened(admin)
    assert "who do I ask for money" in shown
    assert "acme.example" not in shown
    assert f"{BUDGET} › Steps" in shown
    assert "not enough people agree" in shown
    name = lesson(play, question)
    assert approved(play, question) == [False]
    assert "Counts: approved by" in press(admin, "lesson_approve", name)
    assert approved(play, question) == [True]
    assert "not enough people agree" in press(admin, "lesson_undo", name)
    assert "Doesn't count: revoked by" in press(admin, "lesson_revoke", name)
    assert approved(play, question) == []
    press(admin, "lesson_undo", name)
    assert approved(play, question) == [False]
    admin.closes()


def test_what_enough_people_agree_on_counts_and_home_says_how_much_waits(
    play: RunningApp, admin: Person
):
    taught(play, "C1:2", "who pays for the assistant?", BUDGET, by=("user",))
    assert "enough people agree." in opened(admin)
    assert "Counts: enough people agree" not in written(admin.modal or {})
    admin.closes()
    # Somebody else asked the same and agrees.
    taught(play, "C1:2b", "Who pays for  the assistant?", BUDGET, by=("second",))
    assert opened(admin).casefold().count("who pays for") == 1
    assert "Counts: enough people agree" in written(admin.modal or {})
    admin.closes()
    admin.opens_app()
    view = play.home(admin, "What people taught the search")
    admin.presses("lessons_open", view)
    assert "pays for" in written(admin.modal or {})
    admin.closes()


@pytest.mark.parametrize(
    ("id", "titles", "is_shown"),
    [
        ("C1:3", (ADMINS,), True),
        ("C1:4", (LAWYERS,), False),
        # What stood beside it under the answer was for lawyers alone.
        ("C1:5", (BUDGET, LAWYERS), False),
    ],
)
def test_an_admin_sees_only_what_they_may_read(
    id: str, titles: tuple[str, ...], is_shown: bool, play: RunningApp, admin: Person
):
    question = f"who decides about case {id[-1]}?"
    taught(play, id, question, *titles, by=("user",))
    assert (question in opened(admin)) == is_shown
    admin.closes()
    given = LessonDecided(play.account(admin), lesson(play, question), LessonDecision.REVOKED)
    play.container.jobs.enqueue_and_wait(decide, given, key=f"forged {id}")
    assert approved(play, question) == ([] if is_shown else [False])


def test_who_is_no_admin_sees_and_decides_nothing(play: RunningApp):
    maya = play.slack.user("user")
    maya.runs("/uptake taught")
    assert maya.modal is None
    assert "Only an admin" in written(maya.whispers("general")[-1])
    maya.opens_app()
    assert "What people taught" not in written(play.home(maya))
