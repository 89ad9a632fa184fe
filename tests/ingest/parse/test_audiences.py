"""Who may read a guide: whatever form it is stated in, it is understood or the guide is hidden."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odfdo import Document as OpenDocument
from odfdo import Paragraph
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from pptx import Presentation
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import AudienceWrong, SourceWrong
from ingest.parse.audiences import audience_of, words_in
from ingest.parse.documents import Defaults
from ingest.parse.load import load

RESTRICTED = {
    "toml.md": '+++\ntitle = "Plan"\naudience = "admins"\n+++\nWords.',
    "json.md": '{"title": "Plan", "audience": "admins"}\n\nWords.',
    "yaml-after-comment.md": "<!-- draft -->\n---\naudience: admins\n---\nWords.",
    "yaml-after-directive.md": "%YAML 1.2\n---\naudience: admins\n---\nWords.",
    "yaml-after-blank.md": "\n\n  ---\naudience: admins\n---\nWords.",
    "yaml-after-heading.md": "# Plan\n---\naudience: admins\n---\nWords.",
    "invisible.md": "---\naud\u200bience: admins\n---\nWords.",
    "capitals.md": "---\nAUDIENCE: Administrators\n---\nWords.",
    "quoted.md": '---\n"audience": ITPro\n---\nWords.',
    "dotted.md": "---\nms.audience: Admin\n---\nWords.",
    "list.md": "---\naudience: [everyone, admins]\n---\nWords.",
    "line.md": "# Plan\n\n**Audience:** IT admins\n\nWords.",
    "html-comment.md": "<!-- audience: admins -->\n\nWords.",
    "code.md": "```yaml\naudience: admins\n```\n\nWords.",
    "table.md": "# Plan\n\n| Audience | Admins |\n| --- | --- |\n| Owner | Ann |\n",
    "mdx.mdx": "---\naudience: admins\n---\nimport X from 'x'\n\nWords.",
    "notes.txt": "---\naudience: admins\n---\nWords.",
    "plain.txt": "Audience: admins\n\nWords.",
    "values.csv": "---\naudience: admins\n---\nTool,Owner\nA,B\n",
    "talk.vtt": "WEBVTT\n\nNOTE\naudience : admins\n\n00:01.000 --> 00:02.000\nWords.\n",
    "talk2.vtt": "WEBVTT audience: admins\n\n00:01.000 --> 00:02.000\nWords.\n",
    "meta.html": '<meta name="audience" content="admins"><p>Words.</p>',
    "comment.html": "<!-- audience: admins --><p>Words.</p>",
    "jekyll.html": "---\naudience: admins\n---\n<p>Words.</p>",
    # One of several fields in a line, in a list, or of code.
    "within.txt": "Owner: Ann; Audience: admins\n\nWords.",
    "within-bold.md": "**Owner:** Ann | **Audience:** admins\n\nWords.",
    "within-brackets.txt": "Plan (audience: admins)\n\nWords.",
    "number.md": "1. Audience: admins\n\nWords.",
    "export.mdx": "export const meta = { audience: 'admins' }\n\nWords.",
    "export-key.mdx": "export const audience = 'admins'\n\nWords.",
    # Keys of several words, and of other languages.
    "target.md": "---\ntarget_audience: admins\n---\nWords.",
    "intended.md": "---\nIntended-Audience: admins\n---\nWords.",
    "dutch.md": "---\ndoelgroep: admins\n---\nWords.",
    # No field at all, and still no doubt.
    "heading-alone.md": "# Plan\n\n## Audience\n\nAdmins only\n\nWords.",
    "bold-alone.md": "# Plan\n\n**Audience**\n\n- IT admins\n\nWords.",
    "definition.html": "<dl><dt>Audience</dt><dd>admins</dd></dl><p>Words.</p>",
    "dash.md": "# Plan\n\nAudience — admins\n\nWords.",
    "only.md": "# Plan\n\n> **For IT admins only**\n\nWords.",
    "only.txt": "Restricted to admins\n\nWords.",
    "nur.txt": "Nur für Administratoren\n\nWords.",
    # What a page says beside its words.
    "property.html": '<meta property="audience" content="admins"><p>Words.</p>',
    "hidden.html": "<p hidden>Audience: admins</p><p>Words.</p>",
    "header.html": "<header><p>Audience: admins</p></header><main><p>"
    + "Word " * 30
    + "</p></main>",
    "sixth-comment.html": "<!--a-->" * 5 + "<!-- audience: admins --><p>Words.</p>",
    "meta.md": '<meta name="audience" content="admins">\n\nWords.',
    "long-licence.md": f"<!--\n{'Licence. ' * 2000}\n-->\n---\naudience: admins\n---\nWords.",
    # How openly it may be shown.
    "visibility.md": "---\nvisibility: admins\n---\nWords.",
    "open.md": "---\naudience: admins\nvisibility: internal\nconfidential: true\n---\nWords.",
    "tags.md": "---\ntags: [copilot, 'audience: admins']\n---\nWords.",
}

HIDDEN = {
    "twice.md": "---\naudience: admins\naudience: everyone\n---\nWords.",
    "twice-json.md": '{"audience": "admins", "audience": "everyone"}\nWords.',
    "twice.toml.md": '+++\naudience = "admins"\naudience = "everyone"\n+++\nWords.',
    "two-places.md": "---\naudience: everyone\n---\n# Plan\n\nAudience: admins\n",
    "empty.md": "---\naudience:\n---\nWords.",
    "empty-text.md": '---\naudience: ""\n---\nWords.',
    "empty-list.md": "---\naudience: []\n---\nWords.",
    "table.md": "---\naudience: {team: board}\n---\nWords.",
    "number.toml.md": "+++\naudience = 3\n+++\nWords.",
    "unknown.md": "---\naudience: Board of directors\n---\nWords.",
    "cyrillic.md": "---\n\u0430udience: admins\n---\nWords.",
    "accent.md": "---\naudi\u00e9nce: admins\n---\nWords.",
    "wide.md": "---\n\uff41\uff55\uff44\uff49\uff45\uff4e\uff43\uff45: admins\n---\nWords.",
    "filler.md": "---\naud\u3164ience: admins\n---\nWords.",
    "joiner.md": "---\naud\u200dience: admins\n---\nWords.",
    "digit.md": "---\naud1ence: admins\n---\nWords.",
    "misspelt.md": "---\naudiance: admins\n---\nWords.",
    "nested.md": "---\nparams:\n  audience: admins\n---\nWords.",
    "nested.toml.md": '+++\n[params]\naudience = "admins"\n+++\nWords.',
    "anchored.md": "---\nbase: &b\n  audience: admins\n<<: *b\n---\nWords.",
    "unclosed.md": "---\naudience: admins\n\nWords.",
    "unclosed.toml.md": '+++\naudience = "admins"\n\nWords.',
    "broken.md": "---\ntitle: [a\n---\nWords.",
    "broken.json.md": '{"title": "a",\n\nWords.',
    "notes.txt": "Target audience: the board\n\nWords.",
    "talk.vtt": "WEBVTT\n\nNOTE audience: board\n\n00:01.000 --> 00:02.000\nWords.\n",
    "meta.html": '<meta name="audience" content="board"><p>Words.</p>',
    "compound.md": "---\naudienceType: admins\n---\nWords.",
    "prefixed.md": "---\nuptake/audience: admins\n---\nWords.",
    "list-key.md": "---\naudience_list: [admins]\n---\nWords.",
    "dcterms.html": '<meta name="dcterms:audience" content="admins"><p>Words.</p>',
    "french.md": "---\npublic cible: direction\n---\nWords.",
    "confidential.md": "---\nconfidential: true\n---\nWords.",
    "classified.toml.md": '+++\nclassification = "Secret"\n+++\nWords.',
    "private.json.md": '{"private": true}\nWords.',
    "against.md": "---\naudience: everyone\nvisibility: admins\n---\nWords.",
}

PUBLIC = {
    "none.md": "# Plan\n\nWords.",
    "prose.md": "# Plan\n\nKnow your audience: ask them. The audience = everybody here.",
    "heading.md": "# Plan\n\n## Audience\n\nWords for whoever reads them.",
    "column.csv": "Tool,Audience\nA,admins\n",
    "late.md": "# Plan\n\n" + "Words.\n\n" * 60 + "audience: admins\n",
    "patience.md": "---\npatience: 3\nambience: calm\nscience: yes\n---\nWords.",
    "internal.md": "---\naudience: Internal\n---\nWords.",
    "rule.md": "---\nRead this first.\n---\n\nWords.",
    "not-private.md": "---\nprivate: false\naccess:\nvisibility: public\n---\nWords.",
    "columns.md": "# Plan\n\n| Tool | Audience | Owner |\n|---|---|---|\n| A | admins | Ann |",
    "section.md": "# Plan\n\n## For everyone\n\nWords.\n\n## For admins only\n\nMore words.",
    "only.md": "# Plan\n\nFor internal use only.\n\nThis works in Excel only.\n\nWords.",
    "access.md": "# Plan\n\n**Access:** open the menu.\n\nClassification: choose one.\n\nWords.",
}


def audience(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, "utf-8")
    return load(folder / name).audience


@pytest.mark.parametrize("name", RESTRICTED)
def test_a_stated_audience_is_understood_in_any_usual_form(name: str, tmp_path: Path):
    assert audience(tmp_path, name, RESTRICTED[name]) == "admins"


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_stated_in_another_form_hides_the_guide(name: str, tmp_path: Path):
    with pytest.raises(AudienceWrong):
        audience(tmp_path, name, HIDDEN[name])


@pytest.mark.parametrize("name", PUBLIC)
def test_a_guide_that_states_nothing_is_for_everyone(name: str, tmp_path: Path):
    assert audience(tmp_path, name, PUBLIC[name]) == "everyone"


@pytest.mark.parametrize("name", ["notes.txt", "values.csv", "yaml-after-comment.md", "toml.md"])
def test_front_matter_is_never_quoted(name: str, tmp_path: Path):
    (tmp_path / name).write_text(RESTRICTED[name], "utf-8")
    assert "audience" not in load(tmp_path / name).text


def documents(audience: str) -> dict[str, bytes]:
    """Files of kinds that state it beside their words: in a property, a tag, a page's header."""
    word, deck, book, odt = Document(), Presentation(), Workbook(), OpenDocument("text")
    word.add_paragraph("Words.")
    word.core_properties.keywords = f"plan; audience: {audience}"
    headed = Document()
    headed.add_paragraph("Words.")
    headed.sections[0].header.paragraphs[0].text = f"For {audience} only"
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Words"
    deck.core_properties.subject = f"Audience: {audience}"
    book.active.append(["Words", "More"])
    book.custom_doc_props.append(StringProperty(name="Audience", value=audience))
    odt.body.append(Paragraph("Words."))
    odt.meta.set_user_defined_metadata("Audience", audience)
    page = io.BytesIO()
    printed = Canvas(page)
    printed.setKeywords(f"plan, audience: {audience}")
    printed.drawString(72, 780, "Words.")
    printed.save()
    packet = f"<x:xmpmeta><dc:audience>{audience}</dc:audience></x:xmpmeta>".encode()
    bare = io.BytesIO()
    described = Canvas(bare)
    described.drawString(72, 780, "Words.")
    described.save()
    stated = rf"{{\propname Audience}}\proptype30{{\staticval {audience}}}"
    rtf = rf"{{\rtf1{{\*\userprops{stated}}}Words.}}"
    return {
        "keywords.docx": saved(word),
        "header.docx": saved(headed),
        "subject.pptx": saved(deck),
        "property.xlsx": saved(book),
        "property.odt": saved(odt),
        "keywords.pdf": page.getvalue(),
        "description.pdf": bare.getvalue().replace(b"%%EOF", b"%" + packet + b"\n%%EOF"),
        "property.rtf": rtf.encode(),
    }


