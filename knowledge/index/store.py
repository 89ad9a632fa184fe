"""The vector store: passages, their vectors and what is known of them, kept in Chroma."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from langchain_chroma import Chroma
from langchain_core.documents import Document

from knowledge.encoding.encoded import Vectors
from knowledge.encoding.encoder import Encoder
from knowledge.errors import IndexUnavailable
from knowledge.index.catalog import Catalog
from knowledge.index.passages import Passage
from knowledge.index.space import is_full, no_space, too_little_space
from knowledge.index.tokens import pack

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

COLLECTION = "uptake-passages"
# As many as Chroma's SQLite takes in one statement, with room to spare.
_AT_ONCE = 1000


class PassageStore(Chroma):
    """LangChain's Chroma store, with passages encoded together with their title and headings.

    What a guide is called and what stands above a text often holds the very words of the
    question; the stored text stays what the guide says.
    """

    def __init__(
        self, client: ClientAPI, encoder: Encoder, catalog: Catalog, folder: Path | None = None
    ) -> None:
        """Makes the store of a client; `folder` is where Chroma keeps it, None for a server."""
        super().__init__(
            collection_name=COLLECTION,
            embedding_function=encoder,
            client=client,
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        self._encoder = encoder
        self._catalog = catalog
        self._folder = folder

    def add_documents(self, documents: list[Document], **kwargs: Any) -> list[str]:
        """Encodes and keeps LangChain documents that `as_document` made; gives their ids.

        Raises:
            IndexUnavailable: the disk has no room for them; nothing was written.
        """
        if self._folder is not None and (fault := too_little_space(self._folder, len(documents))):
            raise IndexUnavailable(fault)
        passages = [passage_of(document) for document in documents]
        encoded = self._encoder.encode_with_tokens([contextual(passage) for passage in passages])
        self._catalog.store_token_vectors(
            {
                passage.id: pack(each, context_length(passage))
                for passage, each in zip(passages, encoded, strict=True)
            }
        )
        self._collection.upsert(
            ids=[passage.id for passage in passages],
            embeddings=cast(Any, np.array([each.vector for each in encoded])),
            documents=[passage.text for passage in passages],
            metadatas=[passage.as_metadata() for passage in passages],
        )
        return [passage.id for passage in passages]

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> None:
        """Takes note that LangChain's indexing let go of passages, and leaves them.

        An index version that is still kept may hold them; `discard` removes them with the
        last such version.
        """

    def discard(self, ids: Sequence[str]) -> None:
        """Removes passages for good; those that are not there do no harm."""
        for begin in range(0, len(ids), _AT_ONCE):
            self._collection.delete(ids=list(ids[begin : begin + _AT_ONCE]))

    def fetch(self, ids: Sequence[str]) -> Iterator[tuple[Passage, Vectors]]:
        """The passages with their vectors, in the order of `ids`; unknown ids are left out."""
        for begin in range(0, len(ids), _AT_ONCE):
            part = list(ids[begin : begin + _AT_ONCE])
            got = self._collection.get(ids=part, include=["embeddings", "documents", "metadatas"])
            rows = zip(
                got["ids"],
                got["documents"] or [],
                got["metadatas"] or [],
                cast(Any, got["embeddings"]),
                strict=True,
            )
            found = {
                id: (Passage.of(id, text, metadata), np.asarray(vector, dtype=np.float32))
                for id, text, metadata, vector in rows
            }
            yield from (found[id] for id in part if id in found)

    def present(self, ids: Sequence[str]) -> set[str]:
        """Those of some ids whose passages are kept, live or not."""
        found: set[str] = set()
        for begin in range(0, len(ids), _AT_ONCE):
            found.update(
                self._collection.get(ids=list(ids[begin : begin + _AT_ONCE]), include=[])["ids"]
            )
        return found

    def all_ids(self) -> set[str]:
        """The ids of every passage that is kept, live or not."""
        ids: set[str] = set()
        while part := self._collection.get(include=[], limit=_AT_ONCE, offset=len(ids))["ids"]:
            ids.update(part)
        return ids


def contextual(passage: Passage) -> str:
    """What is encoded of a passage: title and headings, then the text."""
    return f"{passage.context}\n{passage.text}"


def context_length(passage: Passage) -> int:
    """Where a passage's own text begins in what is encoded, in characters."""
    return len(passage.context) + 1


def as_document(passage: Passage) -> Document:
    """The passage in LangChain's form."""
    return Document(id=passage.id, page_content=passage.text, metadata=passage.as_metadata())


def passage_of(document: Document) -> Passage:
    """The passage that `as_document` put into LangChain's form."""
    return Passage.of(str(document.id), document.page_content, document.metadata)


def connect(folder: Path, url: str | None) -> ClientAPI:
    """Chroma in this process over `folder`, or the server at `url`.

    Raises:
        IndexUnavailable: the folder is damaged, or no server answers there.
    """
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    try:
        if url is None:
            folder.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(path=str(folder), settings=settings)
        parts = urlsplit(url)
        return chromadb.HttpClient(
            host=parts.hostname or "localhost",
            port=parts.port or (443 if parts.scheme == "https" else 8000),
            ssl=parts.scheme == "https",
            settings=settings,
        )
    # Chroma raises its own errors, httpx's, ValueError and Rust panics alike.
    except Exception as error:
        raise IndexUnavailable(_unopened(folder, url)) from error


def _unopened(folder: Path, url: str | None) -> str:
    """What is wrong, and what to do."""
    if url:
        return f"The Chroma server at {url} does not answer. Start it, or check UPTAKE_CHROMA_URL."
    if is_full(folder):
        return no_space(folder)
    return (
        f"The index at {folder} cannot be opened. "
        "Check that it is there and readable, or delete the folder and index again."
    )
