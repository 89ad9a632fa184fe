from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document as WordDocument
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import AudienceWrong, FileUnreadable
from ingest.parse.documents import Defaults, Document
from ingest.parse.load import load
from ingest.split.split import split
from ingest.sync.read import passages_of
from knowledge.index.passages import Passage
from tests.ingest.files import KINDS, docx, html, pdf


def loaded(folder: Path, name: str, content: bytes | str) -> Document:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(path)


def passages(folder: Path, name: str, content: bytes | str) -> list[Passage]:
    return split(loaded(folder, name, content))


def text_or_refusal(folder: Path, name: str, content: bytes) -> str:
    """What the file says, or the sentence that says why it cannot be read."""
    try:
        return loaded(folder, name, content).text
    except FileUnreadable as error:
        sentence = str(error)
    assert sentence.startswith(("it ", "its "))
    assert "\n" not in sentence
    return sentence


def word(build) -> bytes:
    document, buffer = WordDocument(), io.BytesIO()
    build(document)
    document.save(buffer)
    return buffer.getvalue()


def test_headings_of_every_level_of_a_word_document_make_the_path(tmp_path: Path):
    def build(document):
        for level, words in ((1, "Rollout"), (2, "Pilot"), (3, "Length")):
            document.add_heading(words, level=level)
        document.add_paragraph("A pilot lasts six weeks.")
        document.add_heading("Waves", level=2)
        document.add_paragraph("Then come the waves.")

    found = passages(tmp_path, "rollout.docx", word(build))
    assert [(each.title, each.headings) for each in found] == [
        ("Rollout", ("Pilot", "Length")),
        ("Rollout", ("Waves",)),
    ]


def test_numbered_steps_of_a_word_document_are_one_procedure(tmp_path: Path):
    def build(document):
        document.add_paragraph("Do this:")
        for words in ("Open the guide.", "Read it.", "Close it."):
            document.add_paragraph(words, style="List Number")

    (passage,) = passages(tmp_path, "steps.docx", word(build))
    assert passage.text == "Do this:\n\n1. Open the guide.\n2. Read it.\n3. Close it."


def test_slides_keep_their_titles_and_tables_and_their_notes_if_asked(tmp_path: Path):
    deck, buffer = Presentation(), io.BytesIO()
    for title, words in (("Pilot", "It lasts six weeks."), ("Waves", "Four of them follow.")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = words
    slide.notes_slide.notes_text_frame.text = "Say that nobody is forced."
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for (row, column), words in {(0, 0): "Wave", (0, 1): "Week", (1, 0): "One"}.items():
        table.cell(row, column).text = words
    table.cell(1, 1).text = "7"
    deck.save(buffer)
    found = passages(tmp_path, "deck.pptx", buffer.getvalue())
    asked = load(tmp_path / "deck.pptx", "", Defaults(hidden=True))
    text = {each.context: each.text for each in found}
    assert any("Pilot" in key and "six weeks" in words for key, words in text.items())
    assert any("Waves" in key and "Four of them" in words for key, words in text.items())
    whole = "\n".join(text.values())
    assert "nobody is forced" not in whole
    assert "Say that nobody is forced." in asked.text
    assert "Wave: One; Week: 7" in whole


def test_every_sheet_of_a_workbook_is_read_under_its_name(tmp_path: Path):
    book, buffer = Workbook(), io.BytesIO()
    for name, tool in (("Approved", "Copilot"), ("Banned", "Scanner")):
        sheet = book.create_sheet(name)
        sheet.append(["Tool", "Since"])
        sheet.append([tool, 2026])
    book.save(buffer)
    found = passages(tmp_path, "tools.xlsx", buffer.getvalue())
    rows = {each.context: each.text for each in found}
    assert any("Approved" in key and "Tool: Copilot; Since: 2026" in rows[key] for key in rows)
    assert any("Banned" in key and "Tool: Scanner; Since: 2026" in rows[key] for key in rows)


def test_every_page_of_a_pdf_is_read(tmp_path: Path):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for page in range(1, 4):
        canvas.drawString(72, 780, f"Page {page} tells of wave {page}.")
        canvas.showPage()
    canvas.save()
    text = loaded(tmp_path, "waves.pdf", buffer.getvalue()).text
    assert all(f"Page {page} tells of wave {page}." in text for page in range(1, 4))


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>secret()</script>",
        "<style>.secret { color: red }</style>",
        "<!-- secret -->",
        pytest.param(
            "<template><p>secret</p></template>",
        ),
        pytest.param(
            "<p hidden>secret</p>",
        ),
        pytest.param(
            '<p style="display:none">secret</p>',
        ),
    ],
)
@pytest.mark.parametrize("name", ["page.html", "page.htm"])
def test_what_a_page_does_not_show_is_no_content(tmp_path: Path, name: str, hidden: str):
    page = f"<html><body><h1>Rules</h1><p>Seen.</p>{hidden}<p>Also seen.</p></body></html>"
    text = loaded(tmp_path, name, page).text
    assert "Seen." in text
    assert "Also seen." in text
    assert "secret" not in text


