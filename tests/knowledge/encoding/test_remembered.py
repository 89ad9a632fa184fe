from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoding import encoder as encoders
from knowledge.encoding.encoded import Vectors
from knowledge.encoding.encoder import Encoder
from knowledge.encoding.remembered import remembered

TEXTS = ("Who pays?", "Who is my champion?")


class Counting:
    """Encodes, and counts how often."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        vectors = np.array([[len(text), 1.0, self.calls] for text in texts], dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_what_one_process_encoded_the_next_one_reads(tmp_path: Path):
    encode = Counting()
    first = remembered("a", TEXTS, encode, tmp_path / "cache")
    again = remembered("a", TEXTS, encode, tmp_path / "cache")
    np.testing.assert_array_equal(first, again)
    assert encode.calls == 1
    remembered("b", TEXTS, encode, tmp_path / "cache")
    remembered("a", TEXTS[::-1], encode, tmp_path / "cache")
    assert encode.calls == 3


@pytest.mark.parametrize("damage", ["cut short", "empty", "of other texts", "of zeros"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: str):
    encode = Counting()
    remembered("a", TEXTS, encode, tmp_path)
    (file,) = tmp_path.glob("examples-*.npy")
    if damage == "cut short":
        file.write_bytes(file.read_bytes()[:-5])
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        np.save(file, np.zeros((2 if damage == "of zeros" else 1, 3), dtype=np.float32))
    vectors = remembered("a", TEXTS, encode, tmp_path)
    assert encode.calls == 2
    np.testing.assert_array_equal(np.load(file), vectors)


def test_where_nothing_can_be_written_it_encodes(tmp_path: Path):
    (tmp_path / "cache").write_text("a file, and no folder")
    encode = Counting()
    for _ in range(2):
        assert remembered("a", TEXTS, encode, tmp_path / "cache").shape == (2, 3)
    assert encode.calls == 2


def test_several_threads_encode_fixed_texts_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(encoders, "cache_folder", lambda: tmp_path)
    made, encode = Encoder(), Counting()
    monkeypatch.setattr(made, "encode", encode)
    texts = tuple(f"Question {n}?" for n in range(40))
    threads = [threading.Thread(target=made.encode_once, args=(texts,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert encode.calls == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_question_is_encoded_once_for_all_parts_of_its_answer(monkeypatch: pytest.MonkeyPatch):
    made, seen = Encoder(), []
    model = made._loaded()

    def encode_questions(texts: Sequence[str]):
        seen.extend(texts)
        return type(model).encode_questions(model, texts)

    monkeypatch.setattr(model, "encode_questions", encode_questions)
    first = made.encode_question("Who pays for the licences?")
    np.testing.assert_array_equal(first, made.encode_question("Who pays for the licences?"))
    assert seen == ["Who pays for the licences?"]
