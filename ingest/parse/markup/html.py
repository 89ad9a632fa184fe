"""Turns HTML into Markdown with plain words, whole lists and tables whose cells line up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markdownify import MarkdownConverter

from ingest.parse.tables import markdown_table
from ingest.parse.texts import joined_lines

_MOST_SPAN = 200
_MOST_CELLS = 20_000
_UNIT = re.compile(r"(?:^|[^A-Za-z])[kcm]?m$")


class _Converter(MarkdownConverter):
    """Markdownify without pictures and styles; links keep their words."""

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A picture says nothing that could be quoted."""
        return ""

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A link with its target, so that dead ones can be found."""
        href = str(el.get("href") or "")
        if not text.strip() or not href.startswith(("http://", "https://")):
            return text
        target = re.sub(r"[<>\s]", "", href)
        return f"[{text.strip()}](<{target}>)"

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A new line, which is a space to whoever reads the words."""
        return "\n"

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A table with one cell for each place of its grid."""
        return f"\n\n{text}\n\n"

    def _plain(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return text

    convert_b = convert_strong = convert_i = convert_em = convert_del = convert_s = _plain
    convert_kbd = convert_samp = convert_code = convert_sub = convert_sup = _plain


def markdown_from(soup: Tag) -> str:
    """The Markdown of a page, or of a part of one."""
    for sup in soup.find_all("sup"):
        _raise(sup)
    tables = dict(_tables(soup))
    text = _Converter(heading_style="atx", bullets="-", escape_misc=True).convert_soup(soup)
    for mark, table in tables.items():
        text = text.replace(mark, f"\n\n{table}\n\n")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _raise(sup: Tag) -> None:
    """A raised number: the mark of a note goes, a power is written out."""
    words = sup.get_text().strip()
    if not re.fullmatch(r"[\[(]?[\d*†‡,\s]+[\])]?", words):
        return
    before = sup.previous_sibling
    base = str(before).rstrip() if isinstance(before, NavigableString) else ""
    if base[-1:].isdigit() and words.isdigit():
        sup.string = f"^{words}"
    elif not _UNIT.search(base) or not words.isdigit():
        sup.decompose()


def _tables(soup: Tag) -> Iterator[tuple[str, str]]:
    """Puts a mark in the place of each innermost table; gives marks and Markdown."""
    for number, table in enumerate(reversed(soup.find_all("table"))):
        if table.decomposed or table.parent is None:
            continue
        if _is_layout(table):
            _unwrap(table)
            continue
        mark = f"uptaketable{number}x{id(table):x}"
        rows, header = grid_of(table)
        caption = table.find("caption")
        words = " ".join(caption.get_text(" ").split()) if isinstance(caption, Tag) else ""
        table.replace_with(f"\n\n{mark}\n\n")
        yield mark, "\n\n".join(filter(None, (words, markdown_table(rows, header))))


def _is_layout(table: Tag) -> bool:
    """Whether a table only arranges a page: it holds blocks of its own or has a single cell."""
    if table.get("role") in ("presentation", "none"):
        return True
    cells = table.find_all(["td", "th"])
    if len(cells) <= 1:
        return True
    if table.find(["h1", "h2", "h3"]) is not None:
        return True
    return any("uptaketable" in cell.get_text() for cell in cells)


def _unwrap(table: Tag) -> None:
    for cell in table.find_all(["td", "th", "caption"]):
        cell.name = "div"
    for part in table.find_all(["tr", "thead", "tbody", "tfoot", "colgroup"]):
        part.name = "div"
    table.name = "div"


def grid_of(table: Tag) -> tuple[list[list[str]], int]:
    """A table's cells where they are seen, each merged cell in all of its places.

    The second value is how many rows at the top are its header.
    """
    filled: dict[tuple[int, int], str] = {}
    header, lines = 0, [row for row in table.find_all("tr") if row.find(["td", "th"])]
    for line, row in enumerate(lines):
        column = 0
        cells = row.find_all(["td", "th"], recursive=False) or row.find_all(["td", "th"])
        for cell in cells:
            while (line, column) in filled:
                column += 1
            down = _span(cell.get("rowspan"), len(lines) - line)
            across = _span(cell.get("colspan"), _MOST_SPAN)
            text = _cell_text(cell)
            for place in range(down * across):
                if len(filled) < _MOST_CELLS:
                    at = (line + place // across, column + place % across)
                    filled.setdefault(at, text)
            column += across
        in_head = row.find_parent("thead") is not None or all(c.name == "th" for c in cells)
        if in_head and header == line:
            header += 1
    width = 1 + max((column for _, column in filled), default=-1)
    rows = [
        [filled.get((line, column), "") for column in range(width)] for line in range(len(lines))
    ]
    # Without a header row the first one is it, to the eye.
    return rows, max(1, min(header, 3)) if len(rows) > 1 else 0


def _span(value: Any, most: int) -> int:
    words = str(value or "1").strip()
    number = int(words) if words.isdigit() and len(words) < 6 else 1
    return max(1, min(number or most, most))


def _cell_text(cell: Tag) -> str:
    parts: list[str] = []
    for piece in cell.descendants:
        if isinstance(piece, NavigableString):
            parts.append(str(piece))
        elif isinstance(piece, Tag) and piece.name in _BREAKING:
            parts.append("\n")
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    return joined_lines([line for line in lines if line])


_BREAKING = frozenset({"br", "p", "li", "div", "ul", "ol", "tr"})


def soup_of(html: str) -> BeautifulSoup:
    """The parsed HTML; a comment without an end reaches to the end, as in a browser."""
    begin = html.rfind("<!--")
    if begin >= 0 and "-->" not in html[begin:]:
        html = html[:begin]
    return BeautifulSoup(re.sub(r"</br\s*>", "<br>", html, flags=re.IGNORECASE), "html.parser")
