"""Turns the dialects of Markdown into plain Markdown: what is no word for a reader goes.

Known are Docusaurus and other MDX, Hugo, Jekyll and GitHub's Liquid, Microsoft Learn, MkDocs,
Obsidian and MediaWiki.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from emoji import emojize

from ingest.parse.markup.html import markdown_from, soup_of

_FENCE = re.compile(r"^(?:[ \t]*(?:[-*+>]|\d+[.)])?[ \t]*)(`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:[^`]|(?<!`)`+(?!\1(?!`)))*?(?<!`)\1(?!`)")
_TABLE = re.compile(r"<table\b.{0,200000}?</table\s*>", re.DOTALL | re.IGNORECASE)
_SUMMARY = re.compile(r"</?(?:details|summary)\b[^>]*>", re.IGNORECASE)
_IMPORT = re.compile(
    r"""^(?:import\s+(?:[\w*{][^;\n]*\sfrom\s+)?['"][^'"\n]+['"];?\s*"""
    r"""|export\s+(?:const|let|default|function)\b[^\n]*)$"""
)
_LIQUID_BLOCK = re.compile(
    r"\{%-?\s*(comment|capture)\b.*?\{%-?\s*end\1\s*-?%\}|\{#.*?#\}|\{/\*.*?\*/\}|%%.*?%%",
    re.DOTALL,
)
_VARIABLE = re.compile(r"\{%-?\s*data\s+variables\.([\w.-]+)\s*-?%\}")
_TAG_ALONE = re.compile(r"\{%.*?%\}|\{\{[<%].*?[%>]\}\}|\{\{.*?\}\}", re.DOTALL)
_JSX = re.compile(r"</?[A-Z][\w.]*(?:\s(?:[^<>\"'{}]|\"[^\"]*\"|'[^']*'|\{[^{}]*\})*)?/?>")
_LABEL = re.compile(r"<TabItem\b[^>]*?\blabel=[\"']([^\"'\n]+)[\"'][^>]*>")
_COLONS = re.compile(r"^[ \t>]*:{3,}[ \t]*(?:\{?[\w.-]*\}?)?(.*?):*[ \t]*$")
_INLINE_COLONS = re.compile(r":::[a-z-]+\b[^\n]*?:::")
_ALERT = re.compile(r"^([ \t]*(?:>[ \t]*)+)\\?\[![\w-]+(?:[ \t][^\]\n]*)?\][-+]?[ \t]*(.*)$")
_INCLUDE = re.compile(
    r"\[!(?:INCLUDE|VIDEO|div|code)[^\]\n]*\](?:\]?\([^)\n]*\)|\([^)\n]*\))?", re.I
)
_NESTED_INCLUDE = re.compile(r"\[!INCLUDE\s*\[[^\]\n]*\]\s*\([^)\n]*\)\s*\]", re.I)
_MKDOCS = re.compile(
    r"^([ \t]*)(?:!!!|\?\?\?\+?|===!?)[ \t]+(?:[\w-]+)?(?:[ \t]*\"([^\"\n]*)\")?[ \t]*$"
)
_ATTRIBUTES = re.compile(r"[ \t]*\{(?::|[#.][\w-])[^{}\n]*\}")
_EMBED = re.compile(r"!\[\[[^\]\n]*\]\]")
_WIKI = re.compile(r"\[\[([^\]\[|\n]*?)(?:#[^\]\[|\n]*)?(?:\|([^\]\[\n]*))?\]\]")
_WIKI_URL = re.compile(r"(?<!\])\[(https?://[^\s\]]+)[ \t]+([^\]\n]+)\](?!\()")
_QUOTES = re.compile(r"'{2,5}(?=\S)(.+?)(?<=\S)'{2,5}")
_MARKED = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]+?)(?<=[^\s=])==(?![=\w])")
_BLOCK_ID = re.compile(r"[ \t]\^[\w-]+[ \t]*$")
_ICON = re.compile(r":(?:material|octicons|fontawesome|simple)-[\w-]+:(?:\{[^}\n]*\})?")
_CITATION = re.compile(r"\[\\?\[(?:\d+|note \d+|[a-z])\\?\]\]\(#[^)\s]*\)")
_NOTE_TEXT = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(.*(?:\n(?:[ \t]{2,}\S.*))*)", re.MULTILINE)
_NOTE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
# What any of the marks of a line begins with; most lines have none.
_ODD_LINE = re.compile(
    r":::|\[[\[!^\\]|\[https?:|\{[:#.]|==|''|<sup|(?<!\w):[a-z]|\s\^|^\s*(?:import|export|!!!|\?\?\?|==="
    r"|\[TOC|\{:toc|<!-- ?toc)",
    re.IGNORECASE,
)
_LONGEST_NOTE = 300
# A comment that leads to no passage, but keeps the heading above from standing alone.
_NOTHING = "<!---->"
_RAISED = re.compile(r"<sup>\s*[\[(]?([\d*†‡, ]+)[\])]?\s*</sup>", re.IGNORECASE)
_UNIT = re.compile(r"(?:^|[^A-Za-z])[kcm]?m$")
_EMOJI = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]+:(?![\w:])")
_TOC = re.compile(r"^\s*(?:\[TOC\]|\[\[_TOC_\]\]|\{:toc\}|<!-- ?toc ?-->)\s*$", re.IGNORECASE)


def plain_markdown(text: str) -> str:
    """The text in Markdown that every reader of Markdown understands; code stays as it is."""
    text = _outside_code(text, _whole)
    return _outside_code(_with_notes(text), _lines)


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with everything but its fenced code changed."""
    parts: list[str] = []
    held: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        opens = match is not None and not fence
        closes = match is not None and fence and match[1].startswith(fence)
        if opens and match is not None:
            parts.append(change("\n".join(held)) if held else "")
            held, fence = [line], match[1]
        elif closes:
            parts.append("\n".join([*held, line]))
            held, fence = [], ""
        else:
            held.append(line)
    parts.append("\n".join(held) if fence else change("\n".join(held)))
    return "\n".join(part for part in parts if part)


def _outside_spans(text: str, change: Callable[[str], str]) -> str:
    """The text with everything but its inline code changed."""
    done, parts = 0, []
    for match in _CODE_SPAN.finditer(text):
        parts += [change(text[done : match.start()]), match[0]]
        done = match.end()
    return "".join([*parts, change(text[done:])])


def _whole(text: str) -> str:
    """Marks that may go over several lines."""
    text = _TABLE.sub(lambda match: f"\n\n{markdown_from(soup_of(match[0]))}\n\n", text)
    text = _LIQUID_BLOCK.sub("", text)
    return _outside_spans(text, _tags) if "<" in text or "{" in text else text


def _tags(text: str) -> str:
    text = _VARIABLE.sub(lambda match: _name_of(match[1]), text)
    text = _TAG_ALONE.sub(_gone, text)
    text = _LABEL.sub(r"\n\1:\n", text)
    text = _JSX.sub(_gone, text)
    return _SUMMARY.sub("\n\n", text)


def _gone(match: re.Match[str]) -> str:
    """What stays of a tag: where it had a line of its own, a mark that something stood there."""
    before = match.string[: match.start()].rpartition("\n")[2]
    after = match.string[match.end() :].partition("\n")[0]
    return "" if before.strip() or after.strip() else _NOTHING


def _name_of(variable: str) -> str:
    """What a variable most likely stands for: its own name, as words."""
    words = variable.rpartition(".")[2].removeprefix("prodname_").removesuffix("_short")
    return " ".join(_KNOWN.get(word, word.capitalize()) for word in re.split(r"[_-]+", words))


_KNOWN = {"github": "GitHub", "vscode": "VS Code", "ai": "AI", "api": "API", "cli": "CLI"} | {
    "ghe": "GHE",
    "mcp": "MCP",
    "ide": "IDE",
    "for": "for",
    "and": "and",
    "of": "of",
    "vs": "VS",
}


def _with_notes(text: str) -> str:
    """The text with each short footnote where it is referred to."""
    notes = {name: " ".join(words.split()) for name, words in _NOTE_TEXT.findall(text)}
    if not notes:
        return text
    used: set[str] = set()

    def note(match: re.Match[str]) -> str:
        words = notes.get(match[1], "")
        if not words or match[1] in used or len(words) > _LONGEST_NOTE:
            return ""
        used.add(match[1])
        return f" ({words.rstrip('.')})" if len(words) > 2 else ""

    body = _outside_code(_NOTE_TEXT.sub("", text), lambda part: _NOTE.sub(note, part))
    long = [words for name, words in notes.items() if name not in used and len(words) > 2]
    return "\n\n".join([body.rstrip(), *long])


def _lines(text: str) -> str:
    return "\n".join(done for line in text.split("\n") for done in _line(line))


def _line(line: str) -> list[str]:
    if not _ODD_LINE.search(line):
        return [line]
    if _IMPORT.match(line) or _TOC.match(line):
        return [_NOTHING]
    colons = _COLONS.match(line)
    if colons and ":::" in line:
        return ["", _title_of(colons[1]) or _NOTHING, ""]
    marked = _MKDOCS.match(line)
    if marked and (marked[2] or line.lstrip()[0] in "!?"):
        return ["", marked[1] + (f"{marked[2]}:" if marked[2] else ""), ""]
    alert = _ALERT.match(line)
    if alert and not _INCLUDE.match(line.lstrip("> \t")):
        return [alert[1] + alert[2]]
    changed = _outside_spans(_BLOCK_ID.sub("", line), _marks)
    return [_NOTHING if line.strip() and not changed.strip() else changed]


def _title_of(words: str) -> str:
    """The title of an admonition; settings are none."""
    title = words.strip().strip("[]{}").strip()
    return "" if "=" in title or not title else f"{title}:"


def _marks(text: str) -> str:
    if not any(sign in text for sign in "[{=':<"):
        return text
    for form, by in _MARKS:
        text = form.sub(by, text)
    return text


def _linked(match: re.Match[str]) -> str:
    """A link of a wiki as one of Markdown; where its page lies, only the wiki knows."""
    words = (match[2] or match[1]).strip().replace("_", " ")
    return f"[{words}](<#{match[1].strip()}>)" if words else ""


def _raised(match: re.Match[str]) -> str:
    """A raised number: a power is written out, the mark of a note goes."""
    before = match.string[: match.start()]
    if before[-1:].isdigit() and match[1].isdigit():
        return f"^{match[1]}"
    return match[1] if _UNIT.search(before) and match[1].isdigit() else ""


_MARKS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_INLINE_COLONS, ""),
    (_NESTED_INCLUDE, ""),
    (_INCLUDE, ""),
    (_EMBED, ""),
    (_CITATION, ""),
    (_WIKI, _linked),
    (_WIKI_URL, r"\2"),
    (_QUOTES, r"\1"),
    (_MARKED, r"\1"),
    (_ATTRIBUTES, ""),
    (_ICON, ""),
    (_NOTE, ""),
    (_RAISED, _raised),
    (_EMOJI, lambda match: emojize(match[0], language="alias")),
)
