from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.features.sources.blocks import SourceState, source_message
from bot.features.sources.jobs import find_due
from bot.features.sources.owners import tell_owners
from bot.jobs.job import Due
from ingest.sources.registry import SourceRegistry
from ingest.sources.source import Source
from knowledge.index.index import Index
from slack_emulator import LocalWorkspace
from tests.bot.features.test_hostile_submissions import sound
from tests.ingest.places import Site, site
from tests.support.app import RunningApp, running_app, written

HOUR = timedelta(hours=1)


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as web:
        yield web


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path], web: Site) -> Iterator[RunningApp]:
    with running_app(
        places[0], slack, admin_channel="ai-programme", private_hosts=[web.host]
    ) as running:
        yield running


@pytest.fixture
def book(play: RunningApp) -> SourceRegistry:
    return SourceRegistry(play.container.settings.data_dir)


def told(play: RunningApp, words: str = "source") -> list[str]:
    """What the admins were told of sources, oldest first."""
    seen = play.slack.messages("ai-programme")
    return [written(m) for m in seen if m.via_app and words in written(m)]


def look(play: RunningApp, book: SourceRegistry, *ids: str) -> None:
    """Lets the schedule look, and waits until these sources were looked at."""
    before = {id: result.at for id, result in book.results().items()}
    look_once(play, uuid.uuid4().hex)
    until(lambda: all(result_at(book, id) not in (None, before.get(id)) for id in ids))
    play.quiet()


def look_once(play: RunningApp, key: str) -> None:
    """Looks for sources that are due, as the clock lets the app do every few minutes."""
    due = Due(play.container.now())
    play.container.jobs.enqueue_and_wait(find_due, due, key=key)


def result_at(book: SourceRegistry, id: str) -> str | None:
    result = book.results().get(id)
    return result.at if result else None


def until(done: Callable[[], bool], seconds: float = 240) -> None:
    """Waits for what Slack hears nothing of."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def titles(index: Index) -> set[str]:
    snapshot = index.snapshot()
    return {snapshot.passage(row).title for row in range(len(snapshot))}


def test_a_due_source_is_read_once_however_many_workers_run(
    play: RunningApp, book: SourceRegistry, web: Site
):
    web.pages["/pilot"] = "<h1>Pilots</h1><p>A pilot of the assistant lasts six weeks.</p>"
    book.add(Source("pilot", "page", f"{web.base}/pilot", every=60))
    another = Index.open(play.container.settings.index_dir, play.container.index.encoder)
    assert "Pilots" not in titles(another)
    threads = [threading.Thread(target=look_once, args=[play, f"w{n}"]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: result_at(book, "pilot") is not None)
    play.quiet()
    assert web.asked.count("/pilot") == 1
    # Whoever had the version before takes the new one up with the next question.
    assert "Pilots" in titles(another)
    look_once(play, "again")
    play.quiet()
    assert web.asked.count("/pilot") == 1
    play.clock.advance(HOUR.total_seconds())
    look(play, book, "pilot")
    assert web.asked.count("/pilot") == 2
    assert told(play) == []


def test_a_source_that_fails_is_told_once_and_holds_up_no_other(
    play: RunningApp, book: SourceRegistry, tmp_path: Path
):
    away, good = tmp_path / "away", tmp_path / "good"
    for folder in (away, good):
        folder.mkdir()
        (folder / "guide.md").write_text(f"# The {folder.name} guide\n\nIt says what to do.\n")
        book.add(Source(folder.name, "folder", str(folder), owner="Ann & Bo", every=60))
    hidden = away.rename(tmp_path / "moved")
    for _ in range(3):
        look(play, book, "away", "good")
        play.clock.advance(HOUR.total_seconds())
    assert "The good guide" in titles(play.container.index)
    (said,) = told(play)
    assert "I can't read the source away" in said
    assert "Owner: Ann &amp; Bo." in said
    hidden.rename(away)
    (away / "broken.docx").write_bytes(b"nothing")
    look(play, book, "away", "good")
    assert "The away guide" in titles(play.container.index)
    assert len(told(play)) == 2
    assert "but not 1 file of it" in told(play)[-1]
    assert "broken.docx" in told(play)[-1]
    (away / "broken.docx").unlink()
    for _ in range(2):
        play.clock.advance(HOUR.total_seconds())
        look(play, book, "away", "good")
    assert len(told(play)) == 3
    assert "I can read the source away again." in told(play)[-1]


def test_an_owner_is_told_once_that_a_guide_is_hidden(
    play: RunningApp, book: SourceRegistry, tmp_path: Path
):
    owner, plan = play.slack.user("second"), tmp_path / "plans" / "plan.md"
    plan.parent.mkdir()
    book.add(Source("plans", "folder", str(plan.parent), every=60))

    def told_after(*fields: str) -> list[str]:
        """What the owner has been told once a guide with these fields is synced."""
        front = "\n".join([f"owner: {play.account(owner)}", *fields])
        plan.write_text(f"---\n{front}\n---\n# The plan\n\nIt begins in May.\n")
        play.clock.advance(HOUR.total_seconds())
        look(play, book, "plans")
        for _ in range(2):
            due = Due(play.container.now())
            play.container.jobs.enqueue_and_wait(tell_owners, due, key=uuid.uuid4().hex)
        return [written(m) for m in play.direct(owner) if "guide that you own" in written(m)]

    assert told_after() == []
    (said,) = told_after("audience: bosses")
    assert "plan.md: its audience “bosses”" in said
    assert "its earlier text was taken out" in said
    assert "The plan" not in titles(play.container.index)
    assert told_after("audience: bosses", "kind: guide") == [said]
    assert told_after("audience: everyone") == [said]
    assert "The plan" in titles(play.container.index)
    assert len(told_after("audience: bosses")) == 2


def test_a_book_that_cannot_be_read_holds_up_nothing_else(play: RunningApp, book: SourceRegistry):
    (play.container.settings.data_dir / "sources.toml").write_text("[what")
    look_once(play, "unreadable")
    play.quiet()
    assert told(play) == []


@pytest.mark.parametrize("words", ["<!channel> *b*", "<@U012ABCDE>", "a\nb [x](http://x.example)"])
def test_no_words_of_a_source_do_anything(words: str):
    for reason, unread in ((words, []), ("", [words] * 5), ("", [])):
        sound(source_message(SourceState("guides", words, reason, tuple(unread), len(unread))))
