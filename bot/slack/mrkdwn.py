"""Makes any text harmless in Slack: no mention, no link and no layout comes out of it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from adoption.reports.rich_text import RichText, UntrustedText

# Written for people, cut for machines: room for an ellipsis is counted in.
_MARKDOWN_LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_REFERENCE = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE)
_ADDRESS = re.compile(r"(?<![`\w])((?:[a-z][a-z0-9+.-]*://|www\.|mailto:)[^\s`<>]+)", re.IGNORECASE)
_HEADING = re.compile(r"^([ \t]*)(#{1,6})(?=\s)", re.MULTILINE)
# A space of no width after a letter keeps Slack from seeing `@channel` or `#general` as one.
_SIGIL = re.compile(r"([@#])(?=[\w-])")
_WORD_JOINER = "\u2060"
# Code, and web links with and without words of their own.
_CODE_OR_LINK = re.compile(
    r"```.*?```|`[^`\n]+`"
    r"|(?<!!)\[(?P<label>[^\[\]\n]+)\]\((?P<address>https?://[^\s()<>|]+)\)"
    r"|(?<![\w(])(?P<bare>https?://[^\s`<>()|]*[^\s`<>()|.,;:!?])",
    re.DOTALL,
)
# What Slack makes of mentions, and of links with and without words of their own.
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_LABELLED = re.compile(r"<(?:[#!][^|>]*\||(?:https?|mailto):[^|>]*\|)([^>]*)>")
_BARE = re.compile(r"<((?:https?|mailto):[^>|]*)>")


def typed_text(text: str) -> str:
    """What a person typed, without Slack's marks for mentions, channels and links."""
    return " ".join(typed_lines(text).split())


def typed_lines(text: str) -> str:
    """As `typed_text`, line by line."""
    words = _BARE.sub(r"\1", _LABELLED.sub(r"\1", _MENTION.sub(" ", text)))
    words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return "\n".join(" ".join(line.split()) for line in words.splitlines()).strip()


def cut(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis: at most `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def visible(text: str) -> str:
    """The text without characters that people cannot see but machines act on.

    Control, format and private-use characters go, among them zero-width and right-to-left
    marks; line breaks and tabs stay, and so does what joins emoji.
    """
    return "".join(
        character
        for character in text
        if character in "\n\t\u200d\ufe0f"
        or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )


def escape(text: str) -> str:
    """The text with `&`, `<` and `>` as Slack wants them: no mention, channel or link is left."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str) -> str:
    """The visible text with all white space folded."""
    return " ".join(visible(text).split())


def plain(text: str, most: int) -> str:
    """One line of inert mrkdwn that shows the text, at most `most` characters."""
    shown = one_line(text)
    escaped = escape(_inert(shown))
    while len(escaped) > most:
        shown = cut(shown, max(1, len(shown) - max(1, (len(escaped) - most) // 5 + 1)))
        escaped = escape(_inert(shown))
        if len(shown) <= 1:
            break
    return escaped


def plain_lines(text: str, most: int) -> str:
    """The same as `plain`, with the text's own lines; at most `most` characters."""
    made: list[str] = []
    left = most
    for line in text.splitlines():
        shown = plain(line, left)
        if len(shown) > left or left <= 1:
            break
        made.append(shown)
        left -= len(shown) + 1
    return "\n".join(made).strip("\n")


def markdown(text: str, most: int, *, links: bool = False) -> str:
    """A guide's or a model's Markdown with its lists and emphasis, and nothing that acts.

    Images keep their words, and headings are text.

    Args:
        links: whether web links stay, for what a colleague wrote to one person; otherwise a link
            keeps its words, and an address is shown as code.
    """
    words = _HEADING.sub(r"\1", _REFERENCE.sub("", visible(text)))
    if not links:
        return cut(_inactive(words), most)
    made, done = [], 0
    for found in _CODE_OR_LINK.finditer(words):
        made += [_inactive(words[done : found.start()]), _code_or_link(found)]
        done = found.end()
    return cut("".join([*made, _inactive(words[done:])]), most)


def _inactive(words: str) -> str:
    """Markdown without links."""
    words = _ADDRESS.sub(r"`\1`", _MARKDOWN_LINK.sub(r"\1", words))
    return _without_sigils(escape(words))


def _code_or_link(found: re.Match[str]) -> str:
    """Code as it is, or a web link; one with words of its own names its host."""
    label, address, bare = found["label"], found["address"], found["bare"]
    if not (address or bare):
        return _without_sigils(escape(found[0]))
    host = urlsplit(address or bare).hostname or ""
    shown = _without_sigils(escape(label or bare))
    beside = f" ({host})" if label and host not in label else ""
    return f"[{shown}]({address or bare}){beside}"


def _without_sigils(text: str) -> str:
    return _SIGIL.sub(rf"\1{_WORD_JOINER}", text)


def _inert(text: str) -> str:
    """Marks of mrkdwn made harmless: an address is not linked, a star does not make bold."""
    text = _ADDRESS.sub(lambda match: match[1].replace(":", f":{_WORD_JOINER}", 1), text)
    return re.sub(r"([*_~`@#])", rf"\1{_WORD_JOINER}", text)


def rich(text: RichText) -> str:
    """Rich text as mrkdwn."""
    return "".join(plain(part, 400) if isinstance(part, UntrustedText) else part for part in text)
