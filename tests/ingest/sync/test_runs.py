from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ingest.errors import IndexBusy
from ingest.parse.documents import Decision
from ingest.sync.report import Report
from ingest.sync.sync import Sync
from knowledge.errors import EncoderUnavailable, IndexUnavailable
from knowledge.index.index import Index
from tests.conftest import environment
from tests.knowledge.passages import Hashed


@dataclass
class Place:
    """A folder of guides and an index over it."""

    folder: Path
    encoder: Hashed = field(default_factory=Hashed)

    @property
    def guides(self) -> Path:
        return self.folder / "guides"

    def write(self, name: str, text: str) -> Path:
        path = self.guides / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def open(self) -> Index:
        return Index.open(self.folder / "index", self.encoder)

    def sync(self, *paths: Path, rebuild: bool = False) -> Report:
        return Sync(self.open()).run(paths or [self.guides], rebuild=rebuild)

    def texts(self) -> list[str]:
        snapshot = self.open().snapshot()
        return [snapshot.passage(row).text for row in range(len(snapshot))]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    for name in ("a", "b", "c"):
        made.write(
            f"{name}.md", f"# Guide {name}\n\nWords of {name}.\n\n## Part\n\nMore of {name}.\n"
        )
    return made


def test_a_report_counts_what_was_done(place: Place):
    first = place.sync()
    names = [str(place.guides / f"{name}.md") for name in "abc"]
    assert (first.added, first.updated, first.unchanged, first.removed) == (names, [], [], [])
    assert (first.failed, first.passages) == ([], 6)
    place.write("a.md", "# Guide a\n\nOther words.\n")
    (place.guides / "b.md").unlink()
    place.write("d.md", "Words of d.")
    (place.guides / "e.md").write_bytes(b"\xff\xff")
    report = place.sync()
    assert report.added == [str(place.guides / "d.md")]
    assert report.updated == [names[0]]
    assert report.removed == [names[1]]
    assert report.unchanged == [names[2]]
    assert [problem.source for problem in report.failed] == [str(place.guides / "e.md")]
    assert (report.passages, len(place.texts())) == (4, 4)
    live = place.open().live()
    assert live is not None
    assert (report.version, report.passages) == (live.name, live.passages)


def test_passages_stand_in_the_order_of_their_files(place: Place):
    place.sync()
    words = [f"{word} of {name}." for name in "abc" for word in ("Words", "More")]
    assert place.texts() == words


def test_only_what_changed_is_encoded(place: Place):
    place.sync()
    place.encoder.encoded.clear()
    place.write("b.md", "# Guide b\n\nWords of b.\n\n## Part\n\nQuite new.\n")
    place.sync()
    assert place.encoder.encoded
    assert all("Quite new." in text or text == "Part" for text in place.encoder.encoded)


def test_touching_a_file_costs_nothing(place: Place):
    place.sync()
    place.encoder.encoded.clear()
    os.utime(place.guides / "a.md", (1, 1))
    assert len(place.sync().unchanged) == 3
    assert place.encoder.encoded == []


def test_a_rebuild_encodes_all_anew_into_the_same_version(place: Place):
    first = place.sync()
    spent = len(place.encoder.encoded)
    again = place.sync(rebuild=True)
    assert len(place.encoder.encoded) == 2 * spent
    assert (again.version, len(again.updated)) == (first.version, 3)


def test_a_rebuild_mends_a_damaged_snapshot(place: Place):
    report = place.sync()
    (place.folder / "index" / "snapshots" / report.version / "offsets.npy").write_bytes(b"")
    with pytest.raises(IndexUnavailable, match="--rebuild"):
        place.texts()
    place.sync(rebuild=True)
    assert len(place.texts()) == 6


def test_a_moved_file_is_another_one(place: Place):
    place.sync()
    (place.guides / "a.md").rename(place.guides / "z.md")
    report = place.sync()
    assert report.added == [str(place.guides / "z.md")]
    assert report.removed == [str(place.guides / "a.md")]
    assert len(place.texts()) == 6


