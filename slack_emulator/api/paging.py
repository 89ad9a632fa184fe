"""Gives lists in pages with cursors, as the Web API does."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from slack_emulator.api.args import Args
from slack_emulator.errors import SlackError

MOST_A_PAGE = 1000
_MARK = "next:"
Item = TypeVar("Item")


def page_of(items: Sequence[Item], args: Args, default: int = 100) -> tuple[list[Item], str]:
    """Return one page of a list and the cursor of the next, empty at the end.

    Raises:
        SlackError: `invalid_cursor` where the cursor is none of ours, `invalid_limit` where the
            limit is out of range.
    """
    try:
        limit = args.number("limit", default, 1, MOST_A_PAGE) if args.text("limit") else default
    except SlackError:
        raise SlackError("invalid_limit") from None
    start = _start_of(args.text("cursor"))
    if start > len(items):
        raise SlackError("invalid_cursor")
    rest = start + limit < len(items)
    return list(items[start : start + limit]), _cursor(start + limit) if rest else ""


def _cursor(start: int) -> str:
    return base64.b64encode(f"{_MARK}{start}".encode()).decode()


def _start_of(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        mark, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if f"{mark}:" != _MARK:
            raise SlackError("invalid_cursor")
        return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise SlackError("invalid_cursor") from None
