"""How fast a question is answered from many passages, and what that takes.

Run `python -m bench.scale [--passages 100000] [--sentences 6] CORPUS.jsonl QUESTIONS.jsonl`. The
passages are runs of sentences of the corpus, drawn with a seed; their vectors are those of real
passages, moved a little, since encoding so many says nothing about searching. A token's vector
takes 132 bytes on the disk, so a million passages of six sentences take 25 GB. With `--index
FOLDER` the index is kept there, and used again by the next run.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from bench.machine import described, held_memory, peak_memory
from knowledge.answers.answer import Answer
from knowledge.answers.answerer import Answerer
from knowledge.encoding.encoded import Vectors
from knowledge.encoding.encoder import Encoder
from knowledge.index import snapshot as snapshots
from knowledge.index.index import Index
from knowledge.index.passages import Passage
from knowledge.index.sentences import sentences_of
from knowledge.index.tokens import pack


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--sentences", type=int, default=6, help="in each passage")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--index", type=Path, help="folder that keeps the index")
    parser.add_argument("--write-only", action="store_true", help="ask nothing")
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    questions = [
        json.loads(line)["question"] for line in arguments.questions.read_text().splitlines()
    ]
    if arguments.ask is not None:
        _ask(arguments.ask, questions[:200])
        return
    print(described(), flush=True)
    with tempfile.TemporaryDirectory(prefix="uptake-bench-") as passing:
        folder = arguments.index or Path(passing)
        if not (folder / "snapshots").exists():
            _write(folder, arguments)
        if not arguments.write_only:
            # In a process of its own, whose memory is that of answering alone.
            again = [sys.executable, "-m", "bench.scale", "--ask", folder]
            subprocess.run([*again, arguments.corpus, arguments.questions], check=True)


def _write(folder: Path, arguments: argparse.Namespace) -> None:
    index = Index.open(folder, Encoder())
    begin = time.perf_counter()
    dice = random.Random(arguments.seed)
    _fill(index, arguments.corpus, arguments.passages, arguments.sentences, dice)
    index.snapshot()
    seconds = time.perf_counter() - begin
    print(
        f"{arguments.passages} passages made and written in {seconds:.0f} s, "
        f"{peak_memory():.0f} MiB at most",
        flush=True,
    )


def _ask(folder: Path, questions: Sequence[str]) -> None:
    encoder = Encoder()
    encoder.encode(["Loaded."])
    index = Index.open(folder, encoder)
    before = held_memory()
    begin = time.perf_counter()
    index.snapshot()
    print(f"opened in {(time.perf_counter() - begin) * 1000:.0f} ms")
    _one_after_the_other(index, encoder, questions)
    _at_once(index, questions, people=50)
    print(
        f"memory: {held_memory():.0f} MiB of its own, {before:.0f} of them before the index was "
        f"opened; {peak_memory():.0f} MiB at most, with what is mapped from its files"
    )


def _one_after_the_other(index: Index, encoder: Encoder, questions: Sequence[str]) -> None:
    answerer = Answerer(index)
    for question in questions[:20]:
        answerer.answer(answerer.find(question))
    encoding, whole = [], []
    # Another question's encoding: the encoder remembers the last ones.
    others = [*questions[len(questions) // 2 :], *questions]
    for question, other in zip(questions, others, strict=False):
        encoding.append(_seconds(partial(encoder.encode_question, other)))
        whole.append(_seconds(partial(_answer, answerer, question)))
    print(
        f"one encoding p50 {median(encoding) * 1000:.1f} ms, question to answer p50 "
        f"{median(whole) * 1000:.1f} ms, ratio {median(whole) / median(encoding):.2f}"
    )


def _answer(answerer: Answerer, question: str) -> Answer:
    return answerer.answer(answerer.find(question))


def _at_once(index: Index, questions: Sequence[str], people: int) -> None:
    answerer = Answerer(index)

    def ask(share: Sequence[str]) -> None:
        for question in share:
            _answer(answerer, question)

    alone = _seconds(lambda: ask(questions))
    shares = [questions[n::people] for n in range(people)]
    threads = [threading.Thread(target=ask, args=(share,)) for share in shares]

    def together() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    at_once = _seconds(together)
    print(
        f"{len(questions) / alone:.0f} answers a second one after the other, "
        f"{len(questions) / at_once:.0f} with {people} at once, ratio {alone / at_once:.2f}"
    )


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


class _DrawnTokens(Mapping[str, bytes]):
    """For each of `count` passages, the packed tokens of some sentences, drawn when asked for."""

    def __init__(self, sentences: Sequence[bytes], count: int, each: int):
        self._sentences, self._count, self._each = sentences, count, each

    def __getitem__(self, id: str) -> bytes:
        return b"".join(random.Random(id).sample(self._sentences, self._each))

    def __iter__(self) -> Iterator[str]:
        return map(_id, range(self._count))

    def __len__(self) -> int:
        return self._count


def _id(number: int) -> str:
    return f"{number:032x}"


def _fill(index: Index, corpus: Path, count: int, each: int, dice: random.Random) -> None:
    documents = [json.loads(line)["text"] for line in corpus.read_text().splitlines()]
    sentences = [
        sentence.text
        for text in documents
        for sentence in sentences_of(text)
        if 40 < len(sentence.text) < 400
    ]
    known = index.encoder.encode(dice.sample(sentences, 2000))
    noise = np.random.default_rng(dice.randrange(2**32))

    def near(rows: int) -> Vectors:
        moved = known[noise.integers(len(known), size=rows)]
        moved = moved + noise.normal(0, 0.02, moved.shape).astype(np.float32)
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)

    drawn = index.encoder.encode_with_tokens(dice.sample(sentences, 500))
    packed = _DrawnTokens([pack(sentence, 0) for sentence in drawn], count, each)

    def rows() -> Iterator[tuple[Passage, Vectors]]:
        for number in range(count):
            text = " ".join(dice.sample(sentences, each))[:1000]
            title, source = f"Guide {number // 20}", f"guide-{number // 20}.txt"
            yield Passage(id=_id(number), text=text, title=title, source=source), near(1)[0]

    snapshots.write(index.folder / "snapshots", "bench", index.encoder.name, rows(), packed)
    index.catalog.publish("bench", list(packed))


if __name__ == "__main__":
    main()