def saved(made: Any) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("name", documents("admins"))
def test_what_a_document_states_beside_its_words_is_understood_or_hides_it(
    name: str, tmp_path: Path
):
    for audience, restricts in (("admins", True), ("employees", False)):
        (tmp_path / name).write_bytes(documents(audience)[name])
        assert load(tmp_path / name).audience == ("admins" if restricts else "everyone")
    if name != "header.docx":
        (tmp_path / name).write_bytes(documents("the board")[name])
        with pytest.raises(AudienceWrong):
            load(tmp_path / name)


# What a key can be written around without its letters changing.
_ODD = st.sampled_from(["\u200b", "\u00ad", "\u2060", "\u200d", "\u034f", "\ufeff", "\u0301"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, 7),
    odd=st.one_of(_ODD, st.sampled_from("аеісԁոսβ１")),
    replaces=st.booleans(),
    fence=st.sampled_from(["---", ""]),
)
def test_no_disguised_key_leaves_a_guide_public(
    tmp_path: Path, at: int, odd: str, replaces: bool, fence: str
):
    key = "audience"[:at] + odd + "audience"[at + (1 if replaces else 0) :]
    try:
        said = audience(tmp_path, "guide.md", f"{fence}\n{key}: admins\n{fence}\n\nWords.")
    except AudienceWrong:
        return
    assert said == "admins"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Admin", "admins"),
        ("IT-Pro", "admins"),
        ("ITPro", "admins"),
        ("it_professionals", "admins"),
        ("Power Users", "champions"),
        ("Internal", "everyone"),
        ("End  User", "everyone"),
        (" EVERYONE ", "everyone"),
        ("channel:C012345", "channel:C012345"),
    ],
)
def test_common_words_are_mapped(words: str, meant: str):
    assert audience_of(words) == meant


def test_an_admin_can_extend_and_override_the_table(tmp_path: Path):
    table = tmp_path / "audiences.toml"
    table.write_text('[words]\n"Board" = "channel:C012345"\ninternal = "champions"\n', "utf-8")
    words = words_in(table)
    assert audience_of("board", words) == "channel:C012345"
    assert audience_of("Internal", words) == "champions"
    assert audience_of("ITPro", words) == "admins"
    (tmp_path / "guide.md").write_text("---\naudience: Board\n---\nWords.", "utf-8")
    assert load(tmp_path / "guide.md", "", Defaults(words=words)).audience == "channel:C012345"
    assert words_in(tmp_path / "none.toml").pairs == ()


@pytest.mark.parametrize("text", ["words = 3", '[words]\na = "nobody"', "[words]\na = 3", "["])
def test_a_malformed_table_is_said(text: str, tmp_path: Path):
    (tmp_path / "audiences.toml").write_text(text, "utf-8")
    with pytest.raises(SourceWrong, match=r"audiences\.toml"):
        words_in(tmp_path / "audiences.toml")
