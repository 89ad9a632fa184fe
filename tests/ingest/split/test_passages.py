from __future__ import annotations

import re
from collections import Counter
from itertools import zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parse.documents import KINDS, Document
from ingest.split.blocks import PICTURE, blocks_of
from ingest.split.split import LONGEST_PASSAGE, LONGEST_WHOLE, split, windows
from knowledge.index.passages import Passage
from tests.support.examples import examples


def of(text: str, kind: str = "guide", title: str = "Title") -> list[Passage]:
    return split(Document("f.md", title, text, kind=kind))


def numbered(count: int, each: str = "Do the next thing with care.") -> list[str]:
    return [f"{n}. {each}" for n in range(1, count + 1)]


words = st.text("abcdefgh", min_size=1, max_size=10)
phrases = st.lists(words, min_size=1, max_size=12).map(" ".join)
sentences = phrases.map(lambda each: f"{each.capitalize()}.")
prose = st.lists(sentences, min_size=1, max_size=15).map(" ".join)
items = st.lists(sentences, min_size=1, max_size=10)
headings = st.tuples(st.integers(1, 4), phrases).map(lambda each: f"{'#' * each[0]} {each[1]}")
rows = st.lists(st.tuples(words, words), min_size=1, max_size=8)


def table(cells: list[tuple[str, str]]) -> str:
    return "\n".join(["| Xxx | Yyy |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in cells)])


blocks = st.one_of(
    prose,
    headings,
    rows.map(table),
    phrases.map(lambda each: f"{each}:"),
    items.map(lambda each: "\n".join(f"- {item}" for item in each)),
    items.map(lambda each: "\n".join(f"- {item}\n  - {item}" for item in each)),
    items.map(lambda each: "\n".join(f"{n}. {item}" for n, item in enumerate(each, 1))),
    items.map(lambda each: "```\n" + "\n".join(each) + "\n```"),
    items.map(lambda each: "\n".join(f"> {item}" for item in each)),
    st.just("---"),
    st.integers(900, 2600).map(lambda size: ("ab " * size)[:size].strip() + "."),
    st.integers(1000, 2600).map(lambda size: "h" * size),
)
documents = st.lists(blocks, min_size=1, max_size=12).map("\n\n".join)
kinds = st.sampled_from(KINDS)


@settings(deadline=None, max_examples=examples(80))
@given(documents, kinds)
def test_no_passage_is_empty_or_over_its_limit(text: str, kind: str):
    for passage in of(text, kind):
        assert passage.text == passage.text.strip() != ""
        assert len(passage.text) <= LONGEST_WHOLE


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.one_of(headings, prose), min_size=1, max_size=20).map("\n\n".join))
def test_prose_is_cut_at_its_own_limit(text: str):
    assert all(len(passage.text) <= LONGEST_PASSAGE for passage in of(text))


@settings(deadline=None, max_examples=examples(80))
@given(documents, kinds)
def test_every_word_below_a_heading_is_in_a_passage(text: str, kind: str):
    body = "\n".join(line for line in text.split("\n") if not line.startswith("#"))
    # A word of more than 1,000 letters is cut; none of its letters may go.
    expected = Counter(word for word in re.findall(r"[A-Za-z]+", body) if len(word) <= 500)
    shown = Counter(re.findall(r"[A-Za-z]+", " ".join(each.text for each in of(text, kind))))
    missing = {word for word, count in expected.items() if shown[word] < count}
    assert missing <= {"Xxx", "Yyy"}
    letters = "".join(each.text for each in of(text, kind)).count("h")
    assert letters >= sum(line.count("h") for line in body.split("\n") if line.strip("h") == "")


def path_of(text: str) -> list[tuple[str, ...]]:
    """The headings above each line of text, and of each heading that has nothing below it."""
    path: list[tuple[int, str]] = []
    found = []
    lines = [line for line in text.split("\n") if line.strip()]
    for line, following in zip_longest(lines, lines[1:], fillvalue="# end"):
        level = _level(line)
        if level:
            path = [*(entry for entry in path if entry[0] < level), (level, line[level + 1 :])]
        if not level or 0 < _level(following) <= level:
            found.append(tuple(words for _, words in path))
    return found


def _level(line: str) -> int:
    match = re.match(r"(#+) ", line)
    return len(match[1]) if match else 0


@settings(deadline=None, max_examples=examples(80))
@given(st.lists(st.one_of(headings, sentences), min_size=1, max_size=12).map("\n\n".join))
def test_every_passage_stands_under_the_headings_above_it(text: str):
    expected = list(dict.fromkeys(path_of(text)))
    assert list(dict.fromkeys(each.headings for each in of(text))) == expected


@settings(deadline=None, max_examples=examples(60))
@given(documents, kinds)
def test_the_same_document_gives_the_same_passages_counted_from_nought(text: str, kind: str):
    first = of(text, kind)
    assert of(text, kind) == first
    assert [each.position for each in first] == list(range(len(first)))
    by_name = {each.id: (each.text, each.headings) for each in first}
    assert all(by_name[each.id] == (each.text, each.headings) for each in first)


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.tuples(phrases, prose), min_size=1, max_size=6))
def test_every_faq_entry_is_one_passage_under_its_question(entries: list[tuple[str, str]]):
    # A question asked twice in a row is one section of two entries to any reader of Markdown.
    questions = [f"{n} {question}?" for n, (question, _) in enumerate(entries)]
    answers = [answer[:1900] for _, answer in entries]
    text = "\n\n".join(f"## {q}\n\n{a}" for q, a in zip(questions, answers, strict=True))
    found = of(f"# Title\n\n{text}", "faq")
    assert [each.headings for each in found] == [(question,) for question in questions]
    assert [each.text for each in found] == [answer.strip() for answer in answers]


