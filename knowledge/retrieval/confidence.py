"""Decides whether what was found answers the question, may help, or does not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from statistics import NormalDist, fmean

from knowledge.encoding.encoded import Vectors
from knowledge.retrieval.signals import Signals
from knowledge.retrieval.weights import learned

# The first section is compared with the next ones down to this rank.
_RIVALS = 9
# From so many candidates on, the next sections are as good as they get.
_MANY = 100
# A lead of so many standard deviations is as good as any: a rare word alone can give a larger one.
_LARGEST_LEAD = 3
# From this closeness on, a question is the very one that people said the section answers.
_SAME = 0.9


class Confidence(StrEnum):
    """How an answer stands to its question."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    ABSTAINED = "abstained"


@dataclass(frozen=True)
class Evidence:
    """What speaks for the first section; the signals are its own (see `Signals`).

    Attributes:
        lead: its score above the mean of the next sections, had there been many to choose from;
            at most three standard deviations of the scores of a question's sections.
        nearest: the highest `section` of all candidates.
        score: the first section's, without what it gained from lessons.
        taught: how near, 0 to 1, people were who said that the section answers (see `lessons`).
    """

    section: float
    weakest: float
    lead: float
    nearest: float
    score: float
    taught: float = 0.0

    @property
    def likelihood(self) -> float:
        """How likely the first section answers the question, 0 to 1."""
        return 1.0 if self.taught >= _SAME else self._probability(learned().confidence)

    @property
    def answerable(self) -> float:
        """How likely the guides are about what was asked, 0 to 1."""
        return 1.0 if self.taught >= _SAME else self._probability(learned().offering)

    def _probability(self, weights: Mapping[str, float]) -> float:
        logit = weights["intercept"]
        for field in fields(self):
            logit += weights.get(field.name, 0.0) * getattr(self, field.name)
        return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))


def evidence_of(
    signals: Signals, scores: Vectors, places: Sequence[int], gained: Vectors | None = None
) -> Evidence:
    """What confidence rests on.

    Args:
        places: the best candidate of each section, the best first.
        gained: what each candidate's score gained from lessons.
    """
    first, rivals = places[0], [float(scores[place]) for place in places[1 : _RIVALS + 1]]
    among = len(scores) if len(places) > _RIVALS else len(places)
    spread = learned().spread
    missing = spread * (_height(_MANY) - _height(min(among, _MANY)))
    lead = float(scores[first]) - fmean(rivals) - missing if rivals else 0.0
    gain = 0.0 if gained is None else float(gained[first])
    return Evidence(
        section=float(signals.section[first]),
        weakest=float(signals.weakest[first]),
        lead=min(lead, _LARGEST_LEAD * spread),
        nearest=float(signals.section.max()),
        score=float(scores[first]) - gain,
        taught=gain / learned().lesson,
    )


@cache
def _height(count: int) -> float:
    """How high the next sections stand by chance among `count`, in standard deviations.

    The expected order statistics of normal scores (Blom, 1958), averaged over the ranks of the
    rivals. In a small index the next sections are worse, which says nothing for the first one.
    """
    ranks = range(2, min(count, _RIVALS + 1) + 1)
    if not ranks:
        return 0.0
    return fmean(NormalDist().inv_cdf((count - rank + 0.625) / (count + 0.25)) for rank in ranks)


def likelihood_of(evidence: Evidence | None) -> float:
    """How likely the first section answers, 0 to 1; 0 where nothing comes near."""
    if evidence is None or not _is_near(evidence):
        return 0.0
    return evidence.likelihood


def confidence_of(evidence: Evidence | None, answer_from: float | None = None) -> Confidence:
    """How sure we are that the first section answers what was asked.

    Args:
        answer_from: the likelihood from which on it is answered; the one that ships by default.
    """
    weights = learned()
    if evidence is None:
        return Confidence.ABSTAINED
    bar = weights.answer_from if answer_from is None else answer_from
    near, sure = _is_near(evidence), evidence.likelihood >= bar
    if near and sure:
        return Confidence.ANSWERED
    # A code or a rare name may be found by its letters, where its meaning is near to nothing.
    return Confidence.UNSURE if near or sure else Confidence.ABSTAINED


def _is_near(evidence: Evidence) -> bool:
    return evidence.answerable >= learned().offer_from
