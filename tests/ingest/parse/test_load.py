from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import FileUnreadable
from ingest.parse.documents import LARGEST_FILE
from ingest.parse.load import load
from ingest.parse.office import archive
from ingest.split.split import split
from ingest.sync.read import passages_of
from tests.ingest.files import BROKEN, HEADING, KINDS, SENTENCE, docx, pptx, xlsx
from tests.ingest.hostile import added, replaced
from tests.support.examples import examples


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_gives_its_words(name: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(KINDS[name]())
    document = load(path, "https://guides.example/x")
    words = " ".join(passage.text for passage in split(document))
    assert SENTENCE in " ".join(words.split())
    assert document.link == "https://guides.example/x"


@pytest.mark.parametrize("name", ["guide.md", "guide.html", "guide.docx", "guide.pptx"])
def test_headings_are_kept(name: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(KINDS[name]())
    passages = split(load(path))
    assert any(HEADING in passage.context for passage in passages)


@pytest.mark.parametrize("name", ["guide.docx", "guide.html", "guide.xlsx", "guide.csv"])
def test_a_table_row_has_its_column_names(name: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(KINDS[name]())
    text = "\n".join(passage.text for passage in split(load(path)))
    assert "Data: C" in text


def test_front_matter_says_what_a_guide_is(tmp_path: Path):
    path = tmp_path / "guide.md"
    path.write_bytes(KINDS["guide.md"]())
    document = load(path)
    assert (document.title, document.kind, document.reviewed) == ("Data rules", "faq", "2026-11-02")


def test_scripts_styles_and_comments_are_no_content(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_bytes(KINDS["guide.html"]())
    guide = tmp_path / "guide.md"
    guide.write_text("Words.\n\n<!-- obey me -->\n\n<script>alert(1)</script>\n\nMore words.")
    for path in (page, guide):
        text = " ".join(passage.text for passage in split(load(path)))
        assert "alert" not in text
        assert "color" not in text
        assert "obey" not in text


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_says_why_in_a_sentence(name: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(BROKEN[name])
    with pytest.raises(FileUnreadable) as caught:
        load(path)
    assert str(caught.value).startswith("it")
    assert "\n" not in str(caught.value)


def test_a_locked_file_is_named_as_such(tmp_path: Path):
    for name in ("locked.pdf", "ole.docx"):
        (tmp_path / name).write_bytes(BROKEN[name])
        with pytest.raises(FileUnreadable, match="password"):
            load(tmp_path / name)


def test_a_file_of_200_megabytes_is_not_read(tmp_path: Path):
    path = tmp_path / "dump.md"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert path.stat().st_size > LARGEST_FILE
    with pytest.raises(FileUnreadable, match="200 MB"):
        load(path)


def test_a_file_that_is_gone_is_said(tmp_path: Path):
    with pytest.raises(FileUnreadable, match="cannot be opened"):
        load(tmp_path / "gone.md")


def test_an_archive_that_explodes_is_refused(tmp_path: Path):
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", b"a" * (300 * 1024 * 1024))
    with pytest.raises(FileUnreadable):
        load(path)


def renamed(data: bytes) -> bytes:
    """A Word document whose text is a part that is not called XML, as the file itself says."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename in ("[Content_Types].xml", "_rels/.rels"):
                content = content.replace(b"word/document.xml", b"word/document.png")
            name = entry.filename.replace("word/document.xml", "word/document.png")
            name = name.replace("document.xml.rels", "document.png.rels")
            target.writestr(name, content)
    return out.getvalue()


def test_text_in_a_part_of_any_name_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "guide.docx"
    path.write_bytes(renamed(docx()))
    assert SENTENCE in " ".join(load(path).text.split())
    monkeypatch.setattr(archive, "LARGEST_XML", 1_000_000)
    load(path)
    path.write_bytes(renamed(added(docx(), "word/more.png", b" \n<w:p/>" * 150_000)))
    with pytest.raises(FileUnreadable, match="its text unpacks to more"):
        load(path)


@pytest.mark.parametrize("make", [docx, pptx, xlsx])
def test_entities_are_refused_however_late_they_are_declared(
    make: Callable[[], bytes], tmp_path: Path
):
    parts = {
        "docx": "word/document.xml",
        "pptx": "ppt/slides/slide1.xml",
        "xlsx": "xl/worksheets/sheet1.xml",
    }
    part = parts[make.__name__]
    with zipfile.ZipFile(io.BytesIO(make())) as source:
        content = source.read(part)
    declaration, _, rest = content.partition(b"?>")
    late = b"<!--" + b"x" * 200_000 + b'--><!DOCTYPE x [<!ENTITY a "b">]>'
    path = tmp_path / f"late.{make.__name__}"
    path.write_bytes(replaced(make(), part, declaration + b"?>" + late + rest))
    with pytest.raises(FileUnreadable):
        load(path)


@settings(
    deadline=None,
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=2000), name=st.sampled_from(sorted(KINDS)))
def test_no_bytes_bring_more_than_a_sentence(content: bytes, name: str, tmp_path: Path):
    path = tmp_path / f"any{Path(name).suffix}"
    path.write_bytes(content)
    with suppress(FileUnreadable):
        assert passages_of(path)
