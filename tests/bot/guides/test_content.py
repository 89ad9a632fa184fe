from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adoption.feedback.models import Vote
from adoption.guides.models import GuideDecision
from adoption.privacy.groups import Minimum
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.record import Record
from bot.guides.state import content_health, counted_days, link_answers
from knowledge.guides.health import guides_of
from knowledge.index.index import Index
from tests.conftest import uptake
from tests.ingest.places import site
from tests.support.schemas import command_output

NOON, DAY = datetime(2026, 11, 21, 12, tzinfo=UTC), timedelta(days=1)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")


def ask(record: Record, id: str, *sources: str, at: datetime = NOON, question: str = "?") -> None:
    cited = [Cited(n, f"p{n}", "Guide", "Steps", source) for n, source in enumerate(sources, 1)]
    record.questions.add(
        Asked(
            id=id,
            account="T1:U1",
            asked_at=at,
            surface=Surface.CHANNEL,
            channel="C1",
            question=question,
            outcome=Outcome.ANSWERED,
            answer="!",
            index_version="v",
            citations=cited,
        )
    )


def test_an_answer_counts_once_for_each_guide_with_its_thumbs(record: Record):
    ask(record, "1", "a.md", "a.md", "b.md")
    ask(record, "2", "a.md")
    ask(record, "3", "old.md", at=NOON - timedelta(days=200))
    record.feedback.set_vote("1", "T1:U1", Vote.NEGATIVE, NOON)
    record.feedback.set_vote("1", "T1:U2", Vote.POSITIVE, NOON)
    record.feedback.set_vote("2", "T1:U1", Vote.NEGATIVE, NOON)
    found = {
        each.source: (len(each.askers), len(set(each.askers)), len(each.up), len(each.down))
        for each in record.guide_statistics.uses(*counted_days(NOON + DAY, 180))
    }
    assert found == {"a.md": (2, 1, 1, 2), "b.md": (1, 1, 1, 1)}


def test_a_day_that_is_not_over_changes_no_figure_of_a_guide(record: Record):
    statistics, least = record.guide_statistics, Minimum()
    today, tomorrow = (counted_days(at, 180) for at in (NOON, NOON + DAY))
    ask(record, "0", "a.md", at=NOON - DAY)
    before = statistics.uses(*today)
    for number in range(6):
        ask(record, f"q{number}", "a.md", "b.md")
        # A thumb counts from tomorrow on, too, whenever the answer came.
        for id in ("0", f"q{number}"):
            record.feedback.set_vote(id, f"T1:U{number}", Vote.NEGATIVE, NOON)
    assert statistics.uses(*today) == before
    assert statistics.citing(*today) == 1
    assert statistics.complaints("a.md", today, frozenset(), least, 5) == []
    assert [len(each.down) for each in statistics.uses(*tomorrow)] == [12, 6]
    assert len(statistics.complaints("a.md", tomorrow, frozenset(), least, 5)) == 5


def test_stale_unused_and_voted_down_guides_are_told_apart(record: Record, index: Index):
    snapshot = index.snapshot()
    budget, accuracy = (
        next(p.source for p in map(snapshot.passage, range(len(snapshot))) if name in p.source)
        for name in ("budget", "accuracy")
    )
    for number in range(5):
        ask(record, str(number), budget, accuracy) if number else ask(record, "0", accuracy)
        record.feedback.set_vote(str(number), f"T1:U{number}", Vote.NEGATIVE, NOON)
    later, least = NOON + timedelta(days=150), Minimum()
    fresh = content_health(snapshot, index.encoder, record, later, 180, least)
    assert (fresh.guides, fresh.stale) == (3, {})
    assert [each.title for each in fresh.never_cited] == ["When and how to override"]
    # Four people's thumbs are too few to say that a guide has any.
    [(worst, share)] = fresh.voted_down
    assert (worst.title, share.value) == ("Accuracy and trust", 1)
    old = content_health(snapshot, index.encoder, record, NOON + timedelta(days=170), 100, least)
    assert {owner: len(guides) for owner, guides in old.stale.items()} == {"AI programme team": 3}
    assert len(old.never_cited) == 3


def test_links_to_the_web_are_tried_as_carefully_as_a_source():
    with site() as web:
        web.pages |= {"/here": "here", "/away": (302, {"Location": "http://other.example/"}, b"")}
        answers = link_answers(frozenset({web.host}))
        tried = [answers(f"{web.base}{path}") for path in ("/here", "/gone", "/away")]
        assert tried == [True, False, True]
        assert not link_answers(frozenset())(f"{web.base}/here")


