from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parse.documents import Document
from ingest.split.split import LONGEST_PASSAGE, LONGEST_WHOLE, OVERLAP, split, windows
from tests.support.examples import examples


def of(text: str, kind: str = "guide") -> list[str]:
    return [passage.text for passage in split(Document("f.md", "Title", text, kind=kind))]


words = st.text("abcdefgh", min_size=1, max_size=12)
sentences = st.lists(words, min_size=1, max_size=25).map(lambda each: " ".join(each) + ".")
paragraphs = st.lists(sentences, min_size=1, max_size=12).map(" ".join)
items = st.lists(sentences, min_size=1, max_size=8)
blocks = st.one_of(
    paragraphs,
    items.map(lambda each: "\n".join(f"- {item}" for item in each)),
    items.map(lambda each: "\n".join(f"{n}. {item}" for n, item in enumerate(each, 1))),
    words.map(lambda word: f"## {word}"),
    st.lists(words, min_size=2, max_size=2).map(
        lambda cells: f"| A | B |\n| --- | --- |\n| {cells[0]} | {cells[1]} |"
    ),
)
documents = st.lists(blocks, min_size=1, max_size=10).map("\n\n".join)


@settings(deadline=None, max_examples=examples(80))
@given(documents, st.sampled_from(["guide", "faq"]))
def test_every_word_is_in_a_passage_and_no_passage_is_too_long(text: str, kind: str):
    passages = split(Document("f.md", "Title", text, kind=kind))
    assert all(0 < len(passage.text) <= LONGEST_WHOLE for passage in passages)
    body = re.sub(r"^## .*$|^\|.*\|$", "", text, flags=re.MULTILINE)
    shown = set(re.findall(r"[a-h]+", " ".join(passage.text for passage in passages)))
    assert set(re.findall(r"[a-h]+", body)) <= shown
    assert len({passage.id for passage in passages}) <= len(passages)
    assert [passage.position for passage in passages] == list(range(len(passages)))


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(sentences, min_size=1, max_size=60).map(" ".join))
def test_windows_overlap_a_little_and_lose_nothing(prose: str):
    runs = windows(prose)
    assert all(len(run) <= LONGEST_PASSAGE for run in runs)
    joined = " ".join(runs[:1])
    for run in runs[1:]:
        shared = max(
            size
            for size in range(min(len(joined), len(run)) + 1)
            if joined.endswith(run[:size]) and run[:size][-1:] in ("", ".")
        )
        assert shared <= OVERLAP
        joined += run[shared:] if shared else " " + run
    assert joined == " ".join(prose.split())


def test_a_faq_entry_stays_with_its_question():
    answer = "It is so. " * 60
    text = f"# FAQ\n\n## First question?\n\n{answer}\n\n## Second question?\n\nNo.\n"
    passages = split(Document("f.md", "FAQ", text, kind="faq"))
    assert [passage.headings for passage in passages] == [
        ("First question?",),
        ("Second question?",),
    ]
    assert len(passages[0].text.split()) == len(answer.split())


def test_a_procedure_stays_whole_with_what_announces_it():
    steps = "\n".join(
        f"{n}. Do the step number {n} with great care and attention." for n in range(1, 25)
    )
    text = f"{'Some words before it. ' * 40}\n\nDo this in order:\n\n{steps}\n\nAnd words after.\n"
    holding = [passage for passage in of(text) if "1. Do the step" in passage]
    assert len(holding) == 1
    assert "Do this in order:" in holding[0]
    assert "24. Do the step" in holding[0]


def test_a_table_row_carries_its_column_names():
    rows = "\n".join(f"| tool {n} | owner {n} |" for n in range(80))
    passages = of(f"| Tool | Owner |\n| --- | --- |\n{rows}\n")
    assert len(passages) > 1
    for passage in passages:
        assert all(
            re.fullmatch(r"- Tool: tool \d+; Owner: owner \d+", line)
            for line in passage.splitlines()
        )


def test_headings_make_the_path():
    text = "# Guide\n\n## Part\n\n### Detail\n\nWords.\n\n## Other\n\nMore.\n"
    passages = split(Document("f.md", "Guide", text))
    assert [passage.heading for passage in passages] == ["Part › Detail", "Other"]


def test_the_same_words_under_the_same_headings_have_the_same_name():
    first = split(Document("f.md", "T", "# A\n\nOne.\n\n# B\n\nTwo."))
    second = split(Document("f.md", "T", "# New\n\nZero.\n\n# A\n\nOne.\n\n# B\n\nTwo."))
    assert {passage.id for passage in first} < {passage.id for passage in second}
