from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import SynonymsUnreadable
from knowledge.retrieval.rewriting import Rewriter, corrected

VOCABULARY = ["assistant", "manager", "permission", "pilot", "policy", "weeks"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("can my boss read it", "can my manager read it"),
        ("Does my BOSS read it?", "Does my manager read it?"),
        ("take-over of the embossed bosses' room", "take-over of the embossed managers' room"),
        ("what I do", "what I do"),
    ],
)
def test_everyday_words_are_replaced_whole(question: str, expected: str):
    rewriter = Rewriter({"boss": "manager", "bosses": "managers", "take over": "reassign"})
    assert rewriter.rewritten(question) == expected


def test_the_longest_phrase_wins():
    rewriter = Rewriter({"money": "budget", "money back": "refund"})
    assert rewriter.rewritten("Do I get money back?") == "Do I get refund?"


def test_a_company_adds_its_own_words(tmp_path: Path):
    path = tmp_path / "synonyms.toml"
    path.write_text('"Merlin" = "AI assistant"\n[people]\n"chief" = "manager"\n', "utf-8")
    rewriter = Rewriter.of(path)
    assert rewriter.rewritten("May merlin ask the chief?") == "May AI assistant ask the manager?"
    assert rewriter.rewritten("my boss") == "my manager"


@pytest.mark.parametrize(
    ("question", "titles", "expected"),
    [
        ("Can I paste it into Copilot?", {"privacy", "data"}, "Can I paste it into AI tool?"),
        ("Is ChatGPT or GitHub Copilot better?", {"faq"}, "Is AI tool or AI tool better?"),
        # Guides about one product say of which, so its name is worth searching for.
        ("Can I paste it into Copilot?", {"copilot", "faq"}, "Can I paste it into Copilot?"),
        ("Can I paste it into Gemini?", {"copilot", "faq"}, "Can I paste it into Gemini?"),
        ("the copiloted flight", {"faq"}, "the copiloted flight"),
    ],
)
def test_where_guides_name_no_product_any_product_is_the_tool(
    question: str, titles: set[str], expected: str
):
    assert Rewriter.of().without_products(question, titles) == expected


def test_a_company_adds_its_own_products(tmp_path: Path):
    path = tmp_path / "synonyms.toml"
    path.write_text('[products]\n"Merlin" = "AI tool"\n', "utf-8")
    rewriter = Rewriter.of(path)
    assert rewriter.without_products("Who may use merlin?", set()) == "Who may use AI tool?"
    assert rewriter.without_products("Who may use merlin?", {"merlin"}) == "Who may use merlin?"
    assert rewriter.rewritten("Who may use merlin?") == "Who may use merlin?"


@pytest.mark.parametrize("content", ["boss manager", '"boss" = 3', None])
def test_a_file_that_cannot_be_read_is_said(content: str | None, tmp_path: Path):
    path = tmp_path / "synonyms.toml"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(SynonymsUnreadable, match="UPTAKE_SYNONYMS"):
        Rewriter.of(path)


@given(st.text(max_size=60))
def test_any_question_can_be_rewritten(question: str):
    assert isinstance(Rewriter.of().rewritten(question), str)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how long is the pilott", "how long is the pilot"),
        ("do I need permision or persmission", "do I need permission or permission"),
        ("Manger is a name here", "Manger is a name here"),
        ("assistent", "assistant"),
        ("the pylons", "the pylons"),
        ("wieks", "weeks"),
    ],
)
def test_a_slip_of_the_finger_is_corrected_to_a_word_of_the_guides(question: str, expected: str):
    assert corrected(question, VOCABULARY) == expected


@pytest.mark.parametrize("question", ["the police in weeks", "a pilots assistance"])
def test_a_word_that_is_spelt_right_stays_even_if_no_guide_has_it(question: str):
    assert corrected(question, VOCABULARY) != question
    right = {"police", "pilots", "assistance"}
    assert corrected(question, VOCABULARY, right.__contains__) == question


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("which data centre", "which data center"),
        ("two centres", "two centers"),
        ("who is the organiser", "who is the organizer"),
        ("its BEHAVIOUR", "its behavior"),
        ("a license", "a licence"),
        ("travelling", "traveling"),
        ("four hours of our course", "four hours of our course"),
    ],
)
def test_words_are_found_in_british_and_in_american_spelling(question: str, expected: str):
    words = ["behavior", "center", "centers", "licence", "organizer", "traveling"]
    assert corrected(question, words, lambda word: True) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("in Sharepont", "in sharepoint"),
        ("Permision of Asistant", "permission of assistant"),
        ("Manger and Polics are names", "Manger and Polics are names"),
        ("Persmissiont is two slips away", "Persmissiont is two slips away"),
    ],
)
def test_a_long_name_may_have_one_slip(question: str, expected: str):
    assert corrected(question, sorted([*VOCABULARY, "sharepoint"])) == expected


def test_without_guides_nothing_is_corrected():
    assert corrected("asistant", []) == "asistant"
