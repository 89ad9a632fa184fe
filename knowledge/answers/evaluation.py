"""Measures answers against questions whose answers are known."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from statistics import fmean, quantiles
from typing import Any

from knowledge.answers.answerer import Answerer
from knowledge.answers.excerpt import complete
from knowledge.index.passages import Passage, Scope
from knowledge.retrieval.confidence import Confidence, likelihood_of

# So many passages are looked at for the right one.
DEPTHS = (1, 3, 5, 10)


@dataclass(frozen=True)
class Case:
    """A question and what its answer should rest on.

    Attributes:
        source: the title, the file's name or the end of its path; empty for any.
        words: any one of these must stand in the passage; empty for any passage of the source.
        answerable: false for a question that should not be answered.
    """

    question: str
    source: str = ""
    words: tuple[str, ...] = ()
    answerable: bool = True


@dataclass(frozen=True)
class Judged:
    """The result of one question.

    Attributes:
        rank: of the first right passage, from 1; None if it is not among the first ten.
        quoted: whether what would be quoted is right, be it shown or not.
        outcome: answered, unsure or abstained.
        seconds: from question to answer.
        likelihood: that the first section answers, which a threshold is compared with; 0 where
            nothing comes near.
    """

    case: Case
    rank: int | None
    quoted: bool
    outcome: Confidence
    seconds: float
    likelihood: float = 0.0


@dataclass(frozen=True)
class Figures:
    """What many questions show; shares are from 0 to 1, None where there is nothing to count.

    Attributes:
        hit_at: share of answerable questions whose right passage is among the first k.
        quoted: share of answerable questions whose best quote is right, be it shown or not.
        quoted_and_shown: the same without those that were abstained from.
        abstained, unsure: share of answerable questions.
        refused_though_right: share abstained from, of those whose first passage is right.
        kept_silent: share of unanswerable questions that were abstained from.
        not_answered: the same with those where we were unsure.
        p50, p95: seconds from question to answer.
    """

    answerable: int
    unanswerable: int
    hit_at: dict[int, float | None]
    quoted: float | None
    quoted_and_shown: float | None
    abstained: float | None
    unsure: float | None
    refused_though_right: float | None
    kept_silent: float | None
    not_answered: float | None
    p50: float
    p95: float


def judge(
    answerer: Answerer, cases: Sequence[Case], scope: Scope | None = None
) -> Iterator[Judged]:
    """Asks every question, one after the other."""
    for case in cases:
        begin = time.perf_counter()
        found = answerer.find(case.question, scope)
        answer = answerer.answer(found)
        seconds = time.perf_counter() - begin
        found = answerer.ranked(found)
        passages = [hit.passage for hit in found.hits]
        ranks = (rank for rank, each in enumerate(passages, 1) if _is_right(case, each))
        rank = next(ranks, None) if case.answerable else None
        quoted = case.answerable and any(
            _from_source(case, hit.passage) and _holds(case, complete(hit).text)
            for hit in found.hits[:1]
        )
        yield Judged(case, rank, quoted, answer.outcome, seconds, likelihood_of(found.evidence))


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures of what was judged."""
    asked = [each for each in judged if each.case.answerable]
    strange = [each for each in judged if not each.case.answerable]
    right = [each for each in asked if each.rank == 1]
    seconds = sorted(each.seconds for each in judged)
    cuts = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else seconds * 19
    return Figures(
        answerable=len(asked),
        unanswerable=len(strange),
        hit_at={
            k: _share(asked, lambda each, k=k: each.rank is not None and each.rank <= k)  # type: ignore[misc]
            for k in DEPTHS
        },
        quoted=_share(asked, lambda each: each.quoted),
        quoted_and_shown=_share(asked, lambda each: each.quoted and not _abstained(each)),
        abstained=_share(asked, _abstained),
        unsure=_share(asked, lambda each: each.outcome is Confidence.UNSURE),
        refused_though_right=_share(right, _abstained),
        kept_silent=_share(strange, _abstained),
        not_answered=_share(strange, lambda each: each.outcome is not Confidence.ANSWERED),
        # Rounded apart, the median of equal times could come out above the 95th percentile.
        p50=min(cuts[9], cuts[18]) if cuts else 0.0,
        p95=cuts[18] if cuts else 0.0,
    )


def as_fields(found: Figures) -> dict[str, Any]:
    """The figures as plain names and numbers."""
    rounded: Callable[[float | None], float | None] = lambda share: (  # noqa: E731
        None if share is None else round(share, 4)
    )
    return {
        "questions": found.answerable,
        **{f"hit@{k}": rounded(share) for k, share in found.hit_at.items()},
        "quoted": rounded(found.quoted),
        "quoted_and_shown": rounded(found.quoted_and_shown),
        "abstained": rounded(found.abstained),
        "unsure": rounded(found.unsure),
        "refused_though_right": rounded(found.refused_though_right),
        "out_of_scope": {
            "questions": found.unanswerable,
            "abstained": rounded(found.kept_silent),
            "not_answered": rounded(found.not_answered),
        },
        "seconds": {"p50": round(found.p50, 6), "p95": round(found.p95, 6)},
    }


def folded(text: str) -> str:
    """Lower case, with runs of anything but word characters as one space."""
    return re.sub(r"\W+", " ", text.lower()).strip()


def _is_right(case: Case, passage: Passage) -> bool:
    return _from_source(case, passage) and _holds(case, passage.text)


def _from_source(case: Case, passage: Passage) -> bool:
    if not case.source:
        return True
    wanted, path = folded(case.source), PurePath(passage.source)
    names = (passage.title, path.stem, path.name)
    return wanted in map(folded, names) or f" {folded(str(path))}".endswith(f" {wanted}")


def _holds(case: Case, text: str) -> bool:
    held = folded(text)
    return not case.words or any(folded(words) in held for words in case.words)


def _abstained(judged: Judged) -> bool:
    return judged.outcome is Confidence.ABSTAINED


def _share(judged: Iterable[Judged], is_one: Callable[[Judged], bool]) -> float | None:
    counted = [is_one(each) for each in judged]
    return fmean(counted) if counted else None
