from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.encoding.encoder import Encoder
from knowledge.errors import IndexUnavailable
from knowledge.index import snapshot as snapshots
from knowledge.index.passages import EVERYONE, Passage, Scope
from knowledge.index.snapshot import Snapshot
from knowledge.index.tokens import RECORD
from tests.knowledge.passages import passage, written
from tests.support.examples import examples

AUDIENCES = ["everyone", "champions", "admins", "radiology"]
TOOLS = ["any", "copilot", "scanner"]
KINDS = ["guide", "faq", "playbook"]
RANDOM = np.random.default_rng(7)

words = st.text(min_size=1, max_size=40)
passages = st.builds(
    Passage,
    id=st.uuids().map(str),
    text=words,
    title=words,
    headings=st.lists(words, max_size=3).map(tuple),
    source=st.sampled_from(["a.md", "b.md"]),
    audience=st.sampled_from(AUDIENCES),
    tool=st.sampled_from(TOOLS),
    kind=st.sampled_from(KINDS),
    owner=words,
)
scopes = st.builds(
    Scope,
    audiences=st.frozensets(st.sampled_from([*AUDIENCES, "nobody"])),
    tool=st.none() | st.sampled_from([*TOOLS, "unknown"]),
    kinds=st.frozensets(st.sampled_from([*KINDS, "poem"])),
)


def unit_vectors(count: int) -> np.ndarray:
    vectors = RANDOM.normal(size=(count, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def made(folder: Path, kept: list[Passage]) -> tuple[Snapshot, dict[str, bytes]]:
    """A snapshot with vectors from a die, and the packed tokens of each passage."""
    packed = {each.id: RANDOM.bytes(RECORD.itemsize * (len(each.text) % 5)) for each in kept}
    rows = iter(list(zip(kept, unit_vectors(len(kept)), strict=True)))
    snapshots.write(folder, "v1", "model", rows, packed)
    return snapshots.read(folder, "v1"), packed


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    made(tmp_path / "snapshots", [passage(f"Sentence {n}. Another one.") for n in range(5)])
    return tmp_path / "snapshots"


@settings(deadline=None, max_examples=examples(25))
@given(st.lists(passages, max_size=6))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Passage]
):
    snapshot, packed = made(tmp_path_factory.mktemp("snapshots"), kept)
    assert len(snapshot) == len(kept)
    assert (snapshot.version, snapshot.encoder) == ("v1", "model")
    for row, expected in enumerate(kept):
        found = snapshot.passage(row)
        assert found == Passage(**(vars(expected) | {"position": found.position}))
        assert snapshot.tokens_of(row).tobytes() == packed[expected.id]


@settings(deadline=None, max_examples=examples(40))
@given(st.lists(passages, max_size=8), scopes)
def test_a_scope_lets_exactly_its_passages_in(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Passage], scope: Scope
):
    snapshot, _ = made(tmp_path_factory.mktemp("snapshots"), kept)
    expected = [
        (each.audience in scope.audiences or each.audience == EVERYONE)
        and (scope.tool is None or each.tool in (scope.tool, "any"))
        and (not scope.kinds or each.kind in scope.kinds)
        for each in kept
    ]
    assert snapshot.within(scope).tolist() == expected
    readable = {each.tool for each in kept if each.audience in scope.audiences}
    assert set(snapshot.values("tool", scope.audiences)) == readable
    assert set(snapshot.values("tool")) == {each.tool for each in kept}


def test_positions_count_from_nought_in_each_source(tmp_path: Path):
    sources = ["a.md", "a.md", "a.md", "b.md", "b.md"]
    kept = [passage(f"Text {n}.", source=source) for n, source in enumerate(sources)]
    snapshot, _ = made(tmp_path, kept)
    assert [snapshot.passage(row).position for row in range(5)] == [0, 1, 2, 0, 1]


def test_a_passage_without_token_vectors_has_none(tmp_path: Path):
    kept = [passage("One. Two."), passage("Three. Four.")]
    rows = iter(list(zip(kept, unit_vectors(2), strict=True)))
    snapshots.write(tmp_path, "v1", "model", rows, {kept[1].id: bytes(2 * RECORD.itemsize)})
    snapshot = snapshots.read(tmp_path, "v1")
    assert [len(snapshot.tokens_of(row)) for row in range(2)] == [0, 2]


def test_the_vocabulary_holds_no_word_that_only_some_may_read(tmp_path: Path):
    kept = [passage("Open words."), passage("Secret words.", audience="admins")]
    snapshot, _ = made(tmp_path, kept)
    assert snapshot.vocabulary == ("guide", "open", "words")


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    ],
    ids=["gone", "emptied", "cut in half"],
)
def test_a_snapshot_with_any_file_damaged_is_said_with_what_to_do(
    whole: Path, tmp_path: Path, damage: Callable[[Path], object]
):
    names = [path.relative_to(whole) for path in sorted(whole.rglob("*")) if path.is_file()]
    assert len(names) > 8
    for number, name in enumerate(names):
        copy = tmp_path / str(number)
        shutil.copytree(whole, copy)
        damage(copy / name)
        with pytest.raises(IndexUnavailable, match="uptake ingest"):
            snapshots.read(copy, "v1")


def test_a_snapshot_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(IndexUnavailable, match="damaged or incomplete"):
        snapshots.read(tmp_path, "v1")


def test_a_snapshot_of_another_format_is_said(whole: Path):
    path = whole / "v1" / "about.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 999}))
    with pytest.raises(IndexUnavailable, match="another version of Uptake"):
        snapshots.read(whole, "v1")


def test_a_snapshot_that_breaks_off_leaves_nothing_behind(tmp_path: Path):
    def rows():
        yield passage("One."), unit_vectors(1)[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        snapshots.write(tmp_path, "v1", "model", rows(), {})
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_nothing_is_said(tmp_path: Path):
    (tmp_path / "snapshots").write_text("a file where a folder should be")
    with pytest.raises(IndexUnavailable, match="could not be written"):
        snapshots.write(tmp_path / "snapshots", "v1", "model", iter(()), {})


def test_who_comes_second_leaves_the_first_ones_snapshot(whole: Path):
    snapshots.write(whole, "v1", "other model", iter(()), {})
    assert snapshots.read(whole, "v1").encoder == "model"
    assert [path.name for path in whole.iterdir()] == ["v1"]


def test_a_reader_goes_on_when_its_snapshot_is_removed(tmp_path: Path, encoder: Encoder):
    kept = [passage("The sponsor asks."), passage("A pilot lasts six weeks.")]
    snapshot = written(tmp_path, encoder, kept)
    shutil.rmtree(tmp_path / "v1")
    assert [snapshot.passage(row).text for row in range(2)] == [each.text for each in kept]
    assert (snapshot.vectors @ snapshot.vectors[0]).argmax() == 0
    assert snapshot.lexical.words(["pilot"]).best(1).tolist() == [1]
    assert len(snapshot.tokens_of(1)) > 3
