from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.index.sentences import sentences_of
from tests.support.examples import examples


def units(text: str) -> list[str]:
    return [unit.text for unit in sentences_of(text)]


pieces = st.sampled_from(
    [
        *("Ask. ", "Really? ", "e.g. ", "3.14 ", "etc. ", "No. 5 ", "[1] ", "… ", "!? ", '." '),
        *(
            "\n",
            "\n\n",
            "\r\n",
            "- item ",
            "* ",
            "12. step ",
            "1) ",
            "\t",
            "\u2028",
            "\x85",
            "\x0b",
        ),
        *("| a | b |", "ß", "🙂", "A", "i", " ", ".", "“Yes.” ", "# ", "\u00a0", "\x1c"),
    ]
)
texts = st.one_of(st.text(max_size=200), st.lists(pieces, max_size=40).map("".join))


@settings(deadline=None, max_examples=examples(200))
@given(texts)
def test_joined_units_give_the_text_back_but_for_white_space(text: str):
    assert "".join("".join(units(text)).split()) == "".join(text.split())


@settings(deadline=None, max_examples=examples(200))
@given(texts)
def test_a_unit_is_never_empty_and_says_where_it_stands(text: str):
    end = 0
    for unit in sentences_of(text):
        assert unit.text
        assert unit.text == unit.text.strip()
        assert end <= unit.start < unit.end <= len(text)
        assert text[unit.start : unit.end] == unit.text
        end = unit.end


@settings(deadline=None, max_examples=examples(100))
@given(texts)
def test_a_unit_never_reaches_across_a_blank_line(text: str):
    assert not any("\n\n" in unit for unit in units(text))


words = st.text("abcdefgh", min_size=4, max_size=8)
plain = st.lists(words, min_size=2, max_size=8).map(lambda each: " ".join(each).capitalize())
ended = st.tuples(plain, st.sampled_from([".", "!", "?", "…", ".)", '."'])).map("".join)


@settings(deadline=None, max_examples=examples(100))
@given(st.lists(ended, min_size=1, max_size=8), st.sampled_from([" ", "\n", "  "]))
def test_plain_sentences_are_told_apart(sentences: list[str], between: str):
    assert units(between.join(sentences)) == sentences


@settings(deadline=None, max_examples=examples(100))
@given(st.lists(plain, min_size=1, max_size=8), st.sampled_from(["- ", "* ", "+ ", "• ", "1. "]))
def test_each_list_item_is_one_unit(items: list[str], mark: str):
    found = sentences_of("\n".join(f"{mark}{item}. And more." for item in items))
    assert [unit.text for unit in found] == [f"{mark}{item}. And more." for item in items]
    assert all(unit.whole_line for unit in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "It takes 3.5 hours and costs 1.200 euros.",
        "Ask Dr. Olsen or Prof. Berg.",
        "Some tools, e.g. Copilot, i.e. assistants, know it.",
        "See Fig. 3 and No. 7 of vol. 2.",
        "J. R. Smith wrote it.",
        "Open guides.example.com/start.html and sign in.",
        "Version 2.1.0 is the newest.",
        "He asked “Why? because” and left.",
        "Results vs. Plan are shown in Jan. and Sept. of the year.",
    ],
)
def test_a_full_stop_within_a_sentence_does_not_end_it(sentence: str):
    assert units(f"{sentence} Then comes another one.") == [sentence, "Then comes another one."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes! No? Maybe…", ["Yes!", "No?", "Maybe…"]),
        ("He said “Stop.” Then he left.", ["He said “Stop.”", "Then he left."]),
        ("It is known. [3] Nobody doubts it.", ["It is known. [3]", "Nobody doubts it."]),
        ("It is so. [1, 2–4] Next one.", ["It is so. [1, 2–4]", "Next one."]),
        ("It saves 5 %. 20 people use it.", ["It saves 5 %.", "20 people use it."]),
        ("A sentence over\ntwo lines. And one.", ["A sentence over\ntwo lines.", "And one."]),
        ("Do this:\n1. Read.\n2. Act.", ["Do this:", "1. Read.", "2. Act."]),
        (
            "- An item\n  that goes on. Still.\n- Next",
            ["- An item\n  that goes on. Still.", "- Next"],
        ),
        ("- Item\n\nProse after it. More.", ["- Item", "Prose after it.", "More."]),
        ("No end at all", ["No end at all"]),
        ("", []),
        (" \n\t\n ", []),
    ],
)
def test_text_is_cut_where_a_reader_would(text: str, expected: list[str]):
    assert units(text) == expected
