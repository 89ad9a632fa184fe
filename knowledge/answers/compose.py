"""Has a language model write the answer from the passages found, with their numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from knowledge.answers.grounding import stands
from knowledge.answers.prompt import new_fence, request, rules
from knowledge.answers.reply import Reader, cited, citing, inert, without_citations
from knowledge.index.passages import Hit
from knowledge.llm.model import Model

log = logging.getLogger(__name__)

Hear = Callable[[str], None]


class Composer(Protocol):
    """Writes an answer from passages."""

    name: str

    def compose(
        self, question: str, hits: Sequence[Hit], account: str = "", hear: Hear | None = None
    ) -> str | None:
        """Text whose every sentence cites a hit by number from 1; None if nothing fits.

        Args:
            account: who asks.
            hear: gets each sentence of the text as soon as it stands.
        """


class ModelComposer:
    """Asks a language model, and keeps only the sentences that their sources support."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self._model = model

    def compose(
        self, question: str, hits: Sequence[Hit], account: str = "", hear: Hear | None = None
    ) -> str | None:
        """Text whose every sentence cites a hit by number from 1; None if nothing fits.

        Raises:
            ModelUnavailable: the model failed, or took longer than it may.
            ModelNotAsked: it is left alone, or its allowance is used.
        """
        fence = new_fence()
        reader = Reader()
        kept: list[str] = []
        reply = self._model.stream(rules("answer", fence), request(question, hits, fence), account)
        try:
            for words in reply:
                sentences = reader.take(words)
                if reader.is_not_found:
                    return None
                self._keep(sentences, hits, kept, hear)
        finally:
            reply.close()
        self._keep(reader.end(), hits, kept, hear)
        return " ".join(kept) or None

    def _keep(
        self, sentences: Sequence[str], hits: Sequence[Hit], kept: list[str], hear: Hear | None
    ) -> None:
        for sentence in checked(sentences, hits):
            kept.append(sentence)
            if hear is not None:
                hear(sentence)


def checked(sentences: Sequence[str], hits: Sequence[Hit]) -> list[str]:
    """The sentences that the passages they cite support, made inert."""
    harmless = (inert(sentence) for sentence in sentences)
    borne_out = []
    for sentence in citing(harmless, len(hits)):
        passages = [hits[number - 1].passage for number in cited(sentence)]
        if without_citations(sentence).strip() and stands(sentence, passages):
            borne_out.append(sentence)
        else:
            log.info("A sentence of the model isn't supported by the guides and is left out.")
    return borne_out