def test_a_faq_entry_beyond_the_limit_keeps_its_question_over_every_part():
    answer = "This is one more sentence of a long answer. " * 120
    found = of(f"# Title\n\n## Why?\n\n{answer}", "faq")
    assert len(found) > 2
    assert {each.headings for each in found} == {("Why?",)}


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(sentences, min_size=2, max_size=20), st.booleans(), prose)
def test_a_procedure_within_its_limit_is_never_cut(steps: list[str], led: bool, before: str):
    lines = [f"{n}. {step}" for n, step in enumerate(steps, 1)]
    procedure = "\n".join(lines)
    if len(procedure) > LONGEST_WHOLE - 20:
        return
    lead = "Do this:\n\n" if led else ""
    found = of(f"{before}\n\n{lead}{procedure}\n\nAnd then rest.")
    assert sum(procedure in each.text for each in found) == 1
    assert (
        all(f"Do this:\n\n{procedure}" in each.text for each in found if procedure in each.text)
        or not led
    )


def test_a_procedure_beyond_its_limit_is_cut_between_steps_each_part_announced():
    steps = numbered(150)
    found = of("Do this:\n\n" + "\n".join(steps))
    assert len(found) > 2
    assert all(each.text.startswith("Do this:\n\n") for each in found)
    lines = [line for each in found for line in each.text.split("\n")[2:]]
    assert lines == steps


def test_a_step_keeps_what_is_indented_below_it():
    text = "1. Open it.\n\n   ```sh\n   uptake run\n   ```\n\n   Wait.\n2. Close it.\n   - softly\n"
    (passage,) = of(text)
    assert "uptake run" in passage.text
    assert "Wait." in passage.text
    assert "- softly" in passage.text


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.tuples(words, words), min_size=1, max_size=60))
def test_every_table_row_stands_by_its_column_names(cells: list[tuple[str, str]]):
    found = of(table(cells))
    lines = [line for each in found for line in each.text.split("\n")]
    assert lines == [f"- Xxx: {a}; Yyy: {b}" for a, b in cells]


def test_a_table_keeps_its_announcement_in_every_part():
    text = "The tools:\n\n" + table([(f"tool {n}", "x" * 40) for n in range(60)])
    found = of(text)
    assert len(found) > 1
    assert all(each.text.startswith("The tools:\n\n- Xxx: tool") for each in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| A | B |\n| - | - |\n| 1 |  |", ["- A: 1"]),
        ("| A | B |\n| - | - |\n|  |  |\n| 1 | 2 |", ["- A: 1; B: 2"]),
        ("| A | B |\n| - | - |\n| **b** `c` | [l](https://x.example) |", ["- A: b c; B: l"]),
        ("| A | B |\n| - | - |", ["- A; B"]),
        ("| Plan | Refund? |\n| - | - |\n| Pro | No |", ["- Plan: Pro; Refund? No"]),
        ("> Said by\n> many.", ["Said by many."]),
        ("Setext\n======\n\nWords.", ["Words."]),
        ("<div>Words <b>in</b> tags.</div>", ["Words in tags."]),
        ("    code\n    more", ["code\nmore"]),
        ("```\n# no heading\n```", ["```\n# no heading\n```"]),
        ("***\n\n---\n", []),
        ("", []),
    ],
)
def test_marks_of_every_kind_give_their_words(text: str, expected: list[str]):
    assert [each.text for each in of(text)] == expected


def test_marks_in_a_heading_are_no_part_of_it():
    (passage,) = of("## *Why* `uptake run`, [really](https://x.example)?\n\nSo.")
    assert passage.headings == ("Why uptake run, really?",)


def test_the_title_is_not_said_twice():
    (passage,) = of("# Title\n\n## Part\n\nWords.")
    assert (passage.headings, passage.context) == (("Part",), "Title › Part")


def test_a_lower_heading_ends_at_the_next_higher_one():
    text = "## A\n\n#### Deep\n\nOne.\n\n### B\n\nTwo.\n\n## C\n\nThree."
    assert [each.headings for each in of(text)] == [("A", "Deep"), ("A", "B"), ("C",)]


def test_a_passage_is_named_anew_when_anything_said_of_it_changes():
    def name(**fields: str) -> str:
        base = {"source": "f.md", "title": "T", "text": "Words."}
        return split(Document(**(base | fields)))[0].id

    changes = [
        *({"text": "Other."}, {"title": "U"}, {"source": "g.md"}, {"tool": "copilot"}),
        *({"audience": "admins"}, {"link": "https://x.example"}, {"owner": "Ann"}),
        *({"reviewed": "2026-11-02"}, {"kind": "playbook"}, {"text": "# A\n\nWords."}),
    ]
    assert len({name(), *(name(**change) for change in changes)}) == len(changes) + 1


@settings(deadline=None, max_examples=examples(60))
@given(st.text(max_size=400))
def test_any_text_is_taken_apart_without_loss_of_letters(text: str):
    document = Document("f.txt", "Title", text, is_markdown=False)
    shown = "".join("".join(each.text.split()) for each in split(document))
    assert shown == "".join(text.split())
    assert all(block.text.strip() or block.kind == PICTURE for block in blocks_of(text))


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.integers(1, 1500), min_size=1, max_size=12))
def test_windows_are_bounded_and_hold_every_sentence(sizes: list[int]):
    made = [f"{'Aa' * (size // 2)}{n}." for n, size in enumerate(sizes)]
    runs = windows(" ".join(made))
    assert all(0 < len(run) <= LONGEST_PASSAGE for run in runs)
    for sentence in made:
        if len(sentence) <= LONGEST_PASSAGE:
            assert any(sentence in run for run in runs)
