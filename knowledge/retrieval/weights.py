"""The few weights of ranking and confidence, from weights.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Weights:
    """What `bench.fit_ranking` learned.

    Attributes:
        ranking: weight of each signal in a section's score.
        confidence: intercept, and weight of each feature in the logit that the first section
            answers.
        offering: the same for the logit that the guides are about what was asked.
        spread: standard deviation of the scores of a question's sections.
        answer_from: the confidence threshold from which on a question is answered.
        offer_from: the likelihood below which nothing is offered.
        alike_from: the closeness from which on two questions are alike (see `lessons`).
        lesson: what a section gains at most by what people said of it.
    """

    ranking: Mapping[str, float]
    confidence: Mapping[str, float]
    offering: Mapping[str, float]
    spread: float
    answer_from: float
    offer_from: float
    alike_from: float
    lesson: float


@cache
def learned() -> Weights:
    """The weights that ship with this version."""
    table = tomllib.loads((files("knowledge.retrieval") / "weights.toml").read_text("utf-8"))
    confidence = dict(table["confidence"])
    return Weights(
        ranking=table["ranking"],
        spread=confidence.pop("spread"),
        confidence=confidence,
        offering=table["offering"],
        answer_from=table["thresholds"]["answer_from"],
        offer_from=table["thresholds"]["offer_from"],
        alike_from=table["lessons"]["alike_from"],
        lesson=table["lessons"]["gain"],
    )
