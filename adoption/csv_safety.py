"""Cells of CSV files that no spreadsheet takes for a formula."""

from __future__ import annotations

# Source: OWASP, “CSV Injection”: a leading one of these makes a cell a formula.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """A value as a cell: text that could be a formula gets an apostrophe in front.

    Numbers stay what they are, negative ones too.
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return "'" + text if text.lstrip(" ").startswith(_STARTS) or text.startswith(_STARTS) else text
