"""How many passages a second are indexed, beside the textbook chain.

Run `python -m bench.indexing FOLDER [--most 200]` with a folder of guides. Both index the same
passages, in turns: Uptake in whole (files to a searchable version), and LangChain's Chroma store
with sentence-transformers as its documentation has it. With `--without-int8`, as on a processor
that has no VNNI. Both have all cores.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from sentence_transformers import SentenceTransformer

from bench.machine import described
from ingest.sync.sync import Sync
from knowledge.encoding import onnx_export, onnx_model
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index


def main() -> None:
    """Prints both paces, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-int8", action="store_true")
    arguments = parser.parse_args()
    if arguments.without_int8:
        setattr(onnx_model, "has_fast_int8", lambda: False)  # noqa: B010
    int8 = onnx_export.has_fast_int8() and not arguments.without_int8
    print(described(), "int8" if int8 else "float32", flush=True)
    with tempfile.TemporaryDirectory(prefix="uptake-bench-") as place:
        guides = _sample(arguments.folder, Path(place) / "guides", arguments.files)
        _compare(Path(place), guides, arguments.rounds)


def _compare(place: Path, guides: Path, rounds: int) -> None:
    encoder, chain = Encoder(), _chain_embeddings()
    encoder.encode(["Loaded. " * 40] * 16)
    ours, theirs = [], []
    for number in range(rounds):
        index = Index.open(place / f"ours-{number}", encoder)
        begin = time.perf_counter()
        count = Sync(index).run([guides]).passages
        ours.append(count / (time.perf_counter() - begin))
        texts = [index.snapshot().passage(row).text for row in range(count)]
        begin = time.perf_counter()
        Chroma.from_texts(texts, chain, persist_directory=str(place / f"chain-{number}"))
        theirs.append(count / (time.perf_counter() - begin))
        print(f"{count} passages: Uptake {ours[-1]:.1f} a second, chain {theirs[-1]:.1f}")
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    print(f"Uptake {median(ours):.1f}, chain {median(theirs):.1f}, ratio {median(ratios):.2f}")


def _sample(folder: Path, target: Path, files: int) -> Path:
    every = sorted(folder.rglob("*.md"))
    for path in every[:: max(1, len(every) // files)]:
        place = target / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return target


def _chain_embeddings() -> Embeddings:
    model = SentenceTransformer(str(onnx_export.model_folder()), device="cpu")

    class Textbook(Embeddings):
        """As langchain-huggingface has it."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            """The vectors of passages."""
            return model.encode(texts).tolist()  # type: ignore[no-any-return]

        def embed_query(self, text: str) -> list[float]:
            """The vector of a question."""
            return model.encode([text])[0].tolist()  # type: ignore[no-any-return]

    return Textbook()


if __name__ == "__main__":
    main()
