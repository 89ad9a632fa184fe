"""Web pages give their main content; tables of every kind line up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parse.markup.html import grid_of, soup_of
from ingest.sync.read import passages_of
from tests.support.examples import examples

WORDS = "The pilot takes six weeks and every team sends one person to it. " * 12


def text_of(folder: Path, page: str | bytes) -> str:
    path = folder / "page.html"
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    return "\n\n".join(each.text for each in passages_of(path))


@pytest.mark.parametrize(
    "around",
    [
        "<nav><ul><li><a href='/a'>Create account</a></li></ul></nav>",
        "<header><a href='/'>Create account</a></header>",
        "<footer>Create account</footer>",
        "<aside>Create account</aside>",
        "<div role='navigation'>Create account</div>",
        "<div class='sidebar'>Create account</div>",
        "<ul>" + "<li><a href='/x'>Create account</a></li>" * 5 + "</ul>",
        "<sup class='reference'><a href='#n'>[26]</a></sup>",
        "<span aria-hidden='true'>Create account</span>",
    ],
)
@pytest.mark.parametrize("has_main", [True, False])
def test_menus_and_footers_are_no_content(around: str, has_main: bool, tmp_path: Path):
    content = f"<h1>Pilot</h1><p>{WORDS}</p><ul><li>One person</li><li>Two tools</li></ul>"
    inner = f"<main>{content}</main>" if has_main else f"<div>{content}</div>"
    text = text_of(tmp_path, f"<html><body>{around}{inner}{around}</body></html>")
    assert "Create account" not in text
    assert "[26]" not in text
    assert "The pilot takes six weeks" in text
    assert "- One person\n- Two tools" in text


def test_a_page_that_is_nothing_but_links_is_marked(tmp_path: Path):
    (tmp_path / "page.html").write_text(
        "<h1>Index</h1><ul>" + "<li><a href='https://x.example'>Some guide</a></li>" * 3 + "</ul>"
    )
    assert [each.role for each in passages_of(tmp_path / "page.html")] == ["navigation"]


def test_cells_over_several_rows_and_columns_line_up(tmp_path: Path):
    page = """<table><tr><th rowspan=2>Team</th><th colspan=2>2026</th></tr>
    <tr><th>May</th><th>June</th></tr><tr><td rowspan="2">Sales</td><td>1</td><td>2</td></tr>
    <tr><td>3</td><td>4</td></tr><tr><td>Legal</td><td colspan=2>5</td></tr></table>"""
    assert text_of(tmp_path, page) == (
        "- Team: Sales; 2026 May: 1; 2026 June: 2\n"
        "- Team: Sales; 2026 May: 3; 2026 June: 4\n"
        "- Team: Legal; 2026 May: 5; 2026 June: 5"
    )


def test_a_table_in_markdown_lines_up_too(tmp_path: Path):
    (tmp_path / "guide.md").write_text(
        "# Guide\n\n<table>\n<tr><th>A</th><th>B</th></tr>\n\n<tr><td rowspan=2>x</td>"
        "<td>1<br>2</td></tr>\n<tr><td>3</td></tr>\n</table>\n\nWords."
    )
    (passage,) = passages_of(tmp_path / "guide.md")
    assert passage.text == "- A: x; B: 1, 2\n- A: x; B: 3\n\nWords."


@settings(deadline=None, max_examples=examples(100))
@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=4), max_size=5))
def test_every_grid_is_a_rectangle_that_holds_every_cell(spans: list[list[tuple[int, int]]]):
    rows = [
        "".join(
            f"<td rowspan={down} colspan={across}>c{n}.{m}</td>"
            for m, (down, across) in enumerate(row)
        )
        for n, row in enumerate(spans)
    ]
    soup = soup_of("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    grid, _ = grid_of(soup.table)
    assert len({len(row) for row in grid}) <= 1
    shown = {cell for row in grid for cell in row}
    assert {f"c{n}.{m}" for n, row in enumerate(spans) for m in range(len(row))} <= shown


def test_powers_are_written_out_and_marks_of_notes_go(tmp_path: Path):
    page = "<p>It holds 10<sup>6</sup> rows<sup>[3]</sup> on 40 m<sup>2</sup>.</p>"
    assert text_of(tmp_path, page) == "It holds 10^6 rows on 40 m2."


def test_a_page_that_declares_the_wrong_letters_is_read(tmp_path: Path):
    words = "Überprüfen Sie die Größe der Änderungen, bevor Sie die Prüfung für alle öffnen. " * 6
    page = f'<meta charset="utf-16"><body><p>{words}</p></body>'.encode("cp1252")
    assert "Überprüfen Sie die Größe" in text_of(tmp_path, page)
