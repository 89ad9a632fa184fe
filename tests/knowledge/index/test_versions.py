from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from knowledge.answers.answerer import Answerer
from knowledge.encoding.encoder import Encoder
from knowledge.errors import IndexEmpty, IndexUnavailable
from knowledge.index import snapshot as snapshots
from knowledge.index.index import KEPT_VERSIONS, Index, version_name
from knowledge.index.passages import Passage
from knowledge.index.store import contextual
from tests.knowledge.passages import Hashed, kept, passage, published

FIRST = [
    passage("The sponsor asks every month.", headings=("Sponsor",)),
    passage("A pilot lasts six weeks.", headings=("Pilot",)),
]
SECOND = [*FIRST, passage("Champions meet on Fridays.", headings=("Champions",))]


@pytest.fixture
def encoder() -> Encoder:
    """Vectors without meaning are enough to be kept."""
    return Hashed()


def texts(index: Index) -> list[str]:
    snapshot = index.snapshot()
    return [snapshot.passage(row).text for row in range(len(snapshot))]


def folders(index: Index) -> set[str]:
    return {place.name for place in (index.folder / "snapshots").iterdir()}


def test_before_anything_is_indexed_it_says_so(tmp_path: Path, encoder: Encoder):
    index = Index.open(tmp_path, encoder)
    assert index.live() is None
    with pytest.raises(IndexEmpty, match="uptake ingest"):
        index.snapshot()


def test_a_version_without_passages_is_an_empty_index(tmp_path: Path, encoder: Encoder):
    index = published(tmp_path, encoder, FIRST)
    index.publish([])
    with pytest.raises(IndexEmpty):
        index.snapshot()


def test_what_is_published_can_be_read_in_its_order(tmp_path: Path, encoder: Encoder):
    index = Index.open(tmp_path, encoder)
    ids = kept(index, SECOND)
    index.publish(ids[::-1])
    assert texts(index) == [each.text for each in SECOND[::-1]]


def test_the_same_passages_are_the_same_version(tmp_path: Path, encoder: Encoder):
    index = Index.open(tmp_path, encoder)
    ids = kept(index, FIRST)
    first = index.publish(ids)
    assert index.publish(ids) == first
    assert [version.number for version in index.catalog.versions()] == [1]


def test_a_version_is_named_by_its_passages_their_order_and_the_recipe():
    names = {
        version_name("1 model", ["a", "b"]),
        version_name("1 model", ["b", "a"]),
        version_name("1 model", ["ab"]),
        version_name("2 model", ["a", "b"]),
        version_name("1 model", []),
    }
    assert len(names) == 5


def test_a_version_that_comes_back_is_live_again(tmp_path: Path, encoder: Encoder):
    index = Index.open(tmp_path, encoder)
    ids = kept(index, SECOND)
    first = index.publish(ids[:2])
    index.publish(ids)
    again = index.publish(ids[:2])
    assert (again.name, again.number) == (first.name, 3)
    assert texts(index) == [each.text for each in FIRST]
    assert [version.live for version in index.catalog.versions()] == [True, False]


@pytest.mark.parametrize(
    "where", ["knowledge.index.snapshot._write", "knowledge.index.catalog.Catalog.publish"]
)
def test_a_version_goes_live_whole_or_not_at_all(
    where: str, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
):
    index = published(tmp_path, encoder, FIRST)
    before = index.live()
    ids = kept(index, SECOND)

    def breaks(*arguments: object):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(where, breaks)
        with pytest.raises((IndexUnavailable, OSError)):
            index.publish(ids)
    for reader in (index, Index.open(tmp_path, encoder)):
        assert reader.live() == before
        assert texts(reader) == [each.text for each in FIRST]
    index.publish(ids)
    assert texts(index) == [each.text for each in SECOND]


def test_another_process_sees_the_new_version_at_its_next_question(
    tmp_path: Path, encoder: Encoder
):
    writer = published(tmp_path, encoder, FIRST)
    reader = Index.open(tmp_path, encoder)
    assert texts(reader) == [each.text for each in FIRST]
    writer.publish(kept(writer, SECOND))
    assert texts(reader) == [each.text for each in SECOND]


def test_who_reads_an_old_version_reads_on_while_new_ones_are_published(
    tmp_path: Path, encoder: Encoder
):
    index = published(tmp_path, encoder, FIRST)
    old = Index.open(tmp_path, encoder).snapshot()
    made = [passage(f"New sentence number {n}.") for n in range(KEPT_VERSIONS + 1)]
    for each in made:
        index.publish(kept(index, [each]))
    assert old.version not in folders(index)
    assert [old.passage(row).text for row in range(2)] == [each.text for each in FIRST]
    assert (old.vectors @ encoder.encode([contextual(FIRST[1])])[0]).argmax() == 1
    assert len(old.tokens_of(0)) > 3


def test_questions_asked_while_versions_change_are_answered_from_one_version_each(
    tmp_path: Path, encoder: Encoder
):
    index = Index.open(tmp_path, encoder)
    ids = kept(index, SECOND)
    index.publish(ids)
    reader = Answerer(Index.open(tmp_path, encoder))
    done, seen, wrong = threading.Event(), set(), []

    def ask() -> None:
        try:
            while not done.is_set():
                found = reader.find("When do champions meet?")
                seen.add((found.version, len(found.hits)))
        except Exception as error:
            wrong.append(error)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    versions = [index.publish(ids[: 2 + n % 2]) for n in range(6)]
    done.set()
    for thread in asking:
        thread.join(30)
    assert wrong == []
    assert seen <= {(version.name, version.passages) for version in versions}


