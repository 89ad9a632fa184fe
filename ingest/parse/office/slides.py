"""Reads slides: titles, lists, tables, charts and diagrams, as Markdown."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ingest.parse.content import Content
from ingest.parse.office.archive import opened, parsed, properties_of
from ingest.parse.tables import markdown_table
from ingest.parse.texts import escaped

_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_PARAGRAPH = "{http://schemas.openxmlformats.org/drawingml/2006/main}p"
_DIAGRAM = "diagrams/data"
# Places of a slide that say nothing of its own: date, footer, number.
_AROUND = frozenset({13, 15, 16})
_MOST_DEPTH = 20


def slides_content(data: bytes, hidden: bool) -> Content:
    """The content of slides; with `hidden`, also what is hidden, speaker notes and comments.

    What a master or layout writes on slides is read once, with the first of them.

    Raises:
        FileUnreadable: they are locked, broken, or would unpack to too much.
    """
    from pptx import Presentation

    data = opened(data, "ppt/")
    named, entries = properties_of(data)
    deck = Presentation(io.BytesIO(data))
    parts, first, behind = [], "", _Behind(hidden)
    for number, slide in enumerate(deck.slides, 1):
        if slide._element.get("show") == "0" and not hidden:
            continue
        texts = [*_slide(slide, hidden), *behind.texts_of(slide)]
        title, body = _title_of(slide), "\n\n".join(filter(None, texts))
        if not body and not title:
            continue
        first = first or title
        heading = escaped(title) if title else f"Slide {number}"
        parts.append(f"## {heading}\n\n{body}".strip())
    return Content("\n\n".join(parts), named or first, entries=entries)


def _title_of(slide: Any) -> str:
    title = _title_shape(slide)
    return _words(title.text_frame.text) if title is not None else ""


def _title_shape(slide: Any) -> Any:
    try:
        return slide.shapes.title
    # A shape that no program writes as it should raises whatever its depths raise.
    except Exception:
        return None


def _slide(slide: Any, hidden: bool) -> Iterator[str]:
    title = _title_shape(slide)
    for shape in _shown(slide.shapes, hidden):
        if title is None or shape._element is not title._element:
            yield from _shape(shape, hidden)
    yield from _diagrams(slide.part)
    if hidden and slide.has_notes_slide:
        yield _lines(slide.notes_slide.notes_text_frame, False)
    if hidden:
        yield from _comments(slide.part)


class _Behind:
    """What masters and layouts write on the slides of a deck, beside the places to fill in."""

    def __init__(self, hidden: bool) -> None:
        self._hidden = hidden
        self._read: set[str] = set()

    def texts_of(self, slide: Any) -> Iterator[str]:
        """The texts on a slide that no slide before has shown."""
        for page in _pages_behind(slide):
            for shape in _shown(page.shapes, self._hidden):
                texts = [] if shape.is_placeholder else _shape(shape, self._hidden)
                for text in texts:
                    if text not in self._read:
                        self._read.add(text)
                        yield text


def _pages_behind(slide: Any) -> list[Any]:
    """The master and the layout of which a slide shows the shapes; of broken ones, none."""
    try:
        layout = slide.slide_layout
        if not _shows_behind(slide):
            return []
        return [layout.slide_master, layout] if _shows_behind(layout) else [layout]
    except Exception:
        return []


def _shows_behind(page: Any) -> bool:
    return page._element.get("showMasterSp") not in ("0", "false")


def _shown(shapes: Any, hidden: bool) -> list[Any]:
    """Shapes in order; with `hidden`, also those that the selection pane hides."""
    return [each for each in _in_order(shapes) if hidden or not _is_hidden(each)]


def _is_hidden(shape: Any) -> bool:
    names = shape._element.xpath("./*[1]/*[local-name()='cNvPr']/@hidden")
    return any(value in ("1", "true") for value in names)


def _in_order(shapes: Any) -> list[Any]:
    """Shapes from top to bottom; one without a place of its own stays where it is written."""

    def place(shape: Any) -> tuple[int, int]:
        try:
            return (shape.top or 0, shape.left or 0)
        except Exception:
            return (0, 0)

    return sorted(shapes, key=place)


def _shape(shape: Any, hidden: bool, depth: int = 0) -> Iterator[str]:
    """The texts of one shape; of one that cannot be understood, none."""
    try:
        if hasattr(shape, "shapes"):
            for each in _shown(shape.shapes, hidden) if depth < _MOST_DEPTH else []:
                yield from _shape(each, hidden, depth + 1)
        elif getattr(shape, "has_table", False):
            yield _table(shape.table)
        elif getattr(shape, "has_chart", False):
            yield _chart(shape.chart)
        elif getattr(shape, "has_text_frame", False) and not _is_around(shape):
            yield _lines(shape.text_frame, shape.is_placeholder)
    except Exception:
        return


def _is_around(shape: Any) -> bool:
    return bool(shape.is_placeholder and int(shape.placeholder_format.type) in _AROUND)


def _lines(frame: Any, is_list: bool) -> str:
    """Paragraphs; those of a placeholder are the points of a list, if there are several."""
    paragraphs = [(int(p.level or 0), _words(_paragraph(p))) for p in frame.paragraphs]
    shown = [(level, words) for level, words in paragraphs if words]
    if (is_list and len(shown) > 1) or any(level for level, _ in shown):
        return "\n".join(f"{'  ' * level}- {escaped(words)}" for level, words in shown)
    return "\n\n".join(escaped(words) for _, words in shown)


def _paragraph(paragraph: Any) -> str:
    """The text of a paragraph with line breaks as spaces."""
    return str(paragraph.text)


def _words(text: str) -> str:
    return " ".join(text.replace("\v", " ").split())


def _table(table: Any) -> str:
    rows = []
    for row in range(len(table.rows)):
        rows.append([_cell(table, row, column) for column in range(len(table.columns))])
    return markdown_table(rows, 1 if len(rows) > 1 else 0)


def _cell(table: Any, row: int, column: int) -> str:
    """A cell's words; of a merged one, those of all of its places."""
    cell = table.cell(row, column)
    while cell.is_spanned and (row or column):
        across = str(cell._tc.get("hMerge", "")).lower() in ("1", "true") and column
        row, column = (row, column - 1) if across else (max(0, row - 1), column)
        cell = table.cell(row, column)
        if not row and not across:
            break
    return _words(cell.text)


