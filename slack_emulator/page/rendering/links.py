"""Decides which addresses a page may link to and writes the link."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup, escape

_LINKED_SCHEMES = frozenset({"http", "https", "mailto"})
_PICTURE_SCHEMES = frozenset({"http", "https"})


def is_safe_link(url: str) -> bool:
    """Return whether an address may be linked: http and https with a host, or mailto."""
    parts = _split(url)
    if parts is None or parts[0] not in _LINKED_SCHEMES:
        return False
    scheme, host, path = parts
    return bool(path) if scheme == "mailto" else bool(host)


def is_safe_picture(url: str) -> bool:
    """Return whether an address may be loaded as a picture: http, https or a path of this site."""
    if url.startswith("/"):
        return not url.startswith(("//", "/\\"))
    parts = _split(url)
    return parts is not None and parts[0] in _PICTURE_SCHEMES and bool(parts[1])


def anchor(url: str, label: str | None = None, own_site: str = "") -> Markup:
    """Return a link, or the escaped words alone where the address may not be linked.

    Args:
        url: The address, unescaped.
        label: The words to show, unescaped; the address itself by default.
        own_site: The address prefix whose links stay in this window.
    """
    words = label or url.removeprefix("mailto:")
    if not is_safe_link(url):
        return escape(words)
    if own_site and url.startswith(own_site):
        return Markup('<a href="{}">{}</a>').format(url, words)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
        url, words
    )


def _split(url: str) -> tuple[str, str, str] | None:
    if any(ord(character) <= 32 for character in url):
        return None
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), parts.hostname or "", parts.path
    except ValueError:
        return None
