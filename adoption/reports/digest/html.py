"""The digest as one HTML file: prints well, reads without colour, in the dark and in the light."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from adoption.reports.digest.digest import Digest
from adoption.reports.digest.pictures import overrides_picture, use_picture
from adoption.reports.digest.sections import NOTHING, sections
from adoption.reports.wording import Line, Section, joined, one_line

# Nothing is loaded from elsewhere, and no script runs, whatever the words in the page look like.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: CanvasText; background: Canvas; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2rem; font-size: 1.2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid GrayText; }
tbody th { font-weight: 600; } .lead { font-size: 1.15rem; }
svg { max-width: 100%; height: auto; color: CanvasText; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; }
  section { break-inside: avoid; } h2 { break-after: avoid; } }
"""


def digest_as_html(digest: Digest) -> str:
    """The digest as one page that needs nothing else."""
    pictures = {"teams": use_picture(digest), "overrides": overrides_picture(digest)}
    if not digest.use.teams:
        pictures["tools"] = pictures.pop("teams")
    parts = (section_as_html(part, pictures.get(part.key)) for part in sections(digest))
    return page(f"Week {digest.week}", parts)


def page(title: str, parts: Iterable[str]) -> str:
    """A whole page around parts that are HTML already; the title is text."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{text(title)}</h1>\n" + "\n".join(parts) + "\n</main>\n</body>\n</html>\n"
    )


def section_as_html(section: Section, picture: bytes | None = None) -> str:
    """A section with its table, lines and picture; all words are escaped."""
    parts = [f'<section id="{escape(section.key)}">', f"<h2>{text(section.title)}</h2>"]
    if section.table:
        head = "".join(f'<th scope="col">{text(name)}</th>' for name in section.table.columns)
        rows = "".join(_row(row) for row in section.table.rows)
        parts.append(
            f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
    if section.lines and section.plain:
        parts.append(f'<p class="lead">{" ".join(map(_line, section.lines))}</p>')
    elif section.lines:
        parts.append(
            "<ul>" + "".join(f"<li>{_line(line)}</li>" for line in section.lines) + "</ul>"
        )
    if not section.lines and section.table is None:
        parts.append(f"<p>{NOTHING}</p>")
    if picture is not None:
        parts.append(f"<figure>{svg(picture, section.title)}</figure>")
    return "\n".join([*parts, "</section>"])


def svg(picture: bytes, title: str) -> str:
    """A picture as part of a page: without its XML head, named for those who cannot see it."""
    drawn = picture.decode("utf-8")
    drawn = drawn[drawn.index("<svg") :]
    return re.sub("<svg", f'<svg role="img" aria-label="{escape(title)}"', drawn, count=1)


def text(words: str) -> str:
    """Words as HTML; a figure and its sign stay on one line."""
    return escape(one_line(words)).replace(" %", "&nbsp;%")


def _row(row: Iterable[str]) -> str:
    name, *cells = row
    return (
        f'<tr><th scope="row">{text(name)}</th>'
        + "".join(f"<td>{text(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def _line(line: Line) -> str:
    return escape(joined(line)).replace(" %", "&nbsp;%")
