from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import EvaluationWrong
from bot.maintenance.evaluations import changes, corpus_into, keep_results, last_results, read_cases
from knowledge.answers.evaluation import Case, Judged
from knowledge.retrieval.confidence import Confidence
from tests.conftest import uptake
from tests.support.examples import examples
from tests.support.schemas import command_output


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_questions_in_a_table_are_read(tmp_path: Path):
    path = written(
        tmp_path,
        "q.csv",
        "Question,source,words,answerable\n"
        '"Who, then?",budget.md,director|vice president,\n'
        "What is the weather?,,,no\n"
        ",,,\n",
    )
    assert read_cases(path) == [
        Case("Who, then?", "budget.md", ("director", "vice president")),
        Case("What is the weather?", answerable=False),
    ]


def test_questions_in_json_lines_are_read(tmp_path: Path):
    lines = [
        {"question": "Who?", "document": "doc-1", "answers": ["Ann", "Bo"]},
        {"question": "Why?", "source": "Guide", "words": "because"},
        {"question": "Rain?", "answerable": False},
    ]
    path = written(tmp_path, "q.jsonl", "\n\n".join(map(json.dumps, lines)))
    assert read_cases(path) == [
        Case("Who?", "doc-1", ("Ann", "Bo")),
        Case("Why?", "Guide", ("because",)),
        Case("Rain?", answerable=False),
    ]
    assert not any(case.answerable for case in read_cases(path, answerable=False))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("q.csv", "", "no column “question”"),
        ("q.csv", "a,b\n1,2\n", "no column “question”"),
        ("q.csv", "question,source\n,budget.md\n", "line 2: the question is missing"),
        ("q.csv", 'question\n"open', "q.csv, line"),
        ("q.csv", "question\n", "holds no questions"),
        ("q.jsonl", "", "holds no questions"),
        ("q.jsonl", '{"question": "Q?"}\n{', "line 2: no JSON object"),
        ("q.jsonl", '["Q?"]', "line 1: no JSON object"),
        ("q.jsonl", '{"question": 7}', "line 1: the question is missing"),
        ("q.jsonl", '{"question": "Q?", "words": [7]}', "line 1: the words"),
        ("q.jsonl", "[" * 100_000, "line 1: no JSON object"),
    ],
)
def test_a_file_that_cannot_be_meant_is_said_with_its_line(
    tmp_path: Path, name: str, text: str, said: str
):
    with pytest.raises(EvaluationWrong, match=said):
        read_cases(written(tmp_path, name, text))


def test_a_file_that_is_not_there_or_no_text_is_said(tmp_path: Path):
    with pytest.raises(EvaluationWrong, match="cannot be read"):
        read_cases(tmp_path / "gone.csv")
    (tmp_path / "q.csv").write_bytes(b"question\n\xff\xfe\x00")
    with pytest.raises(EvaluationWrong, match="UTF-8"):
        read_cases(tmp_path / "q.csv")


@settings(deadline=None, max_examples=examples(100))
@example('"', "q.csv")
@given(st.text(max_size=200), st.sampled_from(["q.csv", "q.jsonl"]))
def test_any_file_is_read_or_refused_in_a_sentence(tmp_path_factory, text: str, name: str):
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    said = ""
    try:
        assert all(case.question for case in read_cases(path))
    except EvaluationWrong as error:
        said = str(error)
    assert not said or name in said


def test_a_corpus_becomes_a_file_a_text(tmp_path: Path):
    corpus = written(tmp_path, "c.jsonl", '{"id": "doc-1", "text": "Title\\n\\nWords."}\n')
    folder = tmp_path / "texts"
    folder.mkdir()
    assert corpus_into(corpus, folder) == folder
    assert (folder / "doc-1.txt").read_text("utf-8") == "Title\n\nWords."
    assert corpus_into(folder, tmp_path) == folder


