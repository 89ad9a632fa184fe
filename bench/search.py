"""How fast, how well and with what memory the nearest passages are found among many.

Run `python -m bench.search [--passages 100000] [--with exact,chroma,usearch,faiss]`. The vectors
are drawn with a seed: each lies between two vectors of sentences of this project's documents. A
tenth of them is for another audience than the one that asks. Each contestant is built in one
process and asked in another, whose memory is that of asking alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.machine import described, held_memory, peak_memory
from knowledge.encoding.encoded import Vectors
from knowledge.encoding.encoder import Encoder
from knowledge.index.sentences import sentences_of

QUESTIONS, WANTED, AT_ONCE = 200, 200, 5000
AUDIENCES = ("everyone", "champions", "admins")
SHARES = (0.85, 0.05, 0.10)
ASKING = (0, 1)
Rows = NDArray[np.int64]


class Contestant(ABC):
    """A way to find the nearest passages of some audiences."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def build(self, vectors: Vectors, audiences: Rows) -> None:
        """Writes what is asked later."""

    @abstractmethod
    def open(self) -> None:
        """Makes ready to be asked."""

    @abstractmethod
    def nearest(self, question: Vectors) -> Rows:
        """The rows of the passages that are nearest, for those who ask."""


class Exact(Contestant):
    """Every vector is compared."""

    def build(self, vectors: Vectors, audiences: Rows) -> None:
        """Nothing is derived."""

    def open(self) -> None:
        """Maps the vectors."""
        self.vectors = np.asarray(np.load(self.folder / "vectors.npy", mmap_mode="r"))
        self.rows = np.flatnonzero(np.isin(np.load(self.folder / "audiences.npy"), ASKING))

    def nearest(self, question: Vectors) -> Rows:
        """The exact ones."""
        near = (self.vectors @ question)[self.rows]
        return self.rows[np.argpartition(-near, WANTED)[:WANTED]]


