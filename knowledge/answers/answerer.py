"""Answers a question from what the index holds: searches, decides how sure it is, quotes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from knowledge.answers.answer import Answer, Citation, ReadGuide
from knowledge.answers.compose import Composer, Hear
from knowledge.answers.excerpt import Excerpt, complete, telling
from knowledge.answers.reply import cited, renumbered
from knowledge.errors import IndexEmpty, ModelNotAsked, ModelUnavailable
from knowledge.guides.reviews import Reviews
from knowledge.index.index import Index
from knowledge.index.languages import NAMES
from knowledge.index.passages import ANY_TOOL, Hit, Passage, Scope
from knowledge.retrieval.confidence import Confidence, confidence_of
from knowledge.retrieval.learner import Learner
from knowledge.retrieval.reranker import Reranker
from knowledge.retrieval.retriever import Found, Retriever
from knowledge.retrieval.rewriting import Rewriter

log = logging.getLogger(__name__)

# Hears how sure the answer is, and its next sentence.
Tell = Callable[[Confidence, str], None]

# Passages that a language model gets to read.
_READ_BY_MODEL = 5
# Longer messages are no questions; what comes after adds nothing to finding.
LONGEST_QUESTION = 2000
# Sections that are shown where none is sure to answer.
_SHOWN = 3

DO_NOT_KNOW = "I don't know. The guides don't answer this."
CANNOT_READ = "I can't read {language}. I read English: please ask me again in English."
FOREIGN_GUIDES = (
    "The guides that come nearest are in {language}, which I can't read. "
    "I read English guides only."
)
NOTHING_ASKED = "I didn't see a question. Ask me in a sentence, and I'll look it up."


class Answerer:
    """Everything between a question and its answer."""

    def __init__(
        self,
        index: Index,
        composer: Composer | None = None,
        reviews: Reviews | None = None,
        reranker: Reranker | None = None,
        rewriter: Rewriter | None = None,
        learner: Learner | None = None,
        answer_from: float | None = None,
    ) -> None:
        """Marks what is cited from guides whose review is too long ago by `reviews`.

        Args:
            answer_from: the likelihood from which on a question is answered, 0 to 1; the one
                that ships by default.
        """
        self._answer_from = answer_from
        self._learner = learner
        self._rewriter = rewriter or Rewriter.of()
        self._index = index
        self._reranker = reranker
        self._composer = composer
        self._reviews = reviews or Reviews()

    def find(self, question: str, scope: Scope | None = None) -> Found:
        """What the live index holds for a question; nothing if it is empty.

        Raises:
            IndexUnavailable: the index is damaged.
            EncoderUnavailable: the embedding model cannot be loaded.
        """
        asked = " ".join(question.split())[:LONGEST_QUESTION]
        if not any(character.isalnum() for character in asked):
            return Found(asked, (), {}, "")
        try:
            snapshot = self._index.snapshot()
        except IndexEmpty:
            return Found(asked, (), {}, "")
        retriever = Retriever(self._index.encoder, self._rewriter)
        lessons = self._learner.lessons(snapshot) if self._learner is not None else None
        return retriever.find(asked, snapshot, scope or Scope(), lessons=lessons)

    def find_first(self, question: str, scopes: Sequence[Scope]) -> Found:
        """What the first of `scopes` holds that answers a question; the last one's where none does.

        Raises:
            As `find`.
        """
        for scope in scopes[:-1]:
            found = self.find(question, scope)
            if self.confidence(found) is Confidence.ANSWERED:
                return found
        return self.find(question, scopes[-1] if scopes else None)

    def confidence(self, found: Found) -> Confidence:
        """How sure an answer to what was found would be."""
        return confidence_of(found.evidence, self._answer_from)

    def knows(self, question: str) -> bool:
        """Whether a question is answered for everyone, with confidence.

        Raises:
            As `find`.
        """
        return self.confidence(self.find(question)) is Confidence.ANSWERED

    def ranked(self, found: Found) -> Found:
        """What was found in the order in which it is quoted and composed from."""
        return self._reranker.ranked(found) if self._reranker is not None else found

    def answer(self, found: Found, account: str = "", tell: Tell | None = None) -> Answer:
        """The answer to what was found; the same for the same finds, without a model.

        Args:
            account: who asks.
            tell: hears each sentence that a model puts, as soon as it stands.
        """
        outcome = self.confidence(found)
        if outcome is Confidence.ABSTAINED:
            return _abstain(found)
        # Confidence was fitted without a reranker, so whether to answer is decided without it.
        found = self.ranked(found)
        try:
            composed = self._composed(found, account, tell)
        except ModelNotAsked as error:
            log.info("Quoting instead of composing: %s", error)
            return replace(self._quoted(found, outcome), note=error.note)
        except ModelUnavailable as error:
            log.warning("Quoting instead of composing: %s", error)
            composed = None
        return composed or self._quoted(found, outcome)

    def _composed(self, found: Found, account: str, tell: Tell | None) -> Answer | None:
        """What a model writes; it has read the sections, so what it writes counts as an answer."""
        if self._composer is None:
            return None
        hits = found.hits[:_READ_BY_MODEL]
        hear = _counted_anew(tell) if tell is not None else None
        text = self._composer.compose(found.question, hits, account, hear)
        if text is None:
            return None
        numbers = cited(text)
        citations = tuple(
            self._citation(position, hits[number - 1], hits[number - 1].passage.text)
            for position, number in enumerate(numbers, 1)
        )
        return Answer(
            question=found.question,
            outcome=Confidence.ANSWERED,
            text=renumbered(text, numbers),
            citations=citations,
            tool=_tool([hits[number - 1] for number in numbers]),
            index_version=found.version,
            model=self._composer.name,
            read=tuple(dict.fromkeys(_read(hit.passage) for hit in hits)),
        )

    def _quoted(self, found: Found, outcome: Confidence) -> Answer:
        if outcome is Confidence.ANSWERED:
            shown = [(found.hits[0], complete(found.hits[0]))]
        else:
            shown = [(hit, telling(hit)) for hit in found.hits[:_SHOWN]]
        return Answer(
            question=found.question,
            outcome=outcome,
            text="\n\n".join(_cited(part, number) for number, (_, part) in enumerate(shown, 1)),
            citations=tuple(
                self._citation(number, hit, part.text)
                for number, (hit, part) in enumerate(shown, 1)
            ),
            tool=_tool([hit for hit, _ in shown]),
            index_version=found.version,
        )

    def _citation(self, number: int, hit: Hit, quote: str) -> Citation:
        passage = hit.passage
        return Citation(
            number=number,
            passage_id=passage.id,
            title=passage.title,
            heading=passage.heading,
            source=passage.source,
            link=passage.link,
            quote=quote,
            reviewed=passage.reviewed,
            stale=self._reviews.overdue(passage.reviewed, passage.kind),
            audience=passage.audience,
        )


def _counted_anew(tell: Tell) -> Hear:
    """Passes sentences on with their citations counted from 1 in order of mention."""
    numbers: dict[int, None] = {}

    def hear(sentence: str) -> None:
        numbers.update(dict.fromkeys(cited(sentence)))
        tell(Confidence.ANSWERED, renumbered(sentence, list(numbers)))

    return hear


def _cited(part: Excerpt, number: int) -> str:
    """The excerpt with its citation, and after it what is left out."""
    return replace(part, text=f"{part.text} [{number}]").shown


def _abstain(found: Found) -> Answer:
    asked = any(character.isalnum() for character in found.question)
    text = DO_NOT_KNOW if asked else NOTHING_ASKED
    if found.unreadable:
        text = CANNOT_READ.format(language=NAMES[found.unreadable])
    if found.foreign:
        text = FOREIGN_GUIDES.format(language=NAMES[found.foreign])
    return Answer(
        question=found.question,
        outcome=Confidence.ABSTAINED,
        text=text,
        index_version=found.version,
    )


def _read(passage: Passage) -> ReadGuide:
    return ReadGuide(passage.source, passage.audience)


def _tool(hits: Sequence[Hit]) -> str | None:
    tools = {hit.passage.tool for hit in hits} - {ANY_TOOL}
    return tools.pop() if len(tools) == 1 else None
