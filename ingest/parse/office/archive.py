"""Office files as archives: what no office writes is refused, what is odd is made usual."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from ingest.errors import FileUnreadable
from ingest.parse.statements import Entry

BROKEN = "it is broken, or not what its name says"
LOCKED = "it is protected by a password, or of an older format; save an open copy"
# What an archive may unpack to; a guide is read by people, so beyond this it is a trap.
LARGEST_UNPACKED = 500 * 1024 * 1024
# What the XML of a document may come to: parsed, it takes many times the memory.
LARGEST_XML = 64 * 1024 * 1024
MOST_CELLS = 1_000_000
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# How XML begins in an encoding that no office writes and libxml2 reads.
_EBCDIC = b"\x4c\x6f\xa7\x94"
_START, _BLANK = 4096, b"\0\t\n\r \xef\xbb\xbf\xfe\xff"
_OLE = b"\xd0\xcf\x11\xe0"
# ISO's strict form of the format has the same elements in other name spaces.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_KINDS = {b"spreadsheetml", b"wordprocessingml", b"presentationml", b"drawingml"}
_RENAMED = {
    b"extendedProperties": b"extended-properties",
    b"customProperties": b"custom-properties",
}
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_NO_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)\b.*|untitled.*|powerpoint[- ]presentation|"
    r"document\d*|pr[äe]sentation\d*|(?:slide|folie) ?\d*|title|"
    r".*\.(?:docx?|pptx?|xlsx?|dotx?|potx?))$",
    re.IGNORECASE,
)


def opened(data: bytes, folder: str) -> bytes:
    """An office file that holds its main parts in `folder`, in the usual name spaces.

    Raises:
        FileUnreadable: it is locked, broken, or would unpack to too much.
    """
    if data.startswith(_OLE):
        raise FileUnreadable(LOCKED)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise FileUnreadable(
                    f"it unpacks to more than {LARGEST_UNPACKED >> 20} MB; split it, or leave its "
                    "pictures out"
                )
            if not any(entry.filename.startswith(folder) for entry in entries):
                raise FileUnreadable(BROKEN)
            strict = _check(archive)
            return _transitional(archive) if strict else data
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise FileUnreadable(BROKEN) from error


def properties_of(data: bytes) -> tuple[str, tuple[Entry, ...]]:
    """The title in a file's properties, if it is one, and what they may say of its audience.

    That are the properties that its makers added, and the words of the usual ones.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        core = _root_of(archive, "docProps/core.xml")
        custom = _root_of(archive, "docProps/custom.xml")
    title = core.findtext(_TITLE) if core is not None else ""
    words = " ".join((title or "").split())
    named = custom.iterchildren() if custom is not None else ()
    entries = tuple(
        Entry(str(each.get("name") or ""), "".join(str(text) for text in each.itertext()))
        for each in named
    )
    usual = core.iterchildren() if core is not None else ()
    entries += tuple(
        Entry(str(etree.QName(each).localname), str(each.text)) for each in usual if each.text
    )
    return (words if is_title(words) else ""), entries


def is_title(words: str) -> bool:
    """Whether a title in a file's properties is one that a person gave it."""
    return bool(words) and _NO_TITLE.match(words) is None


def parsed(xml: bytes) -> etree._Element:
    """XML as a tree, with nothing fetched or expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(xml, parser)


def _root_of(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    try:
        return parsed(archive.read(name))
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return None


def _check(archive: zipfile.ZipFile) -> bool:
    """Refuses XML that is too large or declares entities; whether it is of the strict form."""
    strict = False
    total = sum(entry.file_size for entry in _xml_of(archive))
    if total > LARGEST_XML:
        raise FileUnreadable(
            f"its text unpacks to more than {LARGEST_XML >> 20} MB, more than people read; split it"
        )
    for entry in _xml_of(archive):
        data = archive.read(entry)
        # UTF-16 has a NUL beside every letter.
        if data.startswith(_EBCDIC) or _DECLARATION.search(data.replace(b"\0", b"")):
            raise FileUnreadable(BROKEN)
        if entry.filename.startswith("xl/worksheets/") and len(_CELL.findall(data)) > MOST_CELLS:
            raise FileUnreadable(
                f"it has a sheet of more than {MOST_CELLS:,} cells, more than people read; split it"
            )
        strict = strict or _STRICT.search(data) is not None
    return strict


def _xml_of(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    return (e for e in archive.infolist() if _is_xml(archive, e))


def _is_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether a part is XML; a file says itself which part is its text, whatever it is called."""
    if entry.filename.lower().endswith((".xml", ".rels")):
        return True
    with archive.open(entry) as part:
        start = part.read(_START)
    return start.startswith(_EBCDIC) or start.strip(_BLANK)[:1] in (b"", b"<")


def _transitional(archive: zipfile.ZipFile) -> bytes:
    """The archive with the name spaces that every office writes."""
    out = io.BytesIO()
    names = {entry.filename for entry in _xml_of(archive)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename in names:
                content = _STRICT.sub(_usual, content)
            target.writestr(entry.filename, content)
    return out.getvalue()


def _usual(match: re.Match[bytes]) -> bytes:
    part, rest = match[1], match[2]
    part = part if part in _KINDS else b"officeDocument"
    rest = _RENAMED.get(rest, rest)
    return b"http://schemas.openxmlformats.org/" + part + b"/2006/" + rest