def test_headings_and_steps_of_a_page_are_kept(tmp_path: Path):
    page = """<html><head><title>Tab</title></head><body><h1>Guide</h1><h2>Steps</h2>
    <ol><li>Open it.</li><li>Close it.</li></ol><h2>After</h2><p>Rest.</p></body></html>"""
    found = passages(tmp_path, "page.html", page)
    assert [(each.title, each.headings) for each in found] == [
        ("Guide", ("Steps",)),
        ("Guide", ("After",)),
    ]
    assert found[0].text == "1. Open it.\n2. Close it."


def test_all_fields_of_front_matter_are_taken(tmp_path: Path):
    text = """---
title: "Rules: the short form"
kind: playbook
tool: copilot
audience: champions
owner: AI programme team
reviewed: 2026-11-02
link: https://guides.example/rules
colour: green
---
# Another title

Words.
"""
    assert loaded(tmp_path, "rules.md", text) == Document(
        source=str(tmp_path / "rules.md"),
        title="Rules: the short form",
        text="# Another title\n\nWords.",
        kind="playbook",
        tool="copilot",
        audience="champions",
        owner="AI programme team",
        reviewed="2026-11-02",
        link="https://guides.example/rules",
    )


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("kind: poem", "its kind “poem” is unknown, so it counts as other"),
        ("reviewed: last week", "write it like 2026-11-02"),
        ("reviewed: 2026-13-40", "is not a clear date"),
        ("reviewed: 11/02/2026", "is not a clear date"),
        ("link: ftp://x", "https://"),
        ("title: [a, b]", "its title is not a plain text"),
        ("owner: {a: b}", "its owner is not a plain text"),
        (f"title: {'x' * 301}", "longer than 300"),
    ],
)
def test_a_field_that_is_not_understood_is_left_out_with_a_remark(
    tmp_path: Path, front: str, said: str
):
    document = loaded(tmp_path, "guide.md", f"---\n{front}\n---\nWords.\n")
    assert document.text == "Words."
    (remark,) = document.remarks
    assert said in remark


@pytest.mark.parametrize(
    ("day", "iso"),
    [
        ("2026-11-02", "2026-11-02"),
        ("02.11.2026", "2026-11-02"),
        ("11/23/2026", "2026-11-23"),
        ("23/11/2026", "2026-11-23"),
        ("5/5/2026", "2026-05-05"),
        ("11/02/2026", ""),
    ],
)
def test_a_day_is_taken_if_it_can_be_only_one(tmp_path: Path, day: str, iso: str):
    assert loaded(tmp_path, "guide.md", f"---\nreviewed: {day}\n---\nWords.").reviewed == iso


@pytest.mark.parametrize("front", ["title: 'open", "a: b: c", "- a\n- b", "? [a]: b\n?? c: d"])
def test_front_matter_that_cannot_be_read_hides_the_guide(tmp_path: Path, front: str):
    with pytest.raises(AudienceWrong, match="front matter"):
        loaded(tmp_path, "guide.md", f"---\n{front}\n---\nWords.\n")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# From the heading #\n\nWords.", "From the heading"),
        ("Words.\n\n# Later heading\n\nMore.", "Later heading"),
        ("Words alone.", "My first guide"),
        ("---\ntitle:\n---\nWords.", "My first guide"),
        ("---\ntitle: 2026\n---\nWords.", "2026"),
        ("---\n---\n# Heading\n\nWords.", "Heading"),
    ],
)
def test_a_guide_without_a_title_is_called_by_its_heading_or_its_name(
    tmp_path: Path, text: str, title: str
):
    assert loaded(tmp_path, "my-first_guide.md", text).title == title


def test_a_comment_in_code_is_no_title(tmp_path: Path):
    text = "```sh\n# install it\npip install x\n```\n\n# Setting up\n\nWords.\n"
    assert loaded(tmp_path, "guide.md", text).title == "Setting up"


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_of_other_systems_read_the_same(tmp_path: Path, line_end: str, encoding: str):
    text = "---\ntitle: Über\n---\n# Kopf\n\nWörter 🙂.\n\n- eins\n- zwei\n"
    path = tmp_path / "guide.md"
    path.write_bytes(text.replace("\n", line_end).encode(encoding))
    document = load(path)
    assert document.title == "Über"
    (passage,) = split(document)
    assert (passage.headings, passage.text) == (("Kopf",), "Wörter 🙂.\n\n- eins\n- zwei")


def test_plain_text_is_left_as_it_is(tmp_path: Path):
    text = "# no heading\n\n<b>no tag</b> and *no* mark."
    found = passages(tmp_path, "notes.txt", text)
    assert [each.text for each in found] == ["# no heading\n\n<b>no tag</b> and *no* mark."]
    assert found[0].headings == ()


