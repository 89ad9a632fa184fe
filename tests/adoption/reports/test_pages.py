"""The pages in a real browser: accessible, as narrow as a phone, in the dark and on paper."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright

from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.html import digest_as_html
from adoption.reports.report.html import report_as_html
from adoption.reports.report.report import adoption_report
from adoption.reports.weeks import Week
from bot.local.example_company.company import Company
from bot.local.example_company.filling import fill
from tests.adoption.factories import fresh_record

WEEK = Week(2026, 46)
ZONE = ZoneInfo("UTC")
AXE = next(Path(__file__).parents[2].rglob("axe.min.js"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    record = fresh_record(folder)
    fill(record, Company(size=200, weeks=14, last=WEEK, seed=5))
    start = WEEK.monday - timedelta(weeks=11)
    report = adoption_report(record.engine, start, WEEK.sunday, ZONE, company="Northwind")
    made = {
        "report": report_as_html(report),
        "digest": digest_as_html(weekly_digest(record, WEEK, ZONE)),
    }
    record.close()
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, "utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield made
        made.close()


@pytest.mark.parametrize("name", ["report", "digest"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_a_page_is_accessible_and_fits(
    browser: Browser, pages: dict[str, Path], name: str, width: int, scheme: str
):
    # Only the test's own script passes the page's policy by.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(pages[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    context.close()


def test_on_paper_the_appendix_begins_on_the_third_page(
    browser: Browser, pages: dict[str, Path], tmp_path: Path
):
    pdfium = pytest.importorskip("pypdfium2")
    page = browser.new_page()
    page.goto(pages["report"].as_uri())
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    page.close()
    document = pdfium.PdfDocument(tmp_path / "report.pdf")
    texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    assert [number for number, text in enumerate(texts) if "Appendix" in text] == [2]
    assert f"1 / {len(texts)}" in texts[0]