def test_the_same_words_in_two_files_stay_when_one_leaves(place: Place):
    place.write("copy.md", (place.guides / "a.md").read_text())
    assert place.sync().passages == 8
    (place.guides / "a.md").unlink()
    place.sync()
    assert place.texts().count("Words of a.") == 1


def test_words_that_come_back_are_found_again(place: Place):
    before = place.sync()
    text = place.write("a.md", "Something else.").read_text()
    place.sync()
    place.write("a.md", "# Guide a\n\nWords of a.\n\n## Part\n\nMore of a.\n")
    assert place.sync().version == before.version
    assert text not in place.texts()
    assert "Words of a." in place.texts()


def test_the_same_paragraph_twice_in_a_file_is_one_passage(place: Place):
    place.write("a.md", "## Same\n\nTwice.\n\n## Other\n\nOnce.\n\n## Same\n\nTwice.\n")
    place.sync()
    assert place.texts().count("Twice.") == 1


def test_a_file_that_is_ignored_from_now_on_leaves(place: Place):
    place.sync()
    place.write(".uptakeignore", "b.md\n")
    assert place.sync().removed == [str(place.guides / "b.md")]


def test_a_folder_emptied_empties_its_part_of_the_index(place: Place):
    other = place.folder / "other"
    other.mkdir()
    (other / "x.md").write_text("Words of x.")
    place.sync(place.guides, other)
    shutil.rmtree(place.guides)
    place.guides.mkdir()
    assert len(place.sync().removed) == 3
    assert place.texts() == ["Words of x."]


def test_a_single_file_is_indexed_and_its_neighbours_are_left_alone(place: Place):
    place.sync()
    place.write("a.md", "New words.")
    (place.guides / "b.md").unlink()
    report = place.sync(place.guides / "a.md")
    assert (len(report.updated), report.removed) == (1, [])
    assert "Words of b." in place.texts()


def test_a_file_that_goes_between_finding_and_reading_fails_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch
):
    def vanishes(path: Path, root: Path) -> str:
        if path.name == "b.md":
            path.unlink()
        return path.as_uri()

    report = Sync(place.open(), link_of=vanishes).run([place.guides])
    assert [(Path(each.source).name, each.reason) for each in report.failed] == [
        ("b.md", "it cannot be opened (No such file or directory)")
    ]
    assert len(report.added) == 2


def test_a_dump_of_200_megabytes_fails_alone(place: Place):
    with (place.guides / "dump.txt").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    report = place.sync()
    assert [each.reason for each in report.failed] == [
        "it has 200 MB, more than the 50 MB that one guide may have; split it"
    ]
    assert len(report.added) == 3


def test_links_come_from_whoever_gives_them_and_a_new_link_is_a_change(place: Place):
    link = "https://guides.example/{}"
    Sync(place.open(), link_of=lambda path, root: link.format(path.relative_to(root))).run(
        [place.guides]
    )
    snapshot = place.open().snapshot()
    assert snapshot.passage(0).link == "https://guides.example/a.md"
    assert len(place.sync().updated) == 3


def test_progress_names_every_file_and_ends_at_the_whole(place: Place):
    seen: list[tuple[int, int, str]] = []
    Sync(place.open(), progress=lambda *step: seen.append(step)).run([place.guides])
    assert seen == [(1, 3, "a.md"), (2, 3, "b.md"), (3, 3, "c.md")]