def test_captions_lead_to_the_minute_they_are_said(tmp_path: Path):
    lines = ["WEBVTT", "", "NOTE", "title: First steps", "tool: copilot", "audience: champions", ""]
    for n in range(12):
        start = f"00:{n // 4:02d}:{n % 4 * 15:02d}.000"
        end = f"00:{n // 4:02d}:{n % 4 * 15 + 9:02d}.000"
        lines += [f"{start} --> {end}", f"<v Ann><i>Sentence number {n}.</i>", ""]
    found = passages(tmp_path, "first.vtt", "\n".join(lines))
    assert {(each.title, each.kind, each.tool, each.audience) for each in found} == {
        ("First steps", "tutorial", "copilot", "champions")
    }
    assert [each.heading for each in found] == ["At 0:00", "At 0:45", "At 1:30", "At 2:15"]
    assert found[1].text == "Sentence number 3. Sentence number 4. Sentence number 5."


def test_an_hour_of_captions_is_said_in_minutes(tmp_path: Path):
    text = "WEBVTT\n\n01:01:05.000 --> 01:01:09.000\nLate words.\n"
    assert passages(tmp_path, "long.vtt", text)[0].heading == "At 61:05"


@pytest.mark.parametrize(
    "separator",
    [
        ",",
        pytest.param(
            ";",
        ),
    ],
)
def test_rows_of_a_table_of_values_carry_their_column_names(tmp_path: Path, separator: str):
    rows = [("Tool", "Owner"), ("Copilot", "Ann"), ("Scanner", "Bo")]
    found = passages(tmp_path, "tools.csv", "\n".join(separator.join(row) for row in rows))
    assert "Tool: Copilot; Owner: Ann" in found[0].text
    assert "Tool: Scanner; Owner: Bo" in found[0].text


@pytest.mark.parametrize("real", ["guide.pdf", "guide.docx", "guide.html", "guide.csv"])
@pytest.mark.parametrize("called", ["x.pdf", "x.docx", "x.pptx", "x.xlsx", "x.md", "x.vtt"])
def test_a_file_under_a_wrong_name_is_refused_or_read_but_never_noise(
    tmp_path: Path, real: str, called: str
):
    content = KINDS[real]()
    if Path(real).suffix == Path(called).suffix:
        return
    text = text_or_refusal(tmp_path, called, content)
    assert text.strip()
    assert not any(noise in text for noise in ("\0", "PK\x03", "%PDF"))


@pytest.mark.parametrize("suffix", ["docx", "pptx", "xlsx"])
def test_an_archive_that_is_no_office_document_is_refused(tmp_path: Path, suffix: str):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(FileUnreadable, match="broken"):
        loaded(tmp_path, f"x.{suffix}", buffer.getvalue())


@pytest.mark.parametrize("make", [docx, pdf, html])
def test_a_file_cut_off_anywhere_is_read_or_refused_in_a_sentence(tmp_path: Path, make):
    content = make()
    name = f"x.{make.__name__}"
    for share in (0.02, 0.3, 0.6, 0.9, 0.99):
        assert text_or_refusal(tmp_path, name, content[: int(len(content) * share)]).strip()


def test_a_pdf_that_opens_without_a_password_is_read(tmp_path: Path):
    from reportlab.lib.pdfencrypt import StandardEncryption

    buffer = io.BytesIO()
    locked = StandardEncryption("", ownerPassword="owner", canPrint=0)
    canvas = Canvas(buffer, pagesize=A4, encrypt=locked)
    canvas.drawString(72, 780, "Everyone may read it.")
    canvas.save()
    assert "Everyone may read it." in loaded(tmp_path, "open.pdf", buffer.getvalue()).text


def test_a_folder_named_like_a_file_is_said(tmp_path: Path):
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(FileUnreadable, match="cannot be opened"):
        load(tmp_path / "folder.md")


def test_a_page_of_unknown_letters_is_read_right_or_refused(tmp_path: Path):
    page = "<html><body><p>Über</p></body></html>".encode("latin-1")
    said = text_or_refusal(tmp_path, "page.html", page)
    assert "Über" in said or "UTF-8" in said


def test_a_page_that_names_its_letters_is_read_right(tmp_path: Path):
    page = '<html><head><meta charset="latin-1"></head><body><p>Über</p></body></html>'
    assert loaded(tmp_path, "page.html", page.encode("latin-1")).text == "Über"


def test_words_between_two_rules_are_not_lost(tmp_path: Path):
    text = "---\nRead this first.\n---\n\nWords.\n"
    try:
        said = loaded(tmp_path, "guide.md", text).text
    except FileUnreadable as error:
        said = str(error)
    assert "Read this first." in said or "front matter" in said


@pytest.mark.parametrize("text", ["<!-- a comment -->", "***", "[ref]: https://guides.example"])
def test_a_guide_that_gives_no_passage_is_said(tmp_path: Path, text: str):
    path = tmp_path / "guide.md"
    path.write_text(text, "utf-8")
    with pytest.raises(FileUnreadable, match="quoted"):
        passages_of(path)


def test_headings_alone_can_be_found(tmp_path: Path):
    found = passages(tmp_path, "guide.md", "# Guide\n\n## Ask Ann first\n\n## Ask Bo next\n")
    assert any("Ask Ann first" in f"{each.context} {each.text}" for each in found)
