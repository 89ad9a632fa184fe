"""Puts follow-ups in full with a language model, or without one where it is of no help."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from knowledge.answers.conversation import TURNS, Turn, is_follow_up, standalone
from knowledge.answers.prompt import fenced, new_fence, rules
from knowledge.answers.reply import inert
from knowledge.errors import ModelNotAsked, ModelUnavailable
from knowledge.index.lexical import stems_of
from knowledge.llm.model import Model

log = logging.getLogger(__name__)

# A person waits for it before anything is searched.
SECONDS = 4.0
_LONGEST = 400


class FollowUps:
    """Rewrites a message that needs the ones before it as a question of its own."""

    def __init__(self, model: Model | None = None, seconds: float = SECONDS) -> None:
        self._model = model
        self._seconds = seconds

    def standalone(self, question: str, earlier: Sequence[Turn], account: str = "") -> str:
        """The question put in full; itself, if it stands alone."""
        plain = standalone(question, earlier)
        if self._model is None or not earlier or not is_follow_up(question):
            return plain
        try:
            said = self._asked(self._model, question, earlier, account)
        except (ModelUnavailable, ModelNotAsked) as error:
            log.info("Carrying the topic over without the model: %s", error)
            return plain
        return said if _is_true_to(said, question, earlier) else plain

    def _asked(self, model: Model, question: str, earlier: Sequence[Turn], account: str) -> str:
        fence = new_fence()
        before = "\n".join(turn.question for turn in earlier[-TURNS:])
        task = f"{fenced('earlier', before, fence)}\n\n{fenced('message', question, fence)}"
        reply = model.stream(rules("standalone", fence), task, account, self._seconds)
        return inert("".join(reply))


def _is_true_to(said: str, question: str, earlier: Sequence[Turn]) -> bool:
    """Whether it is a question of nothing but words that were said."""
    if not said or len(said) > _LONGEST:
        return False
    known = set(stems_of(" ".join([question, *(turn.question for turn in earlier)])))
    words = set(stems_of(said))
    return words <= known and set(stems_of(question)) <= words