class Chroma(Contestant):
    """Chroma in this process, a collection for each audience."""

    def _client(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        return chromadb.PersistentClient(str(self.folder / "chroma"), settings)

    def build(self, vectors: Vectors, audiences: Rows) -> None:
        """Adds all vectors."""
        client = self._client()
        for number, name in enumerate(AUDIENCES):
            made = client.create_collection(
                name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
            )
            rows = np.flatnonzero(audiences == number)
            for begin in range(0, len(rows), AT_ONCE):
                part = rows[begin : begin + AT_ONCE]
                made.add(ids=[str(row) for row in part], embeddings=vectors[part])

    def open(self) -> None:
        """Opens the collections of those who ask."""
        client = self._client()
        self.collections = [
            client.get_collection(AUDIENCES[n], embedding_function=None) for n in ASKING
        ]

    def nearest(self, question: Vectors) -> Rows:
        """Those that Chroma finds in each collection."""
        found = [
            each.query(query_embeddings=[question], n_results=WANTED, include=["distances"])
            for each in self.collections
        ]
        near = sorted(
            (distance, int(id))
            for each in found
            for id, distance in zip(each["ids"][0], each["distances"][0], strict=True)
        )
        return np.array([row for _, row in near[:WANTED]])


class Usearch(Contestant):
    """usearch's graph over half-precision vectors, mapped from a file for each audience."""

    def build(self, vectors: Vectors, audiences: Rows) -> None:
        """Builds a graph for each audience."""
        from usearch.index import Index

        for number, name in enumerate(AUDIENCES):
            index = Index(ndim=vectors.shape[1], metric="cos", dtype="f16")
            rows = np.flatnonzero(audiences == number)
            index.add(rows, vectors[rows])
            index.save(str(self.folder / name))

    def open(self) -> None:
        """Maps the files."""
        from usearch.index import Index

        self.indexes = [Index.restore(str(self.folder / AUDIENCES[n]), view=True) for n in ASKING]

    def nearest(self, question: Vectors) -> Rows:
        """Those that the graphs lead to."""
        found = [each.search(question, WANTED) for each in self.indexes]
        keys = np.concatenate([each.keys for each in found])
        near = np.concatenate([each.distances for each in found])
        return keys[np.argsort(near)[:WANTED]].astype(np.int64)


class Faiss(Contestant):
    """faiss's inverted lists over 8-bit vectors, mapped from a file for each audience."""

    def build(self, vectors: Vectors, audiences: Rows) -> None:
        """Trains and fills the lists of each audience."""
        import faiss

        for number, name in enumerate(AUDIENCES):
            rows = np.flatnonzero(audiences == number)
            lists = max(1, int(2 * np.sqrt(len(rows))))
            index = faiss.index_factory(
                vectors.shape[1], f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT
            )
            dice = np.random.default_rng(1)
            sample = dice.choice(rows, min(len(rows), lists * 64), replace=False)
            index.train(vectors[sample])
            index.add_with_ids(vectors[rows], rows)
            faiss.write_index(index, str(self.folder / name))

    def open(self) -> None:
        """Maps the files."""
        import faiss

        faiss.omp_set_num_threads(1)
        flags = faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY
        self.indexes: list[Any] = [
            faiss.read_index(str(self.folder / AUDIENCES[n]), flags) for n in ASKING
        ]
        for each in self.indexes:
            each.nprobe = 24

    def nearest(self, question: Vectors) -> Rows:
        """Those in the lists that are nearest."""
        found = [each.search(question[None], WANTED) for each in self.indexes]
        near = np.concatenate([distances[0] for distances, _ in found])
        keys = np.concatenate([rows[0] for _, rows in found])
        return keys[np.argsort(-near)[:WANTED]]


CONTESTANTS: dict[str, type[Contestant]] = {
    "exact": Exact,
    "chroma": Chroma,
    "usearch": Usearch,
    "faiss": Faiss,
}


def main() -> None:
    """Prints a line for each contestant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--with", dest="names", default="exact,chroma")
    parser.add_argument("--step", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        name, folder = arguments.step
        build_or_ask(name, Path(folder))
        return
    print(described(), flush=True)
    with tempfile.TemporaryDirectory(prefix="uptake-search-") as folder:
        draw(Path(folder), arguments.passages)
        for name in arguments.names.split(","):
            for step in (f"build:{name}", f"ask:{name}"):
                command = [sys.executable, "-m", "bench.search", "--step", step, folder]
                subprocess.run(command, check=True)


def draw(folder: Path, count: int) -> None:
    """Writes vectors, audiences and questions."""
    texts = [path.read_text("utf-8") for path in sorted(Path("docs").glob("*.md"))]
    texts += [path.read_text("utf-8") for path in sorted(Path("knowledge/starter").rglob("*.md"))]
    known = Encoder().encode([each.text for text in texts for each in sentences_of(text)])
    dice = np.random.default_rng(7)

    def between(rows: int) -> Vectors:
        one, other = (known[dice.integers(len(known), size=rows)] for _ in range(2))
        share = dice.uniform(0, 0.5, (rows, 1)).astype(np.float32)
        mixed: Vectors = one * (1 - share) + other * share
        mixed += np.asarray(dice.normal(0, 0.01, mixed.shape), dtype=np.float32)
        return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)

    vectors = np.lib.format.open_memmap(
        folder / "vectors.npy", "w+", np.float32, (count, known.shape[1])
    )
    for begin in range(0, count, 100_000):
        vectors[begin : begin + 100_000] = between(min(100_000, count - begin))
    np.save(folder / "questions.npy", between(QUESTIONS))
    np.save(folder / "audiences.npy", dice.choice(len(AUDIENCES), size=count, p=SHARES))


def build_or_ask(step: str, folder: Path) -> None:
    """One step of one contestant, in this process."""
    verb, name = step.split(":")
    contestant = CONTESTANTS[name](folder)
    if verb == "build":
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        built = _seconds(lambda: contestant.build(vectors, np.load(folder / "audiences.npy")))
        (folder / f"{name}.json").write_text(json.dumps(built))
        return
    questions = np.load(folder / "questions.npy")
    before = held_memory()
    contestant.open()
    for question in questions[:20]:
        contestant.nearest(question)
    found: list[Rows] = []
    seconds = []
    for question in questions:
        begin = time.perf_counter()
        found.append(contestant.nearest(question))
        seconds.append(time.perf_counter() - begin)
    p50, p95 = (quantiles(seconds, n=20)[place] * 1000 for place in (9, 18))
    exact = Exact(folder)
    held = held_memory() - before
    exact.open()
    print(
        f"{len(exact.vectors)} passages, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, "
        f"recall@10 {_recall(exact, questions, found):.3f}, "
        f"made in {json.loads((folder / f'{name}.json').read_text()):.0f} s, "
        f"memory {held:.0f} MiB of its own, {peak_memory():.0f} MiB with what is mapped",
        flush=True,
    )


def _recall(exact: Exact, questions: Vectors, found: list[Rows]) -> float:
    shares = []
    for question, rows in zip(questions, found, strict=True):
        best = exact.nearest(question)
        best = best[np.argsort(-(exact.vectors[best] @ question))[:10]]
        shares.append(len(np.intersect1d(best, rows)) / 10)
    return float(np.mean(shares))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
