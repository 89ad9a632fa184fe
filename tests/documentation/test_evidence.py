"""A page that names a test as its evidence names one that is there."""

from __future__ import annotations

import re

import pytest

from tests.documentation.diagram import ROOT

PAGES = [path for path in (*(ROOT / "docs").glob("*.md"), ROOT / "SECURITY.md") if path.is_file()]
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
TABLE = re.compile(r"^\| (?:LLM|V)\d+ .*", re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_test_that_a_page_names_exists(page):
    for file, name in _NAMED.findall(page.read_text("utf-8")):
        path = ROOT / file
        assert path.is_file(), file
        assert not name or re.search(rf"def {name}\(", path.read_text("utf-8")), f"{file}::{name}"


def test_every_risk_and_chapter_has_a_control_and_a_test():
    rows = TABLE.findall((ROOT / "docs" / "security.md").read_text("utf-8"))
    assert [row.split()[1] for row in rows] == [
        *(f"LLM{number:02}" for number in range(1, 11)),
        *(f"V{number}" for number in range(1, 18)),
    ]
    for row in rows[:-1]:
        _, _, control, shown, *_ = row.split("|")
        assert control.strip()
        assert _NAMED.search(shown), row
