"""PDFs read as prose, in reading order, with their headings."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    ListFlowable,
    PageTemplate,
    Paragraph,
)

from ingest.parse.load import load
from ingest.sync.read import passages_of

STYLES = getSampleStyleSheet()
FIRST = "The pilot runs for six weeks. Every team sends one person who tries the tools each day. "
SECOND = "After the pilot the council decides which tools stay. It asks every team for its view. "


def columns(folder: Path, flow: list[Any], count: int = 2) -> Path:
    width = (A4[0] - 120) / count
    frames = [Frame(50 + n * (width + 20), 60, width, 700) for n in range(count)]
    path = folder / "guide.pdf"
    document = BaseDocTemplate(str(path), pagesize=A4, title="untitled")
    document.addPageTemplates([PageTemplate(frames=frames, onPage=_around)])
    document.build(flow)
    return path


def _around(canvas: Canvas, document: Any) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(50, 810, "Confidential handbook")
    canvas.drawString(290, 30, f"Page {document.page}")


def test_columns_are_read_one_after_the_other_below_their_headings(tmp_path: Path):
    body, heading = STYLES["BodyText"], STYLES["Heading2"]
    flow = [
        Paragraph("How we adopt tools", STYLES["Title"]),
        *(Paragraph("The pilot", heading), Paragraph(FIRST * 90, body)),
        *(Paragraph("The council", heading), Paragraph(SECOND * 90, body)),
    ]
    found = passages_of(columns(tmp_path, flow))
    assert found[0].title == "How we adopt tools"
    assert {each.headings for each in found} == {("The pilot",), ("The council",)}
    for each in found:
        other = "council" if each.headings == ("The pilot",) else "six weeks"
        assert other not in each.text
        assert "teamsends" not in each.text.replace("team sends", "")
        assert "|" not in each.text


def test_what_stands_on_every_page_is_no_content(tmp_path: Path):
    flow = [Paragraph(FIRST * 60, STYLES["BodyText"]) for _ in range(3)]
    text = load(columns(tmp_path, flow, 1)).text
    assert "Confidential handbook" not in text
    assert "Page 2" not in text


def test_the_points_of_a_list_are_a_list(tmp_path: Path):
    points = [Paragraph(words, STYLES["BodyText"]) for words in ("Ask first.", "Then wait.")]
    flow = [
        Paragraph(FIRST, STYLES["BodyText"]),
        ListFlowable(points, bulletType="bullet", start="•"),
        ListFlowable(points, bulletType="1", bulletFormat="%s."),
    ]
    text = "\n".join(each.text for each in passages_of(columns(tmp_path, flow, 1)))
    assert "- Ask first." in text
    assert "Then wait." in text


def test_words_divided_at_the_end_of_a_line_are_whole(tmp_path: Path):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for number, line in enumerate(("We meet in the confer-", "ence room on Fridays.")):
        canvas.drawString(72, 700 - number * 14, line)
    canvas.save()
    (tmp_path / "a.pdf").write_bytes(out.getvalue())
    assert load(tmp_path / "a.pdf").text == "We meet in the conference room on Fridays."
