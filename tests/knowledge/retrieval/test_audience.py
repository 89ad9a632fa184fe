from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.answers.answerer import Answerer
from knowledge.index.index import Index
from knowledge.index.passages import EVERYONE, Passage, Scope
from tests.knowledge.passages import Hashed, find, passage, published, written
from tests.support.examples import examples

WORDS = "budget sponsor pilot champion weeks secret salary results change month".split()
AUDIENCES = [EVERYONE, "champions", "admins", "channel:C0AB12", "group:S9XYZ"]
NARROW = [None, *AUDIENCES[1:]]

ENCODER = Hashed()


ANSWERER = Answerer(cast(Index, None))

texts = st.lists(st.sampled_from(WORDS), min_size=2, max_size=8).map(
    lambda words: f"{' '.join(words).capitalize()}."
)
kept = st.lists(st.tuples(texts, st.sampled_from(AUDIENCES)), min_size=1, max_size=12)
few = settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def made(rows: list[tuple[str, str]]) -> list[Passage]:
    return [
        passage(
            text,
            id=f"p{n}",
            title=f"Title {n} for {audience}",
            headings=(str(n),),
            audience=audience,
        )
        for n, (text, audience) in enumerate(rows)
    ]


def may_see(each: Passage, scope: Scope) -> bool:
    return each.audience == EVERYONE or each.audience in scope.audiences


@few
@given(rows=kept, question=texts, audience=st.sampled_from(NARROW))
def test_what_someone_may_not_see_is_not_found_quoted_cited_or_named(
    rows: list[tuple[str, str]],
    question: str,
    audience: str | None,
    tmp_path_factory: pytest.TempPathFactory,
):
    passages = made(rows)
    snapshot = written(tmp_path_factory.mktemp("snapshot"), ENCODER, passages)
    scope = Scope(frozenset({audience} if audience else ()))
    found = find(question, snapshot, ENCODER, scope)
    allowed = {each.id for each in passages if may_see(each, scope)}
    assert {hit.passage.id for hit in found.hits} <= allowed
    assert bool(found.hits) == bool(allowed)
    answer = ANSWERER.answer(found)
    assert {each.passage_id for each in answer.citations} <= allowed
    audiences = {each.id: each.audience for each in passages}
    assert all(each.audience == audiences[each.passage_id] for each in answer.citations)
    for hidden in (each for each in passages if each.id not in allowed):
        assert hidden.title not in answer.text


@few
@given(rows=kept, question=texts)
def test_hidden_passages_push_nothing_out_of_what_is_found(
    rows: list[tuple[str, str]],
    question: str,
    tmp_path_factory: pytest.TempPathFactory,
):
    open_ones = [each for each in made(rows) if each.audience == EVERYONE]
    crowd = [passage(question, id=f"hidden {n}", audience="admins") for n in range(150)]
    snapshot = written(tmp_path_factory.mktemp("snapshot"), ENCODER, [*crowd, *open_ones])
    found = find(question, snapshot, ENCODER, Scope())
    assert len(found.hits) == min(len(open_ones), 10)


def test_hidden_passages_change_no_score_and_no_weight(tmp_path: Path):
    encoder = Hashed()
    shown = [
        passage("The sponsor asks.", headings=("A",)),
        passage("The pilot ends.", headings=("B",)),
        passage("The salary is paid.", headings=("C",)),
    ]
    secret = [passage(f"The salary of {n}.", audience="admins") for n in range(20)]
    without = written(tmp_path / "without", encoder, shown)
    beside = written(tmp_path / "beside", encoder, [*shown, *secret])
    asked = "What is the salary of the sponsor?"
    alone, among = (find(asked, each, encoder, Scope()) for each in (without, beside))
    assert among.weights == alone.weights
    assert [hit.score for hit in among.hits] == pytest.approx([hit.score for hit in alone.hits])


def test_a_question_in_no_audience_finds_only_what_is_for_everyone(tmp_path: Path):
    one = passage("The secret salary is paid.", audience="admins")
    index: Index = published(
        tmp_path, Hashed(), [one, replace(one, id="x", audience="group:S9XYZ")]
    )
    answer = Answerer(index).answer(Answerer(index).find("What is the secret salary?"))
    assert answer.citations == ()