@pytest.mark.parametrize("line", ['{"id": "../x", "text": "t"}', '{"id": "a"}', '{"text": "t"}'])
def test_a_corpus_that_leads_elsewhere_or_lacks_a_text_is_refused(tmp_path: Path, line: str):
    with pytest.raises(EvaluationWrong, match="line 1"):
        corpus_into(written(tmp_path, "c.jsonl", line), tmp_path)


def test_what_changed_since_the_last_run_is_said(tmp_path: Path):
    questions = written(tmp_path, "q.csv", "question\n")
    before = [
        Judged(Case("A?"), 1, True, Confidence.ANSWERED, 0.1),
        Judged(Case("B?"), None, False, Confidence.ABSTAINED, 0.1),
        Judged(Case("C?"), 2, True, Confidence.ANSWERED, 0.1),
    ]
    assert last_results(tmp_path / "runs", questions) == {}
    keep_results(tmp_path / "runs", questions, before)
    kept = last_results(tmp_path / "runs", questions)
    assert changes(kept, before) == []
    after = [
        before[0],
        Judged(Case("B?"), 3, True, Confidence.UNSURE, 0.1),
        Judged(Case("C?"), None, False, Confidence.ANSWERED, 0.1),
        Judged(Case("D?"), 1, True, Confidence.ANSWERED, 0.1),
    ]
    assert changes(kept, after) == [
        ("B?", "right passage: not found before, number 3 now"),
        ("B?", "now quoted"),
        ("B?", "abstained before, unsure now"),
        ("C?", "right passage: number 2 before, not found now"),
        ("C?", "no longer quoted"),
    ]


def test_own_questions_are_measured_and_compared_with_the_last_run(data_dir: Path, tmp_path: Path):
    path = written(
        tmp_path,
        "own.csv",
        "question,source,words,answerable\n"
        "How much of the budget should go to change management?,budget.md,15–20 %,\n"
        "What is the capital of Peru?,,,no\n",
    )
    run = ("eval", "--questions", str(path), "--json")
    first = uptake(*run, cwd=tmp_path, UPTAKE_DATA_DIR=str(data_dir))
    assert first.returncode == 0, first.stderr
    found = command_output("eval", first.stdout)
    assert found["hit@1"] == found["quoted"] == 1.0
    assert found["out_of_scope"] == {"questions": 1, "abstained": 1.0, "not_answered": 1.0}
    assert found["changes"] == []
    written(
        tmp_path,
        "own.csv",
        "question,source,words\nHow much of the budget should go to change management?,,90 %\n",
    )
    second = uptake(*run[:-1], cwd=tmp_path, UPTAKE_DATA_DIR=str(data_dir))
    assert "Changed since the last run" in second.stdout
    assert "not found now" in second.stdout


def test_a_corpus_is_measured_without_touching_the_own_index(tmp_path: Path):
    corpus = written(
        tmp_path,
        "c.jsonl",
        '{"id": "doc-1", "text": "Budget\\n\\nPlan 15-20 % of it for change management."}\n'
        '{"id": "doc-2", "text": "Sponsor\\n\\nThe sponsor is a director."}\n',
    )
    questions = written(
        tmp_path,
        "q.jsonl",
        '{"question": "Who is the sponsor?", "document": "doc-2", "answers": ["director"]}\n',
    )
    strange = written(tmp_path, "o.jsonl", '{"question": "will it rain tomorrow"}\n')
    done = uptake(
        "eval",
        *("--corpus", str(corpus), "--questions", str(questions)),
        *("--out-of-scope", str(strange), "--json"),
        cwd=tmp_path,
        UPTAKE_DATA_DIR=str(tmp_path / "data"),
    )
    assert done.returncode == 0, done.stderr
    found = command_output("eval", done.stdout)
    assert found["questions"] == 1
    assert found["hit@1"] == 1.0
    assert found["out_of_scope"]["abstained"] == 1.0
    assert found["index"]["passages"] == 2
    assert found["index"]["failed"] == []
    assert not (tmp_path / "data").exists()


def test_a_missing_file_is_one_sentence(tmp_path: Path):
    done = uptake("eval", "--questions", "gone.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip() == "uptake: gone.csv cannot be read (No such file or directory)."
