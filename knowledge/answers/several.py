"""Puts the answers to several questions of one message together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.answers.answer import Answer
from knowledge.retrieval.confidence import Confidence

_NUMBER = re.compile(r"\[(\d{1,3})\]")


def together(message: str, answers: Sequence[Answer]) -> Answer:
    """One answer to a message: its only answer, or all of them as parts.

    It is answered if all parts are, and abstained if all are; otherwise it is unsure.
    """
    if len(answers) == 1:
        return answers[0]
    parts: list[Answer] = []
    for answer in answers:
        parts.append(_numbered_from(answer, sum(len(part.citations) for part in parts)))
    outcomes = {part.outcome for part in parts}
    tools = {part.tool for part in parts if part.citations}
    return Answer(
        question=message,
        outcome=outcomes.pop() if len(outcomes) == 1 else Confidence.UNSURE,
        text="\n\n".join(f"**{part.question}**\n\n{part.text}" for part in parts),
        citations=tuple(citation for part in parts for citation in part.citations),
        tool=tools.pop() if len(tools) == 1 else None,
        index_version=parts[0].index_version,
        model=next((part.model for part in parts if part.model), None),
        note=" ".join(dict.fromkeys(part.note for part in parts if part.note)),
        parts=tuple(parts),
        read=tuple(dict.fromkeys(guide for part in parts for guide in part.read)),
        is_personal=any(part.is_personal for part in parts),
    )


def _numbered_from(answer: Answer, before: int) -> Answer:
    """The answer with its citations counted on from those before it."""
    known = {citation.number for citation in answer.citations}

    def shifted(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"[{number + before}]" if number in known else match[0]

    citations = [replace(each, number=each.number + before) for each in answer.citations]
    return replace(answer, text=_NUMBER.sub(shifted, answer.text), citations=tuple(citations))
