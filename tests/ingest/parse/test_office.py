"""Office documents read as people see them: titles, merged cells, number formats, no notes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from docx import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from pptx import Presentation
from pptx.oxml import parse_xml as pptx_xml
from pptx.oxml.ns import nsdecls as pptx_names
from pptx.util import Inches

from ingest.parse.documents import NO_DEFAULTS, Defaults
from ingest.parse.load import load
from ingest.parse.office.numbers import shown_moment, shown_number
from ingest.sync.read import passages_of
from tests.ingest.hostile import replaced

EVERYTHING = Defaults(hidden=True)


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def text_of(folder: Path, name: str, data: bytes, defaults: Defaults = NO_DEFAULTS) -> str:
    (folder / name).write_bytes(data)
    return "\n\n".join(each.text for each in passages_of(folder / name, "", defaults))


def workbook(fill: Callable[[Any], None]) -> bytes:
    book = Workbook()
    fill(book.active)
    return saved(book)


def test_a_document_is_called_by_its_title_paragraph(tmp_path: Path):
    document = WordDocument()
    document.add_paragraph("The red handbook", style="Title")
    document.add_heading("Purpose", 1)
    document.add_paragraph("It helps.")
    (tmp_path / "a.docx").write_bytes(saved(document))
    assert load(tmp_path / "a.docx").title == "The red handbook"


@pytest.mark.parametrize(
    ("named", "title"),
    [("Rules for teams", "Rules for teams"), ("Microsoft Word - rules.docx", "Purpose")],
)
def test_a_document_without_one_is_called_by_its_property_if_that_is_a_title(
    named: str, title: str, tmp_path: Path
):
    document = WordDocument()
    document.core_properties.title = named
    document.add_heading("Purpose", 1)
    document.add_paragraph("It helps.")
    (tmp_path / "a.docx").write_bytes(saved(document))
    assert load(tmp_path / "a.docx").title == title


def test_merged_cells_of_a_word_table_line_up(tmp_path: Path):
    document = WordDocument()
    table = document.add_table(rows=3, cols=3)
    for row, cells in enumerate(
        (("Team", "Month", "Seats"), ("Sales", "May", "3"), ("", "June", "4"))
    ):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    assert text_of(tmp_path, "a.docx", saved(document)) == (
        "- Team: Sales; Month: May; Seats: 3\n- Team: Sales; Month: June; Seats: 4"
    )


def _with_deletion(document: Any) -> None:
    paragraph = document.add_paragraph("The price is 5 euros.")
    deleted = parse_xml(
        f'<w:del {nsdecls("w")} w:id="1" w:author="A">'
        "<w:r><w:delText> Secret.</w:delText></w:r></w:del>"
    )
    paragraph._p.append(deleted)


def _with_comment(document: Any) -> None:
    paragraph = document.add_paragraph("The price is 5 euros.")
    document.add_comment(paragraph.runs, text="Secret.", author="A", initials="A")


def _with_hidden_run(document: Any) -> None:
    document.add_paragraph("The price is 5 euros.").add_run(" Secret.").font.hidden = True


@pytest.mark.parametrize("hide", [_with_deletion, _with_comment, _with_hidden_run])
def test_what_a_word_document_hides_is_read_only_if_a_source_asks(hide, tmp_path: Path):
    document = WordDocument()
    hide(document)
    assert text_of(tmp_path, "a.docx", saved(document)) == "The price is 5 euros."
    assert "Secret." in text_of(tmp_path, "a.docx", saved(document), EVERYTHING)


def test_a_picture_that_lies_elsewhere_is_left_out(tmp_path: Path):
    document = WordDocument()
    document.add_paragraph("Words.")
    run = document.add_paragraph().add_run()
    drawing = OxmlElement("w:drawing")
    blip = parse_xml(f'<a:blip {nsdecls("a", "r")} r:link="rId99"/>')
    drawing.append(blip)
    run._r.append(drawing)
    document.part.rels.get_or_add_ext_rel(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        "file:///c:/pictures/a.png",
    )
    assert text_of(tmp_path, "a.docx", saved(document)) == "Words."


def test_formulas_are_text(tmp_path: Path):
    document = WordDocument()
    paragraph = document.add_paragraph("We get")
    math = parse_xml(
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
        "<m:r><m:t>a+b</m:t></m:r></m:oMath>"
    )
    paragraph._p.append(math)
    paragraph.add_run("here.")
    assert text_of(tmp_path, "a.docx", saved(document)) == "We get a+b here."


def deck(build: Callable[[Any], None]) -> bytes:
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = "Plan"
    slide.placeholders[1].text = "One\vtwo."
    build(slide)
    return saved(slides)


def _note(slide: Any) -> None:
    slide.notes_slide.notes_text_frame.text = "The budget is secret."


def test_speaker_notes_stay_out_and_line_breaks_are_spaces(tmp_path: Path):
    assert text_of(tmp_path, "a.pptx", deck(_note)) == "One two."
    assert "The budget is secret." in text_of(tmp_path, "a.pptx", deck(_note), EVERYTHING)


def test_hidden_slides_stay_out(tmp_path: Path):
    slides = Presentation()
    for words in ("Seen.", "Secret."):
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = "Plan"
        slide.placeholders[1].text = words
    slide._element.set("show", "0")
    assert text_of(tmp_path, "a.pptx", saved(slides)) == "Seen."
    assert "Secret." in text_of(tmp_path, "a.pptx", saved(slides), EVERYTHING)


def _hidden_shape(slide: Any) -> None:
    box = slide.shapes.add_textbox(Inches(1), Inches(5), Inches(4), Inches(1))
    box.text_frame.text = "The budget is secret."
    box._element._nvXxPr.cNvPr.set("hidden", "1")


def test_shapes_that_the_selection_pane_hides_stay_out(tmp_path: Path):
    assert text_of(tmp_path, "a.pptx", deck(_hidden_shape)) == "One two."
    assert "The budget is secret." in text_of(tmp_path, "a.pptx", deck(_hidden_shape), EVERYTHING)


def _written_behind(page: Any, words: str) -> None:
    box = pptx_xml(
        f"<p:sp {pptx_names('p', 'a')}><p:nvSpPr><p:cNvPr id='99' name='Box'/><p:cNvSpPr/><p:nvPr/>"
        f"</p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>{words}</a:t></a:r></a:p>"
        "</p:txBody></p:sp>"
    )
    page.shapes._spTree.append(box)


def test_what_a_master_or_layout_writes_is_read_once(tmp_path: Path):
    slides = Presentation()
    for words in ("First.", "Second."):
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = words
        slide.placeholders[1].text = words
    _written_behind(slides.slide_master, "Ask the AI desk in room 12.")
    _written_behind(slides.slide_layouts[1], "Internal use.")
    text = text_of(tmp_path, "a.pptx", saved(slides))
    assert text.count("Ask the AI desk in room 12.") == text.count("Internal use.") == 1
    assert text.index("room 12") < text.index("Second.")
    assert "Click to edit" not in text
    slides.slide_layouts[1]._element.set("showMasterSp", "0")
    text = text_of(tmp_path, "a.pptx", saved(slides))
    assert "room 12" not in text
    assert "Internal use." in text


def _unknown_shape(slide: Any) -> None:
    odd = pptx_xml(f"<p:sp {pptx_names('p', 'a')}><p:nvSpPr/></p:sp>")
    slide.shapes._spTree.append(odd)
    slide.shapes._spTree.append(pptx_xml(f"<p:pic {pptx_names('p', 'a')}/>"))


def test_a_shape_that_no_program_writes_is_left_out(tmp_path: Path):
    assert text_of(tmp_path, "a.pptx", deck(_unknown_shape)) == "One two."


def _merged_table(slide: Any) -> None:
    slide.placeholders[1].text = ""
    table = slide.shapes.add_table(3, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for row, cells in enumerate((("Team", "Seats"), ("Sales", "3"), ("", "4"))):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    table.cell(1, 0).merge(table.cell(2, 0))


def test_merged_cells_of_a_slide_line_up(tmp_path: Path):
    found = text_of(tmp_path, "a.pptx", deck(_merged_table))
    assert found == "- Team: Sales; Seats: 3\n- Team: Sales; Seats: 4"


def test_a_header_below_titles_is_found_and_cells_read_as_shown(tmp_path: Path):
    def fill(sheet: Any) -> None:
        sheet.append(["Seats of all tools"])
        sheet.merge_cells("A1:D1")
        sheet.append([])
        sheet.append(["Tool", "Seats", "Used", "Until"])
        for row in (
            ["Kite", 30, 0.25, date(2027, 3, 31)],
            ["None", 5.0, 1, "N/A"],
            ["NA", 7.5, None],
        ):
            sheet.append(row)
        for row in (4, 5):
            sheet.cell(row, 3).number_format = "0%"
        sheet["D4"].number_format = "dd.mm.yyyy"

    assert text_of(tmp_path, "a.xlsx", workbook(fill)) == (
        "Seats of all tools\n\n"
        "- Tool: Kite; Seats: 30; Used: 25%; Until: 2027-03-31\n"
        "- Tool: None; Seats: 5; Used: 100%; Until: N/A\n"
        "- Tool: NA; Seats: 7.5"
    )


def test_merged_cells_and_gaps_of_a_sheet_line_up(tmp_path: Path):
    def fill(sheet: Any) -> None:
        sheet.append(["Team", "2026", None])
        sheet.append([None, "May", "June"])
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:C1")
        sheet.append(["Sales", 1, 2])
        sheet.append([])
        sheet.append(["Legal", None, 4])

    assert text_of(tmp_path, "a.xlsx", workbook(fill)) == (
        "- Team: Sales; 2026 May: 1; 2026 June: 2\n- Team: Legal; 2026 June: 4"
    )


def test_tables_beside_and_below_each_other_keep_their_own_headers(tmp_path: Path):
    def fill(sheet: Any) -> None:
        for row in (["Tool", "Seats"], ["Kite", 3]):
            sheet.append(row)
        for row, cells in enumerate((("City", "Desks"), ("Oslo", 8), ("Rome", 9)), 2):
            for column, value in enumerate(cells, 4):
                sheet.cell(row, column, value)
        for row, cells in enumerate((("Plan", "Price"), ("Small", 10)), 7):
            for column, value in enumerate(cells, 1):
                sheet.cell(row, column, value).font = Font(bold=row == 7)

    text = text_of(tmp_path, "a.xlsx", workbook(fill))
    assert [line for line in text.split("\n") if line] == [
        "- Tool: Kite; Seats: 3",
        "- City: Oslo; Desks: 8",
        "- City: Rome; Desks: 9",
        "- Plan: Small; Price: 10",
    ]


def test_hidden_rows_columns_sheets_and_comments_stay_out(tmp_path: Path):
    def fill(sheet: Any) -> None:
        for row in (["Tool", "Secret"], ["Kite", "x1"], ["Gyr", "x2"]):
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet["A2"].comment = Comment("Secret comment", "A")
        hidden = sheet.parent.create_sheet("Secret plans")
        hidden.append(["x3"])
        hidden.sheet_state = "hidden"

    assert text_of(tmp_path, "a.xlsx", workbook(fill)) == "Tool\n\nKite"
    everything = text_of(tmp_path, "a.xlsx", workbook(fill), EVERYTHING)
    assert "Tool: Gyr; Secret: x2" in everything
    assert "x3" in everything


def test_a_sheet_with_a_cell_far_away_is_read(tmp_path: Path):
    def fill(sheet: Any) -> None:
        sheet.append(["Tool", "Seats"])
        sheet.append(["Kite", 3])
        sheet["XFD1048576"] = "Far away"

    text = text_of(tmp_path, "a.xlsx", workbook(fill))
    assert "Tool: Kite; Seats: 3" in text
    assert "Far away" in text


def test_the_strict_form_of_the_format_is_read(tmp_path: Path):
    def fill(sheet: Any) -> None:
        sheet.append(["Tool", "Seats"])
        sheet.append(["Kite", 3])

    data, out = workbook(fill), io.BytesIO()
    usual, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            for part in (b"spreadsheetml", b"officeDocument"):
                content = content.replace(usual + part + b"/2006/", strict + part + b"/")
            target.writestr(entry.filename, content)
    assert b"purl.oclc.org" in zipfile.ZipFile(out).read("xl/workbook.xml")
    assert text_of(tmp_path, "a.xlsx", out.getvalue()) == "- Tool: Kite; Seats: 3"


def test_a_page_that_a_document_holds_is_part_of_it(tmp_path: Path):
    document = WordDocument()
    document.add_paragraph("Before.")
    data = saved(document)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"
    entry = f'<Relationship Id="c1" Type="{kind}" Target="/word/part.html"/></Relationships>'
    data = replaced(
        data, "word/_rels/document.xml.rels", relations.replace("</Relationships>", entry).encode()
    )
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/part.html", "<p>Inside.</p><script>no</script>")
    assert text_of(tmp_path, "a.docx", out.getvalue()) == "Before.\n\nInside."


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (30, "General", "30"),
        (30.0, "General", "30"),
        (0.1 + 0.2, "General", "0.3"),
        (0.25, "0%", "25%"),
        (0.256, "0.0%", "25.6%"),
        (0.25, "0 %", "25 %"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1234.5, "[$€-407]#,##0", "€1,235"),
        (1234.5, '"$"#,##0.00', "$1,234.50"),
        (-3, "0", "-3"),
        (-3, "0;(0)", "(3)"),
        (0, '0;0;"none"', "none"),
        (2.5, "0.##", "2.5"),
        (2, "0.##", "2"),
        (7, "000", "007"),
        (1500000, '0.0,,"M"', "1.5M"),
        (0.000123, "0.00E+00", "0.000123"),
        (1e20, "General", "1e+20"),
    ],
)
def test_a_number_reads_as_its_format_shows_it(value: float, form: str, shown: str):
    assert shown_number(value, form) == shown


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (datetime(2027, 3, 31), "yyyy-mm-dd", "2027-03-31"),
        (datetime(2027, 3, 31), "mm-dd-yy", "2027-03-31"),
        (datetime(2027, 3, 31, 9, 5), "dd/mm/yyyy hh:mm", "2027-03-31 09:05"),
        (datetime(2027, 3, 31, 9, 5), "dd/mm/yyyy", "2027-03-31"),
        (datetime(2027, 3, 1), "mmm yyyy", "March 2027"),
        (datetime(2027, 3, 1), "yyyy", "2027"),
        (time(9, 5), "hh:mm", "09:05"),
    ],
)
def test_a_date_reads_as_its_format_shows_it(value: Any, form: str, shown: str):
    assert shown_moment(value, form) == shown