def test_more_files_than_are_read_at_once_are_all_indexed(
    place: Place, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ingest.sync.sync._FILES_AT_ONCE", 2)
    monkeypatch.setattr("ingest.sync.sync._BATCH", 3)
    assert place.sync().passages == 6
    monkeypatch.undo()
    assert len(place.sync().unchanged) == 3


def test_an_index_of_no_files_is_empty_and_says_so(place: Place):
    shutil.rmtree(place.guides)
    place.guides.mkdir()
    report = place.sync()
    assert (report.passages, report.added) == (0, [])


def test_an_encoder_that_cannot_be_loaded_leaves_the_old_version_live(place: Place):
    before = place.sync()
    place.write("a.md", "New words.")

    def refuses(texts: Sequence[str]) -> None:
        raise EncoderUnavailable("The embedding model cannot be loaded.")

    place.encoder.before = refuses
    with pytest.raises(EncoderUnavailable):
        place.sync()
    live = place.open().live()
    assert live is not None
    assert live.name == before.version
    place.encoder.before = lambda texts: None
    place.sync()
    assert "New words." in place.texts()


def test_a_second_sync_at_the_same_time_is_refused_and_the_first_one_ends_well(place: Place):
    refused: list[BaseException] = []

    def second(texts: Sequence[str]) -> None:
        def run() -> None:
            try:
                Sync(Index.open(place.folder / "index", Hashed())).run([place.guides])
            except IndexBusy as error:
                refused.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(30)
        place.encoder.before = lambda texts: None

    place.encoder.before = second
    assert place.sync().passages == 6
    assert [str(error) for error in refused] == [
        "Another process is writing to the index. Wait until it is done and try again."
    ]


LOCKING = """
import sys
from pathlib import Path
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_that_writes_is_waited_for_and_its_death_frees_the_index(place: Place):
    index = place.open()
    holder = subprocess.Popen(
        [sys.executable, "-c", LOCKING, str(index.folder / "writing.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(IndexBusy):
            place.sync()
    finally:
        holder.kill()
        holder.communicate()
    assert place.sync().passages == 6


@pytest.mark.parametrize(
    "where",
    [
        "ingest.sync.read.load",
        "knowledge.index.catalog.Catalog.store_token_vectors",
        "knowledge.index.catalog.Catalog.keep_files",
        "knowledge.index.catalog.Catalog.forget_files",
        "knowledge.index.catalog.Catalog.publish",
        "knowledge.index.snapshot.write",
        "knowledge.index.index.Index._let_go",
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_broken_off_anywhere_and_repeated_ends_in_the_same_index(
    place: Place, monkeypatch: pytest.MonkeyPatch, where: str, when: str
):
    break_off_and_repeat(place, monkeypatch, where, when)


@pytest.mark.parametrize(
    "when",
    [
        "before",
        pytest.param(
            "after",
        ),
    ],
)
def test_a_run_broken_off_while_old_versions_go_leaves_none_half_there(
    place: Place, monkeypatch: pytest.MonkeyPatch, when: str
):
    break_off_and_repeat(place, monkeypatch, "knowledge.index.index.Index.discard", when)


def break_off_and_repeat(
    place: Place, monkeypatch: pytest.MonkeyPatch, where: str, when: str
) -> None:
    for version in range(4):
        place.write("b.md", f"# Guide b\n\nVersion {version}.\n")
        place.sync()
    place.write("a.md", "# Guide a\n\nWords of a.\n\n## Part\n\nChanged.\n")
    place.write("new.md", "Words of new.")
    (place.guides / "c.md").unlink()
    whole = Place(place.folder / "whole")
    shutil.copytree(place.guides, whole.guides)
    module, name = where.rsplit(".", 1)
    with monkeypatch.context() as broken:
        owner, original = resolved(module, name)

        def breaks(*arguments, **named):
            if when == "after":
                original(*arguments, **named)
            raise KeyboardInterrupt

        broken.setattr(owner, name, breaks)
        with pytest.raises(KeyboardInterrupt):
            place.sync()
    report = place.sync()
    assert report.failed == []
    assert whole.sync().passages == report.passages
    assert place.texts() == whole.texts()
    index = place.open()
    versions = index.catalog.versions()
    held = {id for version in versions for id in index.catalog.members(version.name)}
    assert index.store.all_ids() == held
    assert place.sync().version == report.version


def resolved(module: str, name: str):
    """The module or class that a dotted path leads to, and what it has under a name."""
    import importlib

    try:
        owner = importlib.import_module(module)
    except ModuleNotFoundError:
        parent, kind = module.rsplit(".", 1)
        owner = getattr(importlib.import_module(parent), kind)
    return owner, getattr(owner, name)


class Library(RuleBasedStateMachine):
    """Any editing of files, with or without a sync in between that may break off."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.place = Place(Path(tempfile.mkdtemp(dir=self.folder)))
        self.place.guides.mkdir()
        self.synced = False

    @rule(
        name=st.sampled_from("abc"),
        words=st.lists(st.sampled_from("uvwxyz"), min_size=1, max_size=4, unique=True),
    )
    def write(self, name: str, words: list[str]) -> None:
        self.place.write(f"{name}.md", "\n\n".join(f"# {word}\n\nWords {word}." for word in words))
        self.synced = False

    @rule(name=st.sampled_from("abc"))
    def remove(self, name: str) -> None:
        (self.place.guides / f"{name}.md").unlink(missing_ok=True)
        self.synced = False

    @rule()
    def sync(self) -> None:
        self.place.sync()
        self.synced = True

    @rule(after=st.integers(0, 3))
    def break_off(self, after: int) -> None:
        left = [after]

        def breaks(texts: Sequence[str]) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt

        self.place.encoder.before = breaks
        try:
            self.place.sync()
            self.synced = True
        except KeyboardInterrupt:
            self.synced = False
        self.place.encoder.before = lambda texts: None

    @invariant()
    def the_index_holds_what_the_files_say(self) -> None:
        if not self.synced:
            return
        expected = [
            paragraph
            for path in sorted(self.place.guides.iterdir())
            for paragraph in dict.fromkeys(
                line for line in path.read_text().split("\n") if line.startswith("Words")
            )
        ]
        live = self.place.open().live()
        assert live is not None
        assert live.passages == len(expected)
        if expected:
            assert self.place.texts() == expected


def test_any_editing_ends_in_an_index_of_what_the_files_say(tmp_path: Path):
    machine = type("Machine", (Library,), {"folder": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            deadline=None,
            max_examples=6,
            stateful_step_count=10,
            suppress_health_check=list(HealthCheck),
        ),
    )


def decided(place: Place, decisions: dict[Path, Decision], *paths: Path) -> Report:
    """A sync with what was decided about guides."""
    known = {str(path): decision for path, decision in decisions.items()}
    return Sync(place.open(), decisions=known).run(paths or [place.guides])


def reviews(place: Place) -> dict[str, str]:
    snapshot = place.open().snapshot()
    passages = [snapshot.passage(row) for row in range(len(snapshot))]
    return {each.title: each.reviewed for each in passages}


def test_a_guide_that_is_left_out_leaves_and_comes_back(place: Place):
    place.sync()
    b = place.guides / "b.md"
    out = {b: Decision(left_out=True)}
    assert decided(place, out).removed == [str(b)]
    assert "Words of b." not in " ".join(place.texts())
    # Also where all is read anew, and where it was never indexed.
    assert Sync(place.open(), decisions={str(b): out[b]}).run([place.guides], rebuild=True).version
    assert "Words of b." not in " ".join(place.texts())
    back = decided(place, {b: Decision()})
    assert back.added == [str(b)]
    assert "Words of b." in " ".join(place.texts())


def test_a_guide_of_another_folder_is_left_out_too(place: Place, tmp_path: Path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "d.md").write_text("# Guide d\n\nWords of d.\n", "utf-8")
    place.sync(place.guides, other)
    report = decided(place, {other / "d.md": Decision(left_out=True)})
    assert report.removed == [str(other / "d.md")]
    assert len(report.unchanged) == 3


def test_a_review_counts_unless_the_guide_tells_of_a_later_one(place: Place):
    b = place.write("b.md", "---\nreviewed: 2026-03-01\n---\n# Guide b\n\nWords of b.\n")
    place.sync()
    later = decided(place, {b: Decision(reviewed="2026-11-21")})
    assert later.updated == [str(b)]
    assert len(later.unchanged) == 2
    assert reviews(place) == {"Guide a": "", "Guide b": "2026-11-21", "Guide c": ""}
    assert decided(place, {b: Decision(reviewed="2026-11-21")}).updated == []
    decided(
        place, {b: Decision(reviewed="2026-01-01"), place.guides / "a.md": Decision("2026-02-02")}
    )
    assert reviews(place) == {"Guide a": "2026-02-02", "Guide b": "2026-03-01", "Guide c": ""}
