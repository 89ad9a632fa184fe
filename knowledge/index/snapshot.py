"""A snapshot: one version of the index as read-only files, mapped into memory for searching.

Chroma stores the passages and their vectors; a snapshot is derived from it and holds nothing else.
A new version goes live between two questions, and other processes may write to Chroma meanwhile.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from knowledge.encoding.encoded import Vectors
from knowledge.errors import IndexUnavailable
from knowledge.index import nearest
from knowledge.index.languages import language_of
from knowledge.index.lexical import ENGLISH, Lexical, words_of
from knowledge.index.nearest import Nearest
from knowledge.index.passages import EVERYONE, Passage, Scope
from knowledge.index.tokens import RECORD, Packed

Made = TypeVar("Made")
# Grows when the files of a snapshot, how they are computed, or what is encoded of a passage change.
FORMAT = 7
# Scopes whose passages are remembered: a byte a passage each.
_SCOPES = 16


@dataclass(frozen=True)
class Snapshot:
    """One version of the index, ready to be searched.

    Attributes:
        version: its name.
        encoder: the embedding model of its vectors.
        vectors: one a passage, shape (passages, dimensions), of length one.
        tokens: the packed token vectors of all passages, one after the other.
        starts: where each passage's tokens begin in `tokens`; one more than passages.
        nearest: finds the passages nearest to a question.
        lexical: BM25 over the same passages in the same order.
        vocabulary: the words of the passages that everyone may read, in lower case.
        title_words: those in their guides' titles.
    """

    version: str
    encoder: str
    vectors: Vectors
    tokens: Packed
    starts: NDArray[np.int64]
    nearest: Nearest
    lexical: Lexical
    vocabulary: tuple[str, ...]
    title_words: frozenset[str]
    _columns: Mapping[str, tuple[list[str], NDArray[np.int32]]]
    _texts: mmap.mmap | bytes
    _offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def passage(self, row: int) -> Passage:
        """The passage of a row, 0 up to the number of passages."""
        line = self._texts[int(self._offsets[row]) : int(self._offsets[row + 1])]
        fields: dict[str, Any] = json.loads(line)
        return Passage.of(fields.pop("id"), fields.pop("text"), fields)

    def spans(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Where each row's passage begins and ends in `tokens`, shape (rows, 2)."""
        return np.stack([self.starts[rows], self.starts[rows + 1]], axis=1)

    def tokens_of(self, row: int) -> Packed:
        """The packed token vectors of a row's passage; none if they are not known."""
        return self.tokens[self.starts[row] : self.starts[row + 1]]

    def within(self, scope: Scope) -> NDArray[np.bool_]:
        """Which passages a question may be answered from, one truth value a row; read-only."""
        return _once(self._scopes, scope, self._allowed)

    @cached_property
    def _scopes(self) -> dict[Scope, NDArray[np.bool_]]:
        return {}

    def _allowed(self, scope: Scope) -> NDArray[np.bool_]:
        allowed = self._among("audience", scope.audiences | {EVERYONE})
        if scope.tool is not None:
            allowed &= self._among("tool", {scope.tool, "any"})
        if scope.tools:
            allowed &= self._among("tool", scope.tools | {"any"})
        if scope.kinds:
            allowed &= self._among("kind", scope.kinds)
        allowed.flags.writeable = False
        return allowed

    def language(self, row: int) -> str:
        """The ISO 639-1 code of the language of a row's passage."""
        names, codes = self._columns["language"]
        return names[int(codes[row])]

    def languages(self, scope: Scope) -> list[str]:
        """The languages of the passages that a question may be answered from."""
        return _once(self._languages, scope, self._languages_within)

    @cached_property
    def _languages(self) -> dict[Scope, list[str]]:
        return {}

    def _languages_within(self, scope: Scope) -> list[str]:
        names, codes = self._columns["language"]
        if len(names) <= 1:
            return list(names)
        counts = np.bincount(codes[self.within(scope)], minlength=len(names))
        return [name for name, count in zip(names, counts, strict=True) if count]

    def whole_scope(self) -> Scope:
        """The scope that no passage is outside of."""
        return Scope(audiences=frozenset(self._columns["audience"][0]))

    def values(self, column: str, audiences: frozenset[str] | None = None) -> list[str]:
        """What stands in a column (audience, tool, kind, …), each once.

        Args:
            audiences: only of passages for these; of all without it.
        """
        names, codes = self._columns[column]
        if audiences is None:
            return list(names)
        return [names[code] for code in np.unique(codes[self._among("audience", audiences)])]

    def _among(self, column: str, values: frozenset[str] | set[str]) -> NDArray[np.bool_]:
        names, codes = self._columns[column]
        wanted = np.array([name in values for name in names] or [False], dtype=bool)
        return wanted[codes]


def _once(known: dict[Scope, Made], scope: Scope, make: Callable[[Scope], Made]) -> Made:
    """What is made for a scope, remembered for the last ones."""
    made = known.get(scope)
    if made is None:
        made = make(scope)
        if len(known) >= _SCOPES:
            known.clear()
        known[scope] = made
    return made


