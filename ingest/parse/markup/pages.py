"""Web pages: the main content, without menus, footers and whatever a browser does not show."""

from __future__ import annotations

import re
from contextlib import suppress

from bs4 import BeautifulSoup, Comment, Tag
from bs4.dammit import EncodingDetector

from ingest.errors import FileUnreadable
from ingest.parse.content import Content
from ingest.parse.front_matter import front_matter_of
from ingest.parse.markup.html import markdown_from, soup_of
from ingest.parse.statements import Entry, names_audience, statements_in
from ingest.parse.texts import text_of

_NEVER_SHOWN = (
    "script, style, template, noscript, head > *:not(title), [hidden], svg, math annotation, "
    "iframe, object, embed, form select, form button, [aria-hidden=true]"
)
# Styles that hide words from people but not from a program that reads them.
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$)"
    r"|font-size\s*:\s*0(?:\D|$)|text-indent\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_MAIN = ("main", "[role=main]", "#mw-content-text", "article")
# Parts of a page that are the same on every page of a site.
_AROUND = (
    "nav, footer, aside, body > header, menu, dialog, [role=navigation], [role=banner], "
    "[role=contentinfo], [role=search], [role=complementary], [role=dialog], .breadcrumb, "
    ".breadcrumbs, .sidebar, .toc, #toc, .navbox, .noprint, .mw-editsection, .mw-jump-link, "
    ".reference, .reflist, .skip-link, .cookie-banner, .cookie-consent, .site-footer, "
    ".site-header, .site-nav, .menu, .navbar, .pagination, .share-buttons, .headerlink, "
    ".printfooter"
)
# A page below this many words has nothing around its content worth telling apart.
_SHORT_PAGE = 150
# Where a page may say whom it is for, beside its content.
_ABOVE, _MOST_COMMENTS = "header, [hidden]", 50
# What a `meta` element is called by.
_NAMES = ("name", "property", "itemprop", "http-equiv")
_LINKED = 0.6


def page_content(data: bytes) -> Content:
    """The content of a web page.

    Raises:
        AudienceWrong: its front matter is malformed.
        FileUnreadable: it is not in the encoding that it declares.
    """
    front = front_matter_of(page_text(data))
    soup = soup_of(front.body)
    entries, title = (*front.entries, *meta_entries(soup)), _title(soup)
    remove_hidden(soup)
    text = markdown_from(main_of(soup))
    fields = {"title": title} | dict(front.fields) if title else front.fields
    return Content(text, title, fields, entries)


def page_text(data: bytes) -> str:
    """A web page's text: UTF-8, as it declares or, where that is wrong, in the likeliest encoding.

    Raises:
        FileUnreadable: it is in none.
    """
    with suppress(FileUnreadable):
        return text_of(data)
    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    if not declared:
        raise FileUnreadable("it is not UTF-8 text; save it as UTF-8")
    with suppress(UnicodeDecodeError, LookupError):
        return data.decode(declared)
    from charset_normalizer import from_bytes

    found = from_bytes(data).best()
    text = str(found) if found is not None else ""
    if not text.strip() or any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text):
        raise FileUnreadable("it is not UTF-8 text; save it as UTF-8")
    return text.replace("\r\n", "\n")


def main_of(soup: BeautifulSoup) -> Tag:
    """The part of a page that is its own."""
    for head in soup.find_all("head"):
        head.decompose()
    whole: Tag = soup
    for selector in _MAIN:
        found = soup.select(selector)
        if len(found) == 1 and len(found[0].get_text().split()) > 20:
            whole = found[0]
            break
    words = len(whole.get_text(" ").split())
    around = [each for each in whole.select(_AROUND) if not each.decomposed]
    kept = words - sum(len(each.get_text(" ").split()) for each in around)
    if kept > 0:
        for each in around:
            each.decompose()
    if kept > _SHORT_PAGE:
        _remove_menus(whole)
    return whole


def _remove_menus(whole: Tag) -> None:
    """Takes out lists of links that are no part of the content, as trafilatura sees it."""
    candidates = [each for each in whole.find_all(["ul", "ol", "table", "p"]) if _is_linked(each)]
    if not candidates:
        return
    from trafilatura import extract

    found = extract(str(whole), include_tables=True, include_comments=False, favor_recall=True)
    content = "".join((found or "").split())
    for each in candidates:
        words = "".join(each.get_text().split())
        if not each.decomposed and content and words[:80] not in content:
            each.decompose()


def _is_linked(block: Tag) -> bool:
    links = block.find_all("a")
    linked = sum(len(link.get_text(strip=True)) for link in links)
    return len(links) >= 3 and linked >= _LINKED * len(block.get_text(strip=True))


def _title(soup: BeautifulSoup) -> str:
    """The first heading of the first level, or what the browser's tab shows."""
    for selector in ("h1", "head > title", "title"):
        found = soup.select_one(selector)
        words = " ".join(found.get_text(" ").split()) if found is not None else ""
        if words:
            return words
    return ""


def meta_entries(soup: BeautifulSoup) -> list[Entry]:
    """What a page's `meta` elements, comments and hidden parts say of its audience."""
    named = [
        Entry(str(each.get(name)).strip(), each.get("content"))
        for each in soup.find_all("meta")
        for name in _NAMES
        if names_audience(str(each.get(name) or ""))
    ]
    comments = soup.find_all(string=lambda text: isinstance(text, Comment), limit=_MOST_COMMENTS)
    unseen = [str(comment) for comment in comments]
    unseen += [each.get_text("\n") for each in soup.select(_ABOVE)]
    return named + [Entry(*pair) for text in unseen for pair in statements_in(text)]


def remove_hidden(soup: BeautifulSoup) -> None:
    """Takes out what a browser does not show."""
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for element in soup.select(_NEVER_SHOWN):
        element.decompose()
    for element in soup.find_all(style=True):
        if not element.decomposed and _hides(str(element["style"])):
            element.decompose()


def _hides(style: str) -> bool:
    ink, paper = _COLOUR.search(style), _BACKGROUND.search(style)
    if ink and paper and ink[1].strip().lower() == paper[1].strip().lower():
        return True
    return bool(_HIDING.search(style))
