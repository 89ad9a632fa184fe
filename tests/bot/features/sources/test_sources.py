from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.features.sources.blocks import Found, source_message
from bot.features.sources.jobs import SourceSchedule, deed_id
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
    slack.user("admin").invites("app", "ai-programme")
    channel = slack.channel("ai-programme")
    with running_app(slack, places[0], admin_channel=channel, private_hosts=[web.host]) as running:
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
    play.container.jobs.catch_up(play.container.now())
    until(lambda: all(result_at(book, id) not in (None, before.get(id)) for id in ids))
    play.quiet()


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
    now = play.container.now()
    workers = [SourceSchedule(play.office, book) for _ in range(6)]
    threads = [threading.Thread(target=each.step, args=[now]) for each in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: result_at(book, "pilot") is not None)
    play.quiet()
    assert web.asked.count("/pilot") == 1
    # Whoever had the version before takes the new one up with the next question.
    assert "Pilots" in titles(another)
    for each in workers:
        each.step(now + HOUR / 2)
    play.quiet()
    assert web.asked.count("/pilot") == 1
    play.clock.ahead += HOUR.total_seconds()
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
        play.clock.ahead += HOUR.total_seconds()
    assert "The good guide" in titles(play.container.index)
    (said,) = told(play)
    assert "The source away cannot be read" in said
    assert "Its owner: Ann &amp; Bo." in said
    hidden.rename(away)
    (away / "broken.docx").write_bytes(b"nothing")
    look(play, book, "away", "good")
    assert "The away guide" in titles(play.container.index)
    assert len(told(play)) == 2
    assert "1 file of it could not be" in told(play)[-1]
    assert "broken.docx" in told(play)[-1]
    (away / "broken.docx").unlink()
    for _ in range(2):
        play.clock.ahead += HOUR.total_seconds()
        look(play, book, "away", "good")
    assert len(told(play)) == 3
    assert "The source away is read again without trouble." in told(play)[-1]


def test_a_book_that_cannot_be_read_holds_up_nothing_else(play: RunningApp, book: SourceRegistry):
    (play.container.settings.data_dir / "sources.toml").write_text("[what")
    play.container.jobs.catch_up(play.container.now())
    play.quiet()
    assert told(play) == []


def test_a_look_is_named_by_the_stretch_of_its_schedule(play: RunningApp):
    source = Source("a", "folder", "/a", every=60)
    begun = play.container.now().replace(minute=0, second=0, microsecond=0)
    ids = {deed_id(source, begun + timedelta(minutes=n)) for n in (0, 30, 59)}
    assert len(ids) == 1
    assert deed_id(source, begun + HOUR) not in ids


@pytest.mark.parametrize("words", ["<!channel> *b*", "<@U012ABCDE>", "a\nb [x](http://x.example)"])
def test_no_words_of_a_source_do_anything(words: str):
    for reason, unread in ((words, []), ("", [words] * 5), ("", [])):
        sound(source_message(Found("guides", words, reason, unread, len(unread))))
