"""Reads kinds of documents that fewer people write: RTF, OpenDocument text, RST, old Excel."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from ingest.errors import FileUnreadable
from ingest.parse.content import Content
from ingest.parse.front_matter import front_matter_of
from ingest.parse.markup.html import markdown_from, soup_of
from ingest.parse.markup.markdown import first_heading
from ingest.parse.office.archive import BROKEN, LOCKED
from ingest.parse.office.sheets import EMPTY, Cell, Sheet, cell_of, sheets_as_markdown
from ingest.parse.statements import Entry
from ingest.parse.texts import escaped, text_of

# A property that somebody added, or one of the usual ones.
_RTF_PROPERTY = re.compile(
    r"\{\\propname\s+([^{}\\]+)\}(?:\\\w+\s*)*\{\\staticval\s+([^{}]*)\}"
    r"|\{\\(keywords|subject|category)\s+([^{}]*)\}"
)


def rst_content(data: bytes) -> Content:
    """The content of a reStructuredText file; nothing is included or run."""
    from docutils.core import publish_parts

    front = front_matter_of(text_of(data))
    settings = {
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 5,
        "doctitle_xform": False,
        "initial_header_level": 1,
        "syntax_highlight": "none",
        "math_output": "latex",
        "_disable_config": True,
    }
    html = publish_parts(front.body, writer="html5", settings_overrides=settings)["body"]
    soup = soup_of(html)
    for unknown in soup.select(".system-message, .problematic, aside.footnote-list"):
        unknown.decompose()
    text = markdown_from(soup)
    return Content(text, first_heading(text), front.fields, front.entries, front.body)


def rtf_content(data: bytes) -> Content:
    """The text of an RTF file, without what it hides.

    Raises:
        FileUnreadable: it is none.
    """
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise FileUnreadable(BROKEN)
    shown = re.sub(r"\{\\\*?\\?(?:v|deleted)\b[^{}]*\}", "", data.decode("latin-1"))
    to_text: Callable[..., str] = rtf_to_text
    lines = to_text(shown, errors="replace").split("\n")
    text = "\n\n".join(escaped(" ".join(line.split())) for line in lines)
    entries = tuple(
        Entry(name.strip(), value.strip())
        for pair in _RTF_PROPERTY.findall(shown)
        for name, value in (pair[:2], pair[2:])
        if name
    )
    return Content(re.sub(r"\n{3,}", "\n\n", text).strip(), entries=entries)


def odt_content(data: bytes, hidden: bool) -> Content:
    """The text of an OpenDocument text; with `hidden`, its comments and tracked deletions too.

    Raises:
        FileUnreadable: it is broken or protected.
    """
    from odfdo import Document

    document = Document(io.BytesIO(data))
    if document.get_type() != "text":
        raise FileUnreadable(BROKEN)
    if not hidden:
        for each in document.body.get_elements("//office:annotation|//text:tracked-changes"):
            each.delete()
    title = " ".join(str(document.meta.title or "").split())
    text = str(document.to_markdown())
    meta = document.meta
    added = meta.user_defined_metadata.items()
    usual = {"keywords": meta.keyword, "subject": meta.subject, "description": meta.description}
    entries = tuple(Entry(str(k), str(v)) for k, v in [*added, *usual.items()] if v is not None)
    return Content(text, title or first_heading(text), entries=entries)


def xls_content(data: bytes, hidden: bool) -> Content:
    """The content of an old Excel workbook; with `hidden`, its hidden parts too.

    Raises:
        FileUnreadable: it is broken or protected.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        locked = "encrypt" in str(error).lower() or "password" in str(error).lower()
        raise FileUnreadable(LOCKED if locked else BROKEN) from error
    shown = [each for each in book.sheets() if hidden or each.visibility == 0]
    sheets = [Sheet(each.name, _old_rows(book, each, hidden)) for each in shown]
    return Content(sheets_as_markdown(sheets))


def _old_rows(book: Any, sheet: Any, hidden: bool) -> list[list[Cell]]:
    places: dict[tuple[int, int], tuple[int, int]] = {}
    for top, bottom, left, right in sheet.merged_cells:
        for row in range(top, bottom):
            places.update({(row, column): (top, left) for column in range(left, right)})
    columns = [c for c in range(sheet.ncols) if hidden or not _is_hidden(sheet.colinfo_map, c)]
    return [
        [_old_cell(book, sheet, *places.get((row, column), (row, column))) for column in columns]
        for row in range(sheet.nrows)
        if hidden or not _is_hidden(sheet.rowinfo_map, row)
    ]


def _is_hidden(known: dict[int, Any], number: int) -> bool:
    info = known.get(number)
    return info is not None and bool(info.hidden)


def _old_cell(book: Any, sheet: Any, row: int, column: int) -> Cell:
    import xlrd

    cell = sheet.cell(row, column)
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return EMPTY
    style = book.xf_list[cell.xf_index] if cell.xf_index is not None else None
    form = book.format_map.get(style.format_key) if style is not None else None
    bold = style is not None and bool(book.font_list[style.font_index].bold)
    value: Any = cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        value = bool(value)
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        value = xlrd.error_text_from_code.get(value, "")
    elif cell.ctype == xlrd.XL_CELL_DATE:
        value = xlrd.xldate_as_datetime(value, book.datemode)
    return cell_of(value, form.format_str if form is not None else "General", bold)
