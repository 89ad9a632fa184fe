"""Answers: what is said, on what grounds, and how sure we are."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.guides.reviews import overdue_in_words
from knowledge.retrieval.confidence import Confidence


@dataclass(frozen=True)
class Citation:
    """A numbered source under an answer.

    Attributes:
        number: as it stands in the text, from 1.
        passage_id: the passage that is cited.
        heading: the headings above it in one line; may be empty.
        source: the file or address it came from.
        link: where a person can open it; empty if nowhere.
        quote: the sentences that were taken from it, as they stand there.
        reviewed: ISO date of the guide's last review; empty if unknown.
        stale: whether that review is too long ago.
        audience: who may read the guide, as `Passage.audience`.
    """

    number: int
    passage_id: str
    title: str
    heading: str
    source: str
    link: str
    quote: str
    audience: str = field(kw_only=True)
    reviewed: str = ""
    stale: bool = False

    @property
    def asks(self) -> str:
        """The question that the section answers, by its heading or title; empty for none."""
        name = self.heading.rsplit(" › ", 1)[-1] or self.title
        return name if name.rstrip().endswith("?") else ""

    @property
    def warning(self) -> str:
        """What the reader should know of the guide's age; empty where there is nothing."""
        return overdue_in_words(self.reviewed) if self.stale else ""


@dataclass(frozen=True)
class ReadGuide:
    """A guide that a language model read for an answer, cited or not."""

    source: str
    audience: str


@dataclass(frozen=True)
class Answer:
    """What is said to a question.

    Attributes:
        outcome: answered, unsure (this may help) or abstained.
        text: the answer, with `[1]` after what the first source says; for an abstention, the
            sentence that says so.
        citations: the numbered sources; none for an abstention.
        tool: the tool that the sources are about, if it is one.
        index_version: what it was answered from.
        model: the language model that put it; None where passages are quoted.
        read: the guides that the model read: its words may be from each of them.
        note: said beside the answer: why it is quoted although there is a language model, or
            what of the message was not read.
        parts: the answers to the questions of a message with several; their citations are
            numbered through.
        is_small_talk: whether it replies to a message that asks nothing; it is not counted.
        is_personal: whether it is about whoever asked, and for them alone.
        contacts: accounts of people to turn to.
    """

    question: str
    outcome: Confidence
    text: str
    citations: tuple[Citation, ...] = ()
    tool: str | None = None
    index_version: str = ""
    model: str | None = None
    note: str = ""
    parts: tuple[Answer, ...] = ()
    is_small_talk: bool = False
    is_personal: bool = False
    contacts: tuple[str, ...] = ()
    read: tuple[ReadGuide, ...] = ()

    @property
    def each(self) -> tuple[Answer, ...]:
        """The answers to its questions one by one: its parts, or itself."""
        return self.parts or (self,)
