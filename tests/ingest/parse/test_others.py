"""Kinds of documents that fewer people write are read where a library can."""

from __future__ import annotations

from pathlib import Path

import pytest
from odfdo import Document, Header, Paragraph

from ingest.errors import FileUnreadable
from ingest.sync.read import passages_of
from ingest.sync.walk import SUFFIXES
from knowledge.index.passages import Passage


def read(folder: Path, name: str, data: bytes) -> list[Passage]:
    (folder / name).write_bytes(data)
    return passages_of(folder / name)


def test_restructured_text_is_read(tmp_path: Path):
    text = (
        "The pilot\n=========\n\nWeeks\n-----\n\nIt takes *six* weeks, see `the plan`_.\n\n"
        ".. _the plan: https://x.example\n\n.. note:: Ask first.\n\n1. Open.\n2. Close.\n\n"
        ".. include:: /etc/passwd\n\n.. raw:: html\n\n   <b>no</b>\n\n"
        "==== =====\nTool Seats\n==== =====\nKite 3\n==== =====\n"
    )
    (passage,) = read(tmp_path, "a.rst", text.encode())
    assert (passage.title, passage.headings) == ("The pilot", ("Weeks",))
    for words in (
        "six weeks, see the plan.",
        "Ask first.",
        "1. Open.\n2. Close.",
        "Tool: Kite; Seats: 3",
    ):
        assert words in passage.text
    assert "root:" not in passage.text
    assert "<b>" not in passage.text


def test_rtf_is_read_without_what_it_hides(tmp_path: Path):
    text = r"{\rtf1\ansi The pilot\par It takes six weeks.{\v  Secret.}\par Caf\'e9 * one}"
    (passage,) = read(tmp_path, "a.rtf", text.encode())
    assert passage.text == "The pilot\n\nIt takes six weeks.\n\nCafé * one"


def test_open_document_text_is_read(tmp_path: Path):
    document = Document("text")
    document.body.clear()
    document.body.append(Header(1, "The pilot"))
    document.body.append(Paragraph("It takes six weeks."))
    document.save(tmp_path / "a.odt")
    (passage,) = passages_of(tmp_path / "a.odt")
    assert "It takes six weeks." in passage.text
    assert passage.context.endswith("The pilot")


@pytest.mark.parametrize("name", ["a.rtf", "a.odt", "a.xls", "a.pdf"])
def test_what_is_no_such_document_is_refused(name: str, tmp_path: Path):
    with pytest.raises(FileUnreadable, match=r"broken|older format"):
        read(tmp_path, name, b"PK no such thing")


def test_the_kinds_are_found_in_folders():
    assert {".mdx", ".rst", ".rtf", ".odt", ".xls"} <= SUFFIXES
