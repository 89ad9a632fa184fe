from __future__ import annotations

import math
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.index.lexical import K1, B, Lexical, stems_of
from tests.knowledge.passages import passage
from tests.support.examples import examples

WORDS = ["budget", "sponsor", "override", "champion", "pilot", "nurse", "scanner", "wave"]
texts = st.lists(st.sampled_from([*WORDS, "the", "what"]), max_size=12).map(" ".join)
corpora = st.lists(texts, min_size=1, max_size=8)


def legs_over(corpus: list[str]) -> Lexical:
    passages = [passage(text, f"p{n}", title="") for n, text in enumerate(corpus)]
    return Lexical.build(passages)


def scores(lexical: Lexical, stems: list[str], passages: int) -> np.ndarray:
    """BM25 of the first passages of an index, all of which may be read."""
    return lexical.words(stems).scores_of(np.arange(passages))


def plain_bm25(corpus: list[str], question: str) -> list[float]:
    """Lucene's BM25 by its formula: Kamphuis et al., “Which BM25 do you mean?” (2020)."""
    bags = [Counter(stems_of(text)) for text in corpus]
    lengths = [bag.total() for bag in bags]
    average = max(sum(lengths) / len(lengths), 1)
    found = []
    for bag, length in zip(bags, lengths, strict=False):
        score = 0.0
        for stem in set(stems_of(question)):
            holding = sum(1 for other in bags if stem in other)
            idf = math.log1p((len(bags) - holding + 0.5) / (holding + 0.5))
            norm = K1 * (1 - B + B * length / average)
            score += idf * bag[stem] / (bag[stem] + norm) if bag[stem] else 0.0
        found.append(score)
    return found


@settings(deadline=None, max_examples=examples(100))
@given(corpora, texts)
def test_scores_agree_with_the_formula(corpus: list[str], question: str):
    found = scores(legs_over(corpus), stems_of(question), len(corpus))
    assert found.shape == (len(corpus),)
    np.testing.assert_allclose(found, plain_bm25(corpus, question), rtol=1e-4, atol=1e-6)


@settings(deadline=None, max_examples=examples(25))
@given(corpora, texts)
def test_what_is_saved_and_loaded_scores_the_same(
    tmp_path_factory: pytest.TempPathFactory, corpus: list[str], question: str
):
    folder = tmp_path_factory.mktemp("lexical")
    built = legs_over(corpus)
    built.save(folder)
    loaded = Lexical.load(folder)
    stems = stems_of(question)
    same = scores(loaded, stems, len(corpus))
    np.testing.assert_array_equal(same, scores(built, stems, len(corpus)))
    assert loaded.words(stems).weights == built.words(stems).weights


@settings(deadline=None, max_examples=examples(60))
@given(corpora)
def test_a_rarer_word_tells_more_and_an_unknown_one_most(corpus: list[str]):
    lexical = legs_over(corpus)
    stems = [stems_of(word)[0] for word in WORDS]
    holding = {stem: sum(stem in stems_of(text) for text in corpus) for stem in stems}
    weights = lexical.words([*stems, "qqq"]).weights
    for stem in stems:
        assert 0 < weights[stem] <= weights["qqq"]
        for other in stems:
            if 0 < holding[stem] < holding[other]:
                assert weights[stem] > weights[other]


@settings(deadline=None, max_examples=examples(100))
@given(st.text(max_size=200))
def test_any_text_has_stems_that_are_words(text: str):
    assert all(stem and stem == stem.lower().strip() for stem in stems_of(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("overriding recommendations", "override a recommendation"),
        ("the sponsor’s budget", "sponsor's budget"),
        ("ROLLOUT", "rollout"),
        ("What is the pilot?", "pilot"),
        ("data-sheet", "data sheet"),
        ("snake_case", "snake case"),
    ],
)
def test_other_forms_of_a_word_are_the_same_word(one: str, other: str):
    assert stems_of(one) == stems_of(other)


@pytest.mark.parametrize("question", ["", "?!…", "what is the", "How do I?", "🙂🙂", "\0"])
def test_a_question_without_words_of_meaning_scores_nothing(question: str):
    assert not scores(legs_over(["budget sponsor", "pilot"]), stems_of(question), 2).any()


