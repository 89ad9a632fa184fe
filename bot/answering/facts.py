"""Questions that the record answers and no guide can: recognised by meaning, answered to the asker.

A feature declares its facts in `Feature.facts`. Whoever asks "Who is my champion?" gets what the
record says of them, and nobody else sees it.
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adoption.questions.models import Surface
from bot.container import Container
from bot.conversation.question import Question
from bot.tools import known_tools
from knowledge.answers.answer import Answer
from knowledge.encoding.encoder import Encoder
from knowledge.errors import EncoderUnavailable
from knowledge.retrieval.confidence import Confidence

log = logging.getLogger(__name__)

# What tools are called in examples, and in what is compared with them.
EXAMPLE_TOOL = "Copilot"
# The cosine of all-MiniLM-L6-v2 from which on a question asks for what its nearest example does.
# Of 1,224 questions that the guides are for, one passes 0.65 and none 0.7.
_NEAR = 0.67
_HOLE = "\0"


@dataclass(frozen=True)
class Asking:
    """Somebody who asks for a fact.

    Attributes:
        tools: known tools that the question names.
    """

    account: str
    question: str
    tools: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactAnswer:
    """What the record says.

    Attributes:
        text: plain words, or Markdown.
        contacts: accounts of people to turn to.
    """

    text: str
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """Something that people ask and the record knows.

    Attributes:
        examples: ways to ask it; a dozen, as different as people are.
        answer: what the record says; None where the guides are asked after all.
        others: questions that sound alike and are for the guides.
    """

    name: str
    examples: tuple[str, ...]
    answer: Callable[[Container, Asking], FactAnswer | None]
    others: tuple[str, ...] = ()


def examples_in(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The example questions in a TOML file, by the name of their list."""
    found = tomllib.loads(path.read_text("utf-8"))
    return {name: tuple(questions) for name, questions in found.items()}


class KnownFacts:
    """Recognises questions for facts, and answers them."""

    def __init__(self, facts: Sequence[Fact], encoder: Encoder) -> None:
        self._facts = tuple(facts)
        self._encoder = encoder
        owned = [(text, fact) for fact in facts for text in fact.examples]
        others = [(text, None) for fact in facts for text in fact.others]
        self._examples: list[tuple[str, Fact | None]] = [*owned, *others]

    def recognised(self, text: str) -> Fact | None:
        """The fact that a question asks for; None where it is for the guides.

        Raises:
            EncoderUnavailable: the embedding model cannot be loaded.
        """
        if not self._facts:
            return None
        examples = self._encoder.encode_once(tuple(text for text, _ in self._examples))
        near = examples @ self._encoder.encode_question(text)
        best = int(near.argmax())
        return self._examples[best][1] if float(near[best]) >= _NEAR else None

    def answer_to(self, container: Container, question: Question, text: str) -> Answer | None:
        """What the record says to one question of a message; None where it is for the guides."""
        if question.surface is Surface.TERMINAL:
            # Nobody on the roster has an account there.
            return None
        try:
            compared, tools = _without_tools(text, container)
            fact = self.recognised(compared)
        except EncoderUnavailable as error:
            log.warning("Facts are not recognised: %s", error)
            return None
        found = fact.answer(container, Asking(question.account, text, tools)) if fact else None
        if found is None:
            return None
        return Answer(
            text,
            Confidence.ANSWERED,
            found.text,
            contacts=found.contacts,
            is_personal=True,
        )


def _without_tools(text: str, container: Container) -> tuple[str, tuple[str, ...]]:
    """A question with the tools' names replaced by the one in the examples, and those names."""
    found, rest = [], text
    for tool in sorted(known_tools(container.record, container.index), key=len, reverse=True):
        named = re.compile(rf"(?<!\w){re.escape(tool)}(?!\w)", re.IGNORECASE)
        # A shorter name within a longer one is not found any more.
        if named.search(rest):
            found.append(tool)
            rest = named.sub(_HOLE, rest)
    return rest.replace(_HOLE, EXAMPLE_TOOL), tuple(found)
