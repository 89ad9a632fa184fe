"""What other confidence thresholds would give on a company's own questions, and which fits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.answers.evaluation import Judged

# The thresholds that are tried.
TRIED = tuple(round(0.05 * step, 2) for step in range(6, 20))
# What the threshold that fits lets through at most: of the questions that guides answer, answers
# from a wrong section; of the others, answers.
MOST_WRONG, MOST_STRANGE = 0.05, 0.10
# With fewer questions of either sort, chance decides which threshold fits.
LEAST_ANSWERABLE, LEAST_STRANGE = 30, 20
_FOLDS = 5


@dataclass(frozen=True)
class Shares:
    """What comes of questions; shares are from 0 to 1, None where there is nothing to count.

    Attributes:
        answered: of the questions that guides answer.
        wrong: of the same, answered from a wrong section.
        strange: of the questions that should not be answered, answered all the same.
    """

    answered: float | None
    wrong: float | None
    strange: float | None


@dataclass(frozen=True)
class Fitting:
    """The threshold that fits.

    Attributes:
        answer_from: the lowest one that lets no more through than `MOST_WRONG`, `MOST_STRANGE`.
        expected: what it gives on questions that it was not chosen by.
    """

    answer_from: float
    expected: Shares


def at(judged: Sequence[Judged], answer_from: float) -> Shares:
    """What a threshold gives."""
    return _shares(judged, lambda each: answer_from)


def fitting(judged: Sequence[Judged]) -> Fitting | None:
    """The threshold that fits; None where there are too few questions, or none fits.

    What is expected of it is cross-validated: each question is judged by a threshold that was
    chosen without the questions on the same guide.
    """
    strange = sum(not each.case.answerable for each in judged)
    if len(judged) - strange < LEAST_ANSWERABLE or strange < LEAST_STRANGE:
        return None
    chosen = _lowest(judged)
    if chosen is None:
        return None
    folds = [_fold(each) for each in judged]
    by_fold = {
        fold: _lowest([each for each, own in zip(judged, folds, strict=True) if own != fold])
        for fold in set(folds)
    }
    # Where none fits, nothing is answered.
    return Fitting(chosen, _shares(judged, lambda each: by_fold[_fold(each)] or 2.0))


def as_fields(judged: Sequence[Judged]) -> dict[str, Any]:
    """All thresholds and the one that fits, as plain names and numbers."""
    found = fitting(judged)
    return {
        "thresholds": [{"answer_from": each} | _rounded(at(judged, each)) for each in TRIED],
        "fitting": found and {"answer_from": found.answer_from} | _rounded(found.expected),
    }


def _lowest(judged: Sequence[Judged]) -> float | None:
    for answer_from in TRIED:
        shares = at(judged, answer_from)
        if (shares.wrong or 0.0) <= MOST_WRONG and (shares.strange or 0.0) <= MOST_STRANGE:
            return answer_from
    return None


def _shares(judged: Sequence[Judged], bar: Callable[[Judged], float]) -> Shares:
    known = [(each.likelihood >= bar(each), each) for each in judged if each.case.answerable]
    strange = [each.likelihood >= bar(each) for each in judged if not each.case.answerable]
    return Shares(
        _share([answered for answered, _ in known]),
        _share([answered and not each.quoted for answered, each in known]),
        _share(strange),
    )


def _share(counted: Sequence[bool]) -> float | None:
    return sum(counted) / len(counted) if counted else None


def _fold(judged: Judged) -> int:
    """The same for all questions on one guide."""
    name = judged.case.source or judged.case.question
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % _FOLDS


def _rounded(shares: Shares) -> dict[str, float | None]:
    return {
        name: None if share is None else round(share, 4) for name, share in asdict(shares).items()
    }