def write(
    folder: Path,
    version: str,
    encoder: str,
    rows: Iterator[tuple[Passage, Vectors]],
    packed_tokens: Mapping[str, bytes],
) -> None:
    """Writes a snapshot below `folder` under its version's name; it is there whole or not at all.

    Raises:
        IndexUnavailable: the disk does not take it.
    """
    target = folder / version
    draft = folder / f".{version}.{os.getpid()}"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        _write(draft, version, encoder, rows, packed_tokens)
        try:
            draft.rename(target)
        except OSError:
            if not target.exists():
                raise
    except OSError as error:
        raise IndexUnavailable(
            f"The index could not be written to {folder} ({error.strerror}). "
            "Check the disk's free space and the folder's permissions."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(
    draft: Path,
    version: str,
    encoder: str,
    rows: Iterator[tuple[Passage, Vectors]],
    packed_tokens: Mapping[str, bytes],
) -> None:
    passages: list[Passage] = []
    vectors: list[Vectors] = []
    for passage, vector in rows:
        passages.append(replace(passage, position=_position(passages, passage)))
        vectors.append(vector)
    width = len(vectors[0]) if vectors else 1
    matrix = np.array(vectors, dtype=np.float32).reshape(-1, width)
    np.save(draft / "vectors.npy", matrix)
    nearest.write(draft, matrix, np.array([each.audience == EVERYONE for each in passages]))
    _write_tokens(draft, passages, packed_tokens)
    offsets = [0]
    with (draft / "passages.jsonl").open("wb") as file:
        for passage in passages:
            fields = {"id": passage.id, "text": passage.text} | passage.as_metadata()
            offsets.append(offsets[-1] + file.write(json.dumps(fields).encode() + b"\n"))
    np.save(draft / "offsets.npy", np.array(offsets, dtype=np.int64))
    languages = [language_of(f"{each.context}\n{each.text}") or ENGLISH for each in passages]
    Lexical.build(passages, languages).save(draft / "lexical")
    public = [each for each in passages if each.audience == EVERYONE]
    words = words_of(f"{each.context}\n{each.text}" for each in public)
    (draft / "vocabulary.txt").write_text("\n".join(words), "utf-8")
    columns = {
        name: [getattr(passage, name) for passage in passages]
        for name in ("audience", "tool", "kind")
    } | {"language": languages}
    about = {
        "format": FORMAT,
        "version": version,
        "encoder": encoder,
        "columns": columns,
        "words": len(words),
        "title_words": words_of(each.title for each in public),
    }
    (draft / "about.json").write_text(json.dumps(about), "utf-8")


def _position(before: Sequence[Passage], passage: Passage) -> int:
    same = before and before[-1].source == passage.source
    return before[-1].position + 1 if same else 0


def _write_tokens(draft: Path, passages: Sequence[Passage], packed: Mapping[str, bytes]) -> None:
    starts = [0]
    with (draft / "tokens.bin").open("wb") as file:
        for passage in passages:
            written = file.write(packed.get(passage.id, b""))
            starts.append(starts[-1] + written // RECORD.itemsize)
    np.save(draft / "starts.npy", np.array(starts, dtype=np.int64))


def read(folder: Path, version: str) -> Snapshot:
    """The snapshot of a version, mapped from its files.

    Raises:
        IndexUnavailable: it is not there, of another format, or damaged.
    """
    place = folder / version
    _one_thread_each()
    try:
        about = json.loads((place / "about.json").read_text("utf-8"))
        if about["format"] != FORMAT:
            raise IndexUnavailable(
                "The index was made by another version of Uptake. Run `uptake ingest` to renew it."
            )
        # As plain arrays: each part taken of a memmap is made one again.
        vectors = np.asarray(np.load(place / "vectors.npy", mmap_mode="r"))
        offsets = np.load(place / "offsets.npy")
        starts = np.load(place / "starts.npy")
        tokens: Packed = np.zeros(0, dtype=RECORD)
        if int(starts[-1]):
            tokens = np.asarray(np.memmap(place / "tokens.bin", dtype=RECORD, mode="r"))
        texts = _mapped(place / "passages.jsonl")
        vocabulary = tuple((place / "vocabulary.txt").read_text("utf-8").split())
        whole = len(tokens) == starts[-1] and offsets[-1] == len(texts)
        whole = whole and len(vocabulary) == about["words"]
        if not whole or not len(vectors) == len(offsets) - 1 == len(starts) - 1:
            raise ValueError("its parts do not fit together")
        return Snapshot(
            version=version,
            encoder=about["encoder"],
            vectors=vectors,
            tokens=tokens,
            starts=starts,
            nearest=nearest.read(place, vectors),
            lexical=Lexical.load(place / "lexical"),
            vocabulary=vocabulary,
            title_words=frozenset(about["title_words"]),
            _columns={name: _coded(values) for name, values in about["columns"].items()},
            _texts=texts,
            _offsets=offsets,
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise IndexUnavailable(
            f"The index version {version} is damaged or incomplete. "
            "Run `uptake ingest --rebuild` to rebuild it."
        ) from error


def _mapped(path: Path) -> mmap.mmap | bytes:
    if path.stat().st_size == 0:
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _coded(values: Sequence[str]) -> tuple[list[str], NDArray[np.int32]]:
    names = sorted(set(values))
    numbers = {name: number for number, name in enumerate(names)}
    return names, np.array([numbers[value] for value in values], dtype=np.int32)


@cache
def _one_thread_each() -> None:
    """Limits NumPy's OpenBLAS to the calling thread, for as long as this process lives.

    More threads made one question no faster, and fifty questions at once slower, because they
    spin while they wait for each other (docs/benchmarks.md). PyTorch's threads keep their number.
    """
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)
