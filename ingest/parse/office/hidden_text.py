"""Takes out of Word documents what their readers do not see."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from ingest.parse.office.archive import parsed

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = re.compile(r"word/(document|footnotes|endnotes|header\d*|footer\d*)\.xml")
_OFF = frozenset({"0", "false", "off", "none"})
_PALE = 0xF0
# Half points; nobody reads letters of one point.
_TINY = 2


def prepared(data: bytes, hidden: bool) -> bytes:
    """A Word document with its words alone: no pictures, formulas as text.

    Text that is hidden, white on white, too small to be read, or deleted while changes were
    tracked is taken out unless `hidden` asks for it.
    """
    source = zipfile.ZipFile(io.BytesIO(data))
    out = io.BytesIO()
    with source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        names = set(source.namelist())
        styles = _Styles(source.read("word/styles.xml") if "word/styles.xml" in names else b"")
        for entry in source.infolist():
            if entry.filename.startswith("word/media/"):
                continue
            content = source.read(entry)
            if _PARTS.fullmatch(entry.filename):
                root = parsed(content)
                _simplify(root, hidden)
                if not hidden:
                    _remove_hidden(root, styles)
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
            target.writestr(entry.filename, content)
    return out.getvalue()


def _simplify(root: etree._Element, hidden: bool) -> None:
    """Pictures go, formulas become text; tracked deletions go or become text."""
    for picture in list(root.iter(_BLIP, _IMAGE)):
        parent = picture.getparent()
        if parent is not None:
            parent.remove(picture)
    for formula in list(root.iter(f"{_M}oMath")):
        _replace_by_run(formula, "".join(t.text or "" for t in formula.iter(f"{_M}t")))
    for deleted in list(root.iter(f"{_W}del", f"{_W}moveFrom")):
        parent = deleted.getparent()
        if parent is None:
            continue
        if not hidden:
            parent.remove(deleted)
        deleted.tag = f"{_W}ins"
        for text in deleted.iter(f"{_W}delText"):
            text.tag = f"{_W}t"


def _replace_by_run(element: etree._Element, words: str) -> None:
    parent = element.getparent()
    if parent is None:
        return
    run = etree.Element(f"{_W}r")
    etree.SubElement(run, f"{_W}t").text = f" {words} "
    run.tail = element.tail
    parent.replace(element, run)


class _Styles:
    """What a document's styles hide or put on a dark ground."""

    def __init__(self, xml: bytes) -> None:
        root = parsed(xml) if xml else etree.Element("none")
        known = {str(style.get(f"{_W}styleId")): style for style in root.iter(f"{_W}style")}
        self.hidden: dict[str, bool | None] = {}
        self.white: dict[str, bool | None] = {}
        self.dark: set[str] = set()
        for id, style in known.items():
            chain = list(_chain(style, known))
            self.hidden[id] = _first(_is_hidden(each.find(f"{_W}rPr")) for each in chain)
            self.white[id] = _first(_is_white(each.find(f"{_W}rPr")) for each in chain)
            if any(_is_dark(shade) for each in chain for shade in each.iter(f"{_W}shd")):
                self.dark.add(id)


def _chain(style: etree._Element, known: dict[str, etree._Element]) -> Iterator[etree._Element]:
    """A style and those it is based on; one that is based on itself ends there."""
    seen: set[str] = set()
    current: etree._Element | None = style
    while current is not None and str(current.get(f"{_W}styleId")) not in seen:
        yield current
        seen.add(str(current.get(f"{_W}styleId")))
        based = current.find(f"{_W}basedOn")
        current = known.get(str(based.get(f"{_W}val"))) if based is not None else None


def _first(values: Iterator[bool | None]) -> bool | None:
    return next((value for value in values if value is not None), None)


def _remove_hidden(root: etree._Element, styles: _Styles) -> None:
    background = root.find(f"{_W}background")
    dark_page = background is not None and not _is_pale(background.get(f"{_W}color"))
    for run in list(root.iter(f"{_W}r")):
        properties = run.find(f"{_W}rPr")
        paragraph = next(run.iterancestors(f"{_W}p"), None)
        named = [_style_of(properties, "rStyle")]
        if paragraph is not None:
            named.append(_style_of(paragraph.find(f"{_W}pPr"), "pStyle"))
        hidden = _first(iter((_is_hidden(properties), *(styles.hidden.get(n) for n in named))))
        white = _first(iter((_is_white(properties), *(styles.white.get(n) for n in named))))
        on_paper = white and not dark_page and not _on_dark(run, named, styles)
        if hidden or on_paper or _is_tiny(properties):
            for text in list(run):
                if text.tag != f"{_W}rPr":
                    run.remove(text)


def _style_of(properties: etree._Element | None, name: str) -> str:
    style = properties.find(f"{_W}{name}") if properties is not None else None
    return str(style.get(f"{_W}val")) if style is not None else ""


def _is_hidden(properties: etree._Element | None) -> bool | None:
    mark = properties.find(f"{_W}vanish") if properties is not None else None
    return None if mark is None else str(mark.get(f"{_W}val", "1")).lower() not in _OFF


def _is_white(properties: etree._Element | None) -> bool | None:
    colour = properties.find(f"{_W}color") if properties is not None else None
    if colour is None:
        return None
    if str(colour.get(f"{_W}themeColor", "")).startswith(("background1", "light1")):
        # A shade of the paper's colour is seen on it.
        return colour.get(f"{_W}themeShade") is None
    return _is_pale(colour.get(f"{_W}val"))


def _is_tiny(properties: etree._Element | None) -> bool:
    size = properties.find(f"{_W}sz") if properties is not None else None
    value = str(size.get(f"{_W}val")) if size is not None else ""
    return value.isdigit() and int(value) <= _TINY


def _is_pale(colour: str | None) -> bool:
    if colour is None or not re.fullmatch(r"[0-9A-Fa-f]{6}", colour):
        return False
    return min(bytes.fromhex(colour)) >= _PALE


def _is_dark(shade: etree._Element) -> bool:
    fill = shade.get(f"{_W}fill")
    themed = shade.get(f"{_W}themeFill")
    if themed is not None and not themed.startswith(("background1", "light1")):
        return True
    return fill not in (None, "auto") and not _is_pale(fill)


def _on_dark(run: etree._Element, named: list[str], styles: _Styles) -> bool:
    """Whether anything behind a run is coloured, so that white letters are seen on it."""
    properties = run.find(f"{_W}rPr")
    if properties is not None and properties.find(f"{_W}highlight") is not None:
        return True
    if any(name in styles.dark for name in named):
        return True
    for element in (run, *run.iterancestors()):
        for name in ("rPr", "pPr", "tcPr", "tblPr"):
            own = element.find(f"{_W}{name}")
            shade = own.find(f"{_W}shd") if own is not None else None
            if shade is not None and _is_dark(shade):
                return True
            if name == "tblPr" and _style_of(own, "tblStyle") in styles.dark:
                return True
    return False