def test_the_command_says_what_to_look_at(data_dir: Path):
    settings = {"UPTAKE_DATA_DIR": str(data_dir), "UPTAKE_REVIEW_AFTER": "1"}
    shown = uptake("content", cwd=data_dir.parent, **settings)
    assert shown.returncode == 0
    assert "3 guides in the index" in shown.stdout
    assert "Not cited for 1 day" in map(str.strip, shown.stdout.splitlines())
    shown = uptake("content", "--json", cwd=data_dir.parent, **settings)
    fields = command_output("content", shown.stdout)
    assert (fields["guides"], len(fields["never_cited"])) == (3, 3)


def test_an_owner_sees_their_own_guides_only(data_dir: Path):
    folder = data_dir.parent / "more"
    folder.mkdir()
    for name in ("Ann", "Bo"):
        front = f"---\nowner: {name}\nreviewed: 2025-05-03\n---\n"
        text = f"# Notes of {name}\n\n{name} keeps the notes [here](gone-{name}.md)."
        (folder / f"{name}.md").write_text(front + text)
    settings = {"UPTAKE_DATA_DIR": str(data_dir)}
    assert uptake("ingest", str(folder), cwd=data_dir.parent, **settings).returncode == 0
    shown = uptake("content", "--owner", "ann", cwd=data_dir.parent, **settings)
    assert "1 guide in the index" in shown.stdout
    assert "Notes of Ann" in shown.stdout
    assert "2025-05-03" in shown.stdout
    assert "Notes of Bo" not in shown.stdout
    unknown = uptake("content", "--owner", "Cleo", cwd=data_dir.parent, **settings)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "The owners are: AI programme team, Ann, Bo." in unknown.stderr


def test_what_an_admin_left_out_is_named_and_no_command_brings_it_back(data_dir: Path):
    settings = {"UPTAKE_DATA_DIR": str(data_dir)}
    folder = data_dir.parent / "more"
    folder.mkdir()
    guide = folder / "old.md"
    guide.write_text("# Old rules\n\nNobody follows the old rules of the press room.\n")
    assert uptake("ingest", str(folder), cwd=data_dir.parent, **settings).returncode == 0
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    decide = record.guide_decisions.decide
    now = datetime.now(UTC)
    assert decide(
        str(guide), "Old rules", GuideDecision.EXCLUDED, "press", "T1:UADMIN", now, now.date()
    )
    record.close()
    for more in ((), ("--rebuild",)):
        done = uptake("ingest", *more, str(folder), cwd=data_dir.parent, **settings)
        assert done.returncode == 0
        asked = uptake("ask", "Who follows the old rules?", cwd=data_dir.parent, **settings)
        assert "press room" not in asked.stdout
    shown = uptake("content", cwd=data_dir.parent, **settings)
    assert "Left out of answers" in shown.stdout
    assert "Old rules" in shown.stdout
    shown = uptake("content", "--json", cwd=data_dir.parent, **settings)
    fields = command_output("content", shown.stdout)
    (left_out,) = fields["left_out"]
    assert (left_out["title"], left_out["source"]) == ("Old rules", str(guide))
    assert datetime.fromisoformat(left_out["since"]) == now


def test_what_people_taught_is_listed_with_its_section(data_dir: Path, index: Index):
    budget = next(each.source for each in guides_of(index.snapshot()) if "budget" in each.source)
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    for id, question in (("1", "Who pays for the first pilot?"), ("2", "How much is a sponsor?")):
        ask(record, id, budget, question=question)
        for person in ("T1:U1", "T1:U2") if id == "1" else ("T1:U1",):
            record.feedback.set_vote(id, person, Vote.POSITIVE, NOON, "p1")
    record.close()
    settings = {"UPTAKE_DATA_DIR": str(data_dir)}
    shown = uptake("content", "--json", cwd=data_dir.parent, **settings)
    fields = command_output("content", shown.stdout)
    taught = {each["question"]: (each["source"], each["in_use"]) for each in fields["taught"]}
    assert taught == {
        "Who pays for the first pilot?": (budget, True),
        "How much is a sponsor?": (budget, False),
    }
    shown = " ".join(uptake("content", cwd=data_dir.parent, **settings).stdout.split())
    assert "Who pays for the first pilot? Budget and sponsor › Steps yes" in shown