def test_only_the_newest_versions_are_kept_and_what_only_old_ones_held_leaves(
    tmp_path: Path, encoder: Encoder
):
    index = Index.open(tmp_path, encoder)
    shared = kept(index, FIRST[:1])
    alone = [kept(index, [passage(f"Sentence {n}.")]) for n in range(KEPT_VERSIONS + 2)]
    versions = [index.publish(shared + ids) for ids in alone]
    names = [version.name for version in versions]
    assert [version.name for version in index.catalog.versions()] == names[
        : -KEPT_VERSIONS - 1 : -1
    ]
    assert folders(index) == set(names[-KEPT_VERSIONS:])
    expected = {id for ids in (shared, *alone[-KEPT_VERSIONS:]) for id in ids}
    assert index.store.all_ids() == expected
    everything = [*shared, *(id for ids in alone for id in ids)]
    assert set(index.catalog.token_vectors(everything)) == expected


def test_a_snapshot_that_was_deleted_is_made_again(tmp_path: Path, encoder: Encoder):
    index = published(tmp_path, encoder, SECOND)
    shutil.rmtree(tmp_path / "snapshots")
    reader = Index.open(tmp_path, encoder)
    assert texts(reader) == [each.text for each in SECOND]
    assert len(reader.snapshot().tokens_of(0)) > 3
    assert folders(index) == {reader.snapshot().version}


def test_a_damaged_snapshot_is_said_and_rewritten_when_asked(tmp_path: Path, encoder: Encoder):
    index = published(tmp_path, encoder, FIRST)
    version = index.live()
    assert version is not None
    (tmp_path / "snapshots" / version.name / "vectors.npy").write_bytes(b"noise")
    reader = Index.open(tmp_path, encoder)
    with pytest.raises(IndexUnavailable, match="uptake ingest --rebuild"):
        reader.snapshot()
    assert index.publish(index.catalog.members(version.name), rewrite=True) == version
    assert texts(reader) == [each.text for each in FIRST]


def test_an_index_of_another_embedding_model_is_not_searched(tmp_path: Path, encoder: Encoder):
    published(tmp_path, encoder, FIRST)
    other = Encoder("another-model")
    with pytest.raises(IndexUnavailable, match="UPTAKE_EMBEDDING_MODEL") as caught:
        Index.open(tmp_path, other).snapshot()
    assert encoder.name in str(caught.value)
    assert "another-model" in str(caught.value)


def test_a_recipe_is_noted_and_another_one_is_told(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
):
    index = Index.open(tmp_path, encoder)
    assert not index.outdated()
    index.adopt_recipe()
    assert not index.outdated()
    assert Index.open(tmp_path, Encoder("another-model")).outdated()
    monkeypatch.setattr(snapshots, "FORMAT", snapshots.FORMAT + 1)
    assert index.outdated()


def test_an_index_emptied_for_another_recipe_still_answers(tmp_path: Path, encoder: Encoder):
    index = published(tmp_path, encoder, FIRST)
    index.start_anew()
    assert index.store.all_ids() == set()
    assert texts(Index.open(tmp_path, encoder)) == [each.text for each in FIRST]
    index.publish(kept(index, SECOND))
    assert texts(Index.open(tmp_path, encoder)) == [each.text for each in SECOND]


@pytest.mark.parametrize("content", [b"this is no database", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_book_is_said(tmp_path: Path, encoder: Encoder, content: bytes):
    (tmp_path / "catalog.sqlite").write_bytes(content)
    with pytest.raises(IndexUnavailable, match="uptake ingest"):
        Index.open(tmp_path, encoder).live()


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path, encoder: Encoder):
    (tmp_path / "index").write_text("not a folder")
    with pytest.raises(IndexUnavailable, match="cannot be opened"):
        Index.open(tmp_path / "index", encoder)


def test_a_damaged_vector_store_is_said(tmp_path: Path, encoder: Encoder):
    index = published(tmp_path / "index", encoder, FIRST)
    copy = tmp_path / "copy"
    shutil.copytree(index.folder, copy)
    (copy / "chroma" / "chroma.sqlite3").write_bytes(b"noise" * 2000)
    reader = Index.open(copy, encoder)
    # What is asked needs the snapshot alone.
    assert texts(reader) == [each.text for each in FIRST]
    with pytest.raises(IndexUnavailable, match="cannot be opened"):
        _ = reader.store


def test_a_vector_server_that_does_not_answer_is_said(tmp_path: Path, encoder: Encoder):
    index = Index.open(tmp_path, encoder, chroma_url="http://127.0.0.1:9")
    with pytest.raises(IndexUnavailable, match=r"server at http://127\.0\.0\.1:9 does not answer"):
        _ = index.store


def test_the_store_gives_passages_in_the_order_asked_and_leaves_unknown_ones_out(
    tmp_path: Path, encoder: Encoder
):
    index = Index.open(tmp_path, encoder)
    made = [passage(f"Sentence {n}.", headings=("Ä", str(n))) for n in range(4)]
    ids = kept(index, made)
    found = [each for each, _ in index.store.fetch([ids[2], "unknown", ids[0], ids[3]])]
    assert found == [made[2], made[0], made[3]]
    index.discard([ids[2], "unknown"])
    assert index.store.all_ids() == {ids[0], ids[1], ids[3]}
    assert set(index.catalog.token_vectors(ids)) == {ids[0], ids[1], ids[3]}


def test_a_passage_is_written_apart_and_put_together_again():
    whole = Passage("i", "t", "T", ("A", "›", '"'), "s", "l", "faq", "x", "y", "o", "2026-11-02", 7)
    assert Passage.of("i", "t", whole.as_metadata()) == whole
    assert all(isinstance(value, str | int) for value in whole.as_metadata().values())
    assert Passage.of("i", "t", {"title": "T", "unknown": 1}) == Passage("i", "t", "T")
    assert (whole.heading, whole.context) == ('A › › › "', 'T › A › › › "')