def _chart(chart: Any) -> str:
    """The values of a chart as a table, below its title."""
    title = _words(chart.chart_title.text_frame.text) if chart.has_title else ""
    plot = chart.plots[0]
    series = list(plot.series)
    rows = [["", *(str(each.name or "") for each in series)]]
    for number, category in enumerate(plot.categories):
        values = (each.values[number] if number < len(each.values) else None for each in series)
        rows.append([str(category), *("" if value is None else f"{value:g}" for value in values)])
    return "\n\n".join(filter(None, (escaped(title), markdown_table(rows))))


def _diagrams(part: Any) -> Iterator[str]:
    """The words of diagrams, each a list."""
    for relation in part.rels.values():
        if relation.is_external or _DIAGRAM not in str(relation.target_part.partname):
            continue
        root = parsed(relation.target_part.blob)
        lines = ["".join(t.text or "" for t in p.iter(_TEXT)) for p in root.iter(_PARAGRAPH)]
        yield "\n".join(f"- {escaped(_words(line))}" for line in lines if line.strip())


def _comments(part: Any) -> Iterator[str]:
    for relation in part.rels.values():
        if not relation.is_external and "/comments/" in str(relation.target_part.partname):
            root = parsed(relation.target_part.blob)
            words = [str(each.text) for each in root.iter() if each.text and each.text.strip()]
            yield "\n\n".join(escaped(_words(each)) for each in words)
