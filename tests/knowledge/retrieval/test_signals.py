from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.index.candidates import candidates
from knowledge.index.lexical import stems_of
from knowledge.index.passages import Scope
from knowledge.retrieval.signals import Wording, rough_signals_of
from tests.knowledge.passages import Hashed, passage, written

QUESTION = "incubation period of malaria"


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("The incubation period of malaria is long.", 1.0),
        ("The period ended, incubation had malaria.", 0.0),
        ("Nothing of it.", 0.0),
    ],
)
def test_neighbouring_words_count_where_they_are_neighbours_as_well(
    text: str, share: float, tmp_path: Path
):
    snapshot = written(tmp_path, Hashed(), [passage(text), passage("Period of rest.")])
    asked = [Wording(QUESTION, Hashed().encode_question_with_tokens(QUESTION))]
    among = candidates(snapshot, asked[0].encoded.vector, stems_of(QUESTION), Scope())
    weights = among.weights
    whole = sum(weights.values())
    # The words at either end have one neighbour only.
    most = (whole + weights["period"]) / (2 * whole)
    phrases = rough_signals_of(asked, among, snapshot).phrases
    np.testing.assert_allclose(phrases, [share * most, 0.0], rtol=1e-5)