def test_title_and_headings_count_as_words_of_the_passage():
    passages = [
        passage("Plain words.", "a", title="Override"),
        passage("Plain words.", "b", headings=("Sponsor",)),
    ]
    lexical = Lexical.build(passages)
    assert scores(lexical, stems_of("override"), 2).argmax() == 0
    assert scores(lexical, stems_of("sponsor"), 2).argmax() == 1


@settings(deadline=None, max_examples=examples(100))
@given(corpora, st.lists(texts, max_size=4), texts)
def test_passages_that_may_not_be_read_change_no_score(
    corpus: list[str], hidden: list[str], question: str
):
    passages = [passage(text, f"p{n}") for n, text in enumerate(corpus)]
    secret = [passage(text, f"s{n}", audience="admins") for n, text in enumerate(hidden)]
    alone, beside = Lexical.build(passages), Lexical.build([*passages, *secret])
    stems = stems_of(question)
    allowed = np.array([True] * len(passages) + [False] * len(secret))
    words = beside.words(stems, allowed)
    found = words.scores_of(np.arange(len(passages)))
    expected = scores(alone, stems, len(passages))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    assert words.weights == alone.words(stems).weights


def test_which_passages_hold_two_words_next_to_each_other():
    lexical = legs_over(["the budget for a sponsor", "pilot wave", "sponsor budget", "budget"])
    pairs = [("budget", "sponsor"), ("sponsor", "budget"), ("budget", "budget"), ("nurs", "pilot")]
    held = lexical.holding(np.array([0, 2, 3]), pairs)
    assert held.tolist() == [
        [True, False, False],
        [False, True, False],
        [False, False, False],
        [False, False, False],
    ]
    assert lexical.holding(np.array([], dtype=np.intp), pairs).shape == (4, 0)
    assert lexical.holding(np.array([0]), []).shape == (0, 1)


def test_headings_and_text_are_no_neighbours(tmp_path: Path):
    made = Lexical.build([passage("sponsor", title="Budget"), passage("", title="Budget sponsor")])
    made.save(tmp_path)
    for lexical in (made, Lexical.load(tmp_path)):
        held = lexical.holding(np.array([0, 1]), [("budget", "sponsor")])
        assert held.tolist() == [[False, True]]


def test_a_word_said_twice_in_the_question_counts_once():
    lexical = legs_over(["budget sponsor", "pilot wave"])
    once, twice = (scores(lexical, stems_of(text), 2) for text in ("budget", "budget budget"))
    np.testing.assert_array_equal(once, twice)


def test_stems_are_the_same_from_many_threads():
    text = " ".join(WORDS) + " overriding recommendations, running nurses"
    expected = stems_of(text)
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.extend(stems_of(text) for _ in range(200)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 800
    assert all(each == expected for each in found)


def test_an_index_of_no_passages_scores_nothing(tmp_path: Path):
    Lexical.build([]).save(tmp_path)
    lexical = Lexical.load(tmp_path)
    words = lexical.words(stems_of("budget"))
    assert not len(words.best(5))
    assert words.weights["budget"] > 0


@pytest.mark.parametrize(
    ("language", "text", "stems"),
    [
        ("de", "Wie kündige ich die Lizenzen?", ["kundig", "lizenz"]),
        ("fr", "les licences de mes collègues", ["licenc", "collègu"]),
        ("en", "the licences of my colleagues", ["licenc", "colleagu"]),
        ("ja", "Copilot を使う", ["copilot", "を使う"]),
    ],
)
def test_each_language_has_its_own_stems_and_stop_words(language: str, text: str, stems: list[str]):
    assert stems_of(text, language) == stems


def test_a_passage_is_found_by_the_stems_of_its_language():
    passages = [passage("Die Lizenzen werden gekündigt."), passage("The licence is cancelled.")]
    lexical = Lexical.build(passages, ["de", "en"])
    assert scores(lexical, stems_of("Lizenz kündigen", "de"), 2).argmax() == 0
    assert scores(lexical, stems_of("cancel licences"), 2).argmax() == 1
