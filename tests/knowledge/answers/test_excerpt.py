from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers.excerpt import LONGEST, LONGEST_SENTENCE, complete, telling
from knowledge.index.passages import Hit
from knowledge.index.sentences import sentences_of
from tests.knowledge.passages import passage

STEPS = "Do this:\n" + "\n".join(
    f"{n}. Open the page number {n} of the settings and wait until it is there."
    for n in range(1, 31)
)
CARERS = (
    "A primary carer is who looks after the child most. A primary carer has 16 weeks. "
    "A secondary carer is the other parent. A secondary carer has 6 weeks."
)


def hit(text: str, nearest: int = 0) -> Hit:
    units = sentences_of(text)
    closeness = tuple(1.0 if n == nearest else 0.5 for n in range(len(units)))
    return Hit(passage(text), 1.0, 0.5, closeness)


def test_a_paragraph_is_shown_whole():
    assert complete(hit(CARERS, nearest=3)).shown == CARERS


def test_a_long_list_says_how_many_steps_are_left():
    shown = complete(hit(STEPS, nearest=3))
    assert shown.text.startswith("Do this:\n1. Open")
    assert len(shown.text) <= LONGEST
    count = len(sentences_of(shown.text)) - 1
    assert shown.left == f"and {30 - count} more steps"
    assert shown.shown.endswith(f"… and {30 - count} more steps in the guide.")


def test_a_single_step_left_is_one_step():
    text = "Do this:\n" + "\n".join(f"{n}. {'x' * 100}" for n in range(1, 5))
    assert complete(hit(text), longest=340).left == "and 1 more step"


def test_a_long_section_is_shown_from_the_paragraph_that_comes_nearest():
    paragraphs = [f"Paragraph {n} begins. {'It goes on and on. ' * 20}" for n in range(6)]
    text = "\n\n".join(paragraphs)
    units = sentences_of(text)
    nearest = next(n for n, unit in enumerate(units) if unit.text.startswith("Paragraph 3"))
    shown = complete(hit(text, nearest + 4))
    assert shown.text.startswith("Paragraph 3 begins.")
    assert shown.left == "and more"


def test_the_nearest_sentence_is_shown_of_a_section_that_may_help():
    assert telling(
        hit(f"{CARERS} " + "Other things are written here too. " * 20, 1)
    ).text.startswith("A primary carer has 16 weeks.")


@pytest.mark.parametrize(
    "pointer",
    [
        "See Removing seats from an organization for every step that there is in the guide.",
        "For more information about seats, see Removing seats from an organization and its pages.",
        "To learn more about removing seats, see Removing seats from an organization in the guide.",
        "Weitere Informationen zum Entfernen von Lizenzen finden Sie unter Lizenzen entfernen.",
    ],
)
def test_a_sentence_that_only_says_where_to_read_on_is_no_telling_one(pointer: str):
    said = (
        "An owner takes the seat away in the settings, and it is free on the next day of billing."
    )
    assert telling(hit(f"{pointer} {said}", nearest=0)).text == said
    assert telling(hit(pointer, nearest=0)).text == pointer


def test_a_sentence_that_says_what_to_see_to_is_a_telling_one():
    text = (
        "See that nobody outside of the team can open the folder before you let the agent read "
        "it. Other rules are written elsewhere."
    )
    assert telling(hit(text, nearest=0)).text.startswith("See that nobody")


@pytest.mark.parametrize("nearest", range(4))
def test_what_is_shown_stands_in_the_passage(nearest: int):
    for part in (complete(hit(CARERS, nearest), 120), telling(hit(CARERS, nearest))):
        assert part.text in CARERS


@given(st.text(max_size=3000), st.integers(0, 40))
def test_any_passage_has_an_excerpt_of_its_own_words(text: str, nearest: int):
    one = hit(text, nearest)
    assert complete(one).text in text
    assert telling(one).text in text
    longest_unit = max((len(unit.text) for unit in sentences_of(text)), default=0)
    assert len(telling(one).text) <= max(LONGEST_SENTENCE, longest_unit)
