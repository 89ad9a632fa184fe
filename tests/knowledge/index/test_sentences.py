from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.index.sentences import sentences_of

texts = st.text(st.sampled_from("ab C.!?:,1) \n-*\t•…\"'[]é"), max_size=200)


@given(texts)
def test_the_units_are_the_text_without_its_white_space(text: str):
    units = sentences_of(text)
    assert "".join("".join(unit.text.split()) for unit in units) == "".join(text.split())
    assert all(unit.text == text[unit.start : unit.end] for unit in units)
    assert all(unit.text.strip() == unit.text != "" for unit in units)
    assert all(a.end <= b.start for a, b in pairwise(units))


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("See e.g. Fig. 3. Then go on.", ["See e.g. Fig. 3.", "Then go on."]),
        ("It is 3.5 % now. Good.", ["It is 3.5 % now.", "Good."]),
        ("Dr. Who came. He left.", ["Dr. Who came.", "He left."]),
        ("So it ends [3]. Next.", ["So it ends [3].", "Next."]),
        ('He said "stop." Then silence.', ['He said "stop."', "Then silence."]),
        ("Do this:\n1. Open it.\n2. Close it.", ["Do this:", "1. Open it.", "2. Close it."]),
        ("- a. b. c\n- d", ["- a. b. c", "- d"]),
        ("A line\ngoes on. End.\n\nNew one", ["A line\ngoes on.", "End.", "New one"]),
        ("", []),
    ],
)
def test_sentences_end_where_people_end_them(text: str, units: list[str]):
    assert [unit.text for unit in sentences_of(text)] == units


def test_a_list_item_is_one_unit_and_marked():
    assert [unit.whole_line for unit in sentences_of("Lead:\n- one. two.\n3) three")] == [
        False,
        True,
        True,
    ]
