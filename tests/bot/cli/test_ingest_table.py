"""The table that `uptake ingest` prints."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.cli.guides.ingest import _show, passed_over
from ingest.sync.report import Problem, Report


def test_file_names_do_nothing_to_the_terminal(capsys: pytest.CaptureFixture[str]):
    name = "/guides/\x1b[2J\x1b]0;owned\x07plan\u202e.md"
    report = Report(
        failed=[Problem(name, "it is empty\x1b[31m", removed=True)],
        remarks=[Problem(name, "its kind “\x9bpoem” is unknown")],
    )
    _show(report)
    shown = capsys.readouterr().out
    assert not set(shown) & set("\x1b\x07\x9b\u202e")
    assert "plan.md" in shown.replace("\n", "")
    assert "its earlier text was taken out" in " ".join(shown.split())
    assert "Indexed, with a remark" in shown


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        ({".doc": 1}, "1 file of another kind was passed over: 1 .doc"),
        ({".doc": 2, ".adoc": 5}, "7 files of other kinds were passed over: 5 .adoc, 2 .doc"),
    ],
)
def test_what_is_passed_over_is_counted_by_kind(kinds: dict[str, int], sentence: str):
    assert passed_over(Counter(kinds)) == sentence
