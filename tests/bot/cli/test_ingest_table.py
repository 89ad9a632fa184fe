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
    ("kinds", "says"),
    [
        ({".doc": 1}, "1 document was passed over, as Uptake can't read:\n  1 .doc: save as .docx"),
        (
            {".ppt": 2, ".adoc": 5},
            "7 documents were passed over, as Uptake can't read:\n"
            "  5 .adoc: save as .md\n  2 .ppt: save as .pptx",
        ),
    ],
)
def test_what_is_passed_over_is_counted_with_what_to_save_it_as(kinds: dict[str, int], says: str):
    assert passed_over(Counter(kinds)) == says
