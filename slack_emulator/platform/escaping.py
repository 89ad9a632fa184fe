"""Slack's escaping of `&`, `<` and `>`, and of nothing else."""

from __future__ import annotations


def escape_text(text: str) -> str:
    """Return the text with the three characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Return the text with the three entities as characters."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
