"""Scans: their words are recognised where Tesseract is installed, and asked for where it isn't."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from ingest.errors import FileUnreadable
from ingest.parse.load import load
from ingest.parse.pdf.scans import can_recognise
from tests.ingest.parse.test_pdf import FIRST, SECOND, STYLES, columns
from tests.servers import missing


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A printed page as a scanner saves it: one picture."""
    folder = tmp_path_factory.mktemp("scan")
    flow = [
        Paragraph("How we adopt tools", STYLES["Title"]),
        Paragraph("The pilot", STYLES["Heading2"]),
        Paragraph(FIRST * 3, STYLES["BodyText"]),
        Paragraph("The council", STYLES["Heading2"]),
        Paragraph(SECOND * 3, STYLES["BodyText"]),
    ]
    return scanned(columns(folder, flow, 1), folder / "scanned.pdf")


def scanned(printed: Path, path: Path, dots: int = 150) -> Path:
    document = pdfium.PdfDocument(printed)
    pages = [page.render(scale=dots / 72, grayscale=True).to_pil() for page in document]
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=dots)
    return path


@pytest.fixture
def tesseract() -> None:
    if not can_recognise():
        missing("Tesseract")


@pytest.mark.usefixtures("tesseract")
def test_a_scan_is_read_with_its_title_headings_and_paragraphs(scan: Path):
    document = load(scan)
    assert document.title == "How we adopt tools"
    parts = document.text.split("\n\n")
    headings = [part.lstrip("# ") for part in parts if part.startswith("#")]
    assert headings == ["How we adopt tools", "The pilot", "The council"]
    assert (FIRST * 3).strip() in parts
    assert (SECOND * 3).strip() in parts


@pytest.mark.usefixtures("tesseract")
def test_a_scanned_page_among_others_is_read_in_its_place(scan: Path, tmp_path: Path):
    canvas = Canvas(str(tmp_path / "mixed.pdf"), pagesize=A4)
    canvas.drawString(72, 700, "Printed before the scan.")
    canvas.showPage()
    canvas.save()
    mixed = pdfium.PdfDocument(tmp_path / "mixed.pdf")
    mixed.import_pages(pdfium.PdfDocument(scan))
    mixed.import_pages(pdfium.PdfDocument(tmp_path / "mixed.pdf"))
    mixed.save(tmp_path / "whole.pdf")
    text = load(tmp_path / "whole.pdf").text
    printed, council = "Printed before the scan.", "every team for its view"
    assert text.index(printed) < text.index(council) < text.rindex(printed)


@pytest.mark.usefixtures("tesseract")
def test_a_photograph_holds_no_text(tmp_path: Path):
    Image.effect_noise((600, 800), 80).save(tmp_path / "photo.pdf", resolution=100)
    with pytest.raises(FileUnreadable, match=r"no text$"):
        load(tmp_path / "photo.pdf")


def test_without_tesseract_a_scan_is_said_to_hold_no_text(
    scan: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(scan.parent))
    with pytest.raises(FileUnreadable, match="no text; if it is a scan, run text recognition"):
        load(scan)
