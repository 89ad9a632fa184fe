"""Files of evaluation: questions to measure with, a corpus to ask, and the last run's results."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import EvaluationWrong
from knowledge.answers.evaluation import Case, Judged

_NO = frozenset({"no", "n", "false", "0"})
_SOURCE_NAMES = ("source", "document", "guide", "title")
_WORD_NAMES = ("words", "answers", "answer")


def read_cases(path: Path, answerable: bool = True) -> list[Case]:
    """The questions of a CSV or JSON lines file.

    Columns or keys: `question`; `source` (or `document`), the guide that answers it; `words`
    (or `answers`), any of which the passage holds, separated by | in CSV; `answerable`, no for
    a question that should not be answered.

    Raises:
        EvaluationWrong: the file or one of its lines cannot be read.
    """
    cases = [
        _case(fields, f"{path.name}, line {number}", answerable)
        for number, fields in _rows(path)
        if any(fields.values())
    ]
    if not cases:
        raise EvaluationWrong(f"{path.name} holds no questions.")
    return cases


def corpus_into(path: Path, folder: Path) -> Path:
    """The folder of a corpus: itself, or the texts of a JSON lines file (`id`, `text`) in it.

    Raises:
        EvaluationWrong: the file or one of its lines cannot be read.
    """
    if path.is_dir():
        return path
    for number, fields in _json_lines(path):
        id, text = str(fields.get("id", "")), fields.get("text")
        if not re.fullmatch(r"[\w.-]{1,100}", id) or not isinstance(text, str):
            raise EvaluationWrong(f"{path.name}, line {number}: a plain id and a text are expected")
        (folder / f"{id}.txt").write_text(text, "utf-8")
    return folder


def last_results(folder: Path, questions: Path) -> dict[str, Any]:
    """What the last run over the same file found by question; empty if there was none."""
    try:
        found: dict[str, Any] = json.loads(_place(folder, questions).read_text("utf-8"))
        return found
    except (OSError, ValueError):
        return {}


def keep_results(folder: Path, questions: Path, judged: Sequence[Judged]) -> None:
    """Writes down what a run found, for the next one to compare with."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {each.case.question: state_of(each) for each in judged}
    _place(folder, questions).write_text(json.dumps(content), "utf-8")


def state_of(judged: Judged) -> dict[str, Any]:
    """What is compared of a question between two runs."""
    return {"rank": judged.rank, "quoted": judged.quoted, "outcome": judged.outcome.value}


def changes(before: Mapping[str, Any], judged: Sequence[Judged]) -> list[tuple[str, str]]:
    """What is better or worse than last time, as (question, sentence)."""
    found = []
    for each in judged:
        was, now = before.get(each.case.question), state_of(each)
        if isinstance(was, dict) and was != now:
            found += [(each.case.question, said) for said in _differences(was, now)]
    return found


def _differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if was.get("rank") != now["rank"]:
        yield f"right passage: {_ranked(was.get('rank'))} before, {_ranked(now['rank'])} now"
    if was.get("quoted") != now["quoted"]:
        yield "now quoted" if now["quoted"] else "no longer quoted"
    if was.get("outcome") != now["outcome"]:
        yield f"{was.get('outcome')} before, {now['outcome']} now"


def _ranked(rank: int | None) -> str:
    return "not found" if rank is None else f"number {rank}"


def _place(folder: Path, questions: Path) -> Path:
    name = hashlib.sha256(str(questions.resolve()).encode()).hexdigest()[:16]
    return folder / f"{questions.stem}-{name}.json"


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if path.suffix.lower() == ".csv":
        yield from _csv_rows(path)
    else:
        yield from _json_lines(path)


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rows = csv.DictReader(_text(path).splitlines(), restval="", strict=True)
    try:
        if "question" not in [name.strip().lower() for name in rows.fieldnames or ()]:
            raise EvaluationWrong(f"{path.name} has no column “question” in its first line.")
        for fields in rows:
            named = {
                (name or "").strip().lower(): value
                for name, value in fields.items()
                if isinstance(value, str)
            }
            parts = [part for name in _WORD_NAMES for part in named.get(name, "").split("|")]
            yield rows.line_num, named | {"words": [part.strip() for part in parts if part.strip()]}
    except csv.Error as error:
        raise EvaluationWrong(f"{path.name}, line {rows.line_num}: {error}") from error


def _json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise EvaluationWrong(f"{path.name}, line {number}: no JSON object") from error
        if not isinstance(fields, dict):
            raise EvaluationWrong(f"{path.name}, line {number}: no JSON object")
        yield number, fields


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise EvaluationWrong(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise EvaluationWrong(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from error


def _case(fields: Mapping[str, Any], where: str, answerable: bool) -> Case:
    question = fields.get("question")
    if not isinstance(question, str) or not question.strip():
        raise EvaluationWrong(f"{where}: the question is missing")
    source = next((fields[name] for name in _SOURCE_NAMES if fields.get(name)), "")
    words: Any = next((fields[name] for name in _WORD_NAMES if fields.get(name)), [])
    words = [words] if isinstance(words, str) else words
    if not isinstance(words, list) or not all(isinstance(each, str) for each in words):
        raise EvaluationWrong(f"{where}: the words have to be texts")
    denied = str(fields.get("answerable", "")).strip().lower() in _NO
    return Case(question.strip(), str(source).strip(), tuple(words), answerable and not denied)
