from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answers.quote import (
    LONGEST_LIST,
    MOST_CHARACTERS,
    MOST_SENTENCES,
    PASSAGES,
    best_quotes,
)
from knowledge.index.passages import Hit
from knowledge.index.sentences import sentences_of
from knowledge.retrieval.lexical import stems_of
from knowledge.retrieval.retriever import Found
from tests.knowledge.passages import passage


def hit(text: str, closeness: tuple[float, ...] = (), score: float = 1.0, **fields) -> Hit:
    asked = fields.pop("asked", None)
    return Hit(passage(text, **fields), score, 0.3, 1.0, closeness, asked)


def found(*hits: Hit, question: str = "How long does the pilot last?") -> Found:
    return Found(question, hits, dict.fromkeys(stems_of(question), 1.0), "v1")


words = st.sampled_from("pilot lasts weeks sponsor asks month champion nurse scanner".split())
sentences = st.lists(words, min_size=3, max_size=30).map(
    lambda each: f"{' '.join(each).capitalize()} now."
)
prose = st.lists(sentences, min_size=1, max_size=12).map(" ".join)
bullets = st.lists(sentences, min_size=1, max_size=12).map(
    lambda each: "\n".join(f"- {item}" for item in each)
)
steps = st.lists(sentences, min_size=1, max_size=12).map(
    lambda each: "\n".join(f"{n}. {item}" for n, item in enumerate(each, 1))
)
mixed = st.lists(st.one_of(prose, bullets, steps), min_size=1, max_size=4).map("\n\n".join)
near = st.floats(-1, 1, width=16)


@settings(deadline=None, max_examples=100)
@given(prose, st.data())
def test_prose_is_quoted_in_at_most_three_sentences_or_400_characters(
    text: str, data: st.DataObject
):
    units = sentences_of(text)
    closeness = tuple(data.draw(st.lists(near, min_size=len(units), max_size=len(units))))
    (quote,) = best_quotes(found(hit(text, closeness)))
    quoted = sentences_of(quote.text)
    assert 1 <= len(quoted) <= MOST_SENTENCES
    assert len(quote.text) <= MOST_CHARACTERS or len(quoted) == 1


@settings(deadline=None, max_examples=100)
@given(mixed, st.data())
def test_a_quote_is_whole_units_as_they_stand_there(text: str, data: st.DataObject):
    units = sentences_of(text)
    closeness = tuple(data.draw(st.lists(near, min_size=len(units), max_size=len(units))))
    asked = data.draw(st.none() | near)
    (quote,) = best_quotes(found(hit(text, closeness, asked=asked)))
    assert quote.text in text
    assert quote.text == quote.text.strip() != ""
    begins, ends = {unit.start for unit in units}, {unit.end for unit in units}
    places = [at for at in range(len(text)) if text.startswith(quote.text, at) and at in begins]
    assert any(at + len(quote.text) in ends for at in places)
    longest = max(unit.end - unit.start for unit in units)
    assert len(quote.text) <= max(LONGEST_LIST, longest + MOST_CHARACTERS) + longest
    assert 0 <= quote.shared <= 1


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(prose, st.floats(0, 1)), min_size=1, max_size=8), st.integers(1, 4))
def test_quotes_come_from_the_first_passages_the_best_first(
    texts: list[tuple[str, float]], most: int
):
    hits = [hit(text, score=score, id=f"p{n}") for n, (text, score) in enumerate(texts)]
    quotes = best_quotes(found(*hits), most)
    assert len(quotes) == min(most, len(hits), PASSAGES)
    assert {quote.hit.passage.id for quote in quotes} <= {f"p{n}" for n in range(PASSAGES)}
    scores = [quote.score for quote in quotes]
    assert scores == sorted(scores, reverse=True)


def test_the_sentence_closest_in_meaning_is_quoted():
    text = "The sponsor asks. The wave starts. The nurse helps. All is well. Nobody left."
    (quote,) = best_quotes(found(hit(text, (0.1, 0.1, 0.9, 0.1, 0.1)), question="?"))
    assert "The nurse helps." in quote.text


def test_the_sentence_that_shares_the_words_is_quoted():
    text = "The sponsor asks. The pilot lasts long. The nurse helps."
    (quote,) = best_quotes(found(hit(text, (0.3, 0.3, 0.3))))
    assert "The pilot lasts long." in quote.text
    assert quote.shared == 1


def test_words_of_the_title_and_the_headings_count_as_shared():
    (quote,) = best_quotes(found(hit("Six weeks.", title="The pilot", headings=("How it lasts",))))
    assert quote.shared > best_quotes(found(hit("Six weeks.")))[0].shared


@pytest.mark.parametrize(
    "text",
    [
        "Do this:\n1. Open the pilot.\n2. Wait long.\n3. Close it.",
        "Do this:\n\n1. Open.\n2. Read.\n3. The pilot lasts long.\n4. Close.\n5. Leave.",
        "The pilot lasts long, by these rules:\n\n- Open.\n- Wait.\n- Close.\n- Leave.\n- Rest.",
    ],
)
def test_a_list_that_is_asked_for_is_given_whole(text: str):
    (quote,) = best_quotes(found(hit(text)))
    assert quote.text == text


def test_a_list_item_that_answers_by_itself_is_quoted_without_its_neighbours():
    text = "- Open.\n- Read.\n- Wait.\n- The pilot lasts long.\n- Close.\n- Leave."
    (quote,) = best_quotes(found(hit(text, (0.0, 0.0, 0.0, 0.9, 0.0, 0.0))))
    assert "- The pilot lasts long." in quote.text
    assert len(quote.text.splitlines()) <= MOST_SENTENCES


def test_steps_of_a_procedure_too_long_to_show_are_never_cut_within():
    steps = [f"{n}. The pilot lasts long, {'and longer ' * 12}still." for n in range(1, 13)]
    (quote,) = best_quotes(found(hit("\n".join(steps))))
    assert len(quote.text) <= LONGEST_LIST
    assert all(line in steps for line in quote.text.splitlines())


def test_a_heading_that_asks_the_question_is_answered_by_what_stands_below():
    text = "It takes six. Ask your champion.\n\nThe pilot lasts long."
    low = (0.1, 0.1, 0.2)
    (quote,) = best_quotes(
        found(hit(text, low, asked=0.95, headings=("How long does the pilot last?",)))
    )
    assert quote.text.startswith("It takes six.")
    assert quote.closest == 0.95


def test_closeness_that_does_not_fit_the_units_gives_way_to_the_passages_own():
    (quote,) = best_quotes(found(hit("One. Two.", (0.9, 0.9, 0.9, 0.9))))
    assert quote.closest == 0.3


def test_nothing_found_is_nothing_quoted():
    assert best_quotes(found()) == []


@pytest.mark.parametrize("question", ["", "what is the", "🙂"])
def test_a_question_without_words_of_meaning_shares_none(question: str):
    (quote,) = best_quotes(found(hit("The pilot lasts."), question=question))
    assert quote.shared == 0
