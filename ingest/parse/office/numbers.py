"""Numbers and dates as a sheet shows them, by the number formats of ECMA-376 (18.8.30)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]')
_SECTION_RULE = re.compile(r"\[(?!\$)[^\]]*\]")
_FILL = re.compile(r"[_*].")
_DIGITS = re.compile(r"[0#?][0#?,]*(?:\.[0#?]+)?,*|\.[0#?]+")
_DATE_PART = re.compile(r"y+|m+|d+|h+|s+|am/pm|a/p", re.IGNORECASE)
_MONTHS = "January February March April May June July August September October November December"
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"


def shown_number(value: float | int, form: str) -> str:
    """A number in a number format; in one that is not known, as plainly as it can be written."""
    sections = (form or "General").split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    if value == 0 and len(sections) > 2 and sections[2]:
        section = sections[2]
    literals: list[str] = []

    def put_by(match: re.Match[str]) -> str:
        literals.append(next((part for part in match.groups() if part is not None), ""))
        return f"\0{len(literals) - 1}\0"

    bare = _FILL.sub("", _SECTION_RULE.sub("", _LITERAL.sub(put_by, section)))
    sign = "-" if value < 0 and section is sections[0] else ""
    digits = _DIGITS.search(re.sub(r"\0\d+\0", lambda m: " " * len(m[0]), bare))
    if digits is None and literals and "GENERAL" not in bare.upper():
        return "".join(literals).strip() or _plain(value)
    if digits is None or "E" in bare.upper() or "/" in bare:
        return _plain(value)
    text = _rounded(abs(value) * (100 if "%" in bare else 1), digits[0])
    around = bare[: digits.start()] + sign + text + bare[digits.end() :]
    shown = re.sub(r"\0(\d+)\0", lambda m: literals[int(m[1])], around).strip()
    return re.sub(r"^(\D+)-(?=\d)", r"-\1", shown)


def shown_moment(value: datetime | date | time | timedelta, form: str) -> str:
    """A date as an ISO date, a time of day to the minute; only what the format shows of it."""
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02d}"
    bare = _SECTION_RULE.sub("", _LITERAL.sub(" ", form.split(";")[0])).lower()
    parts = [match[0][0] for match in _DATE_PART.finditer(bare)]
    if isinstance(value, time):
        return value.strftime("%H:%M")
    has_time = isinstance(value, datetime) and ("h" in parts or "s" in parts)
    day = _day(value, parts, "mmm" in bare)
    clock = value.strftime("%H:%M") if isinstance(value, datetime) and has_time else ""
    return " ".join(filter(None, (day, clock)))


def _day(value: datetime | date, parts: list[str], named: bool) -> str:
    if ("y" in parts and "d" in parts) or not parts:
        return value.strftime("%Y-%m-%d")
    month = _MONTHS.split()[value.month - 1]
    if "y" in parts:
        return f"{month} {value.year}" if "m" in parts else str(value.year)
    if "d" in parts:
        return f"{value.day} {month}" if "m" in parts else _DAYS.split()[value.weekday()]
    return month if named else ""


def _rounded(value: float, form: str) -> str:
    scaled = Decimal(repr(float(value)))
    # A comma at the end divides by a thousand.
    while form.endswith(","):
        form, scaled = form[:-1], scaled / 1000
    whole, _, decimals = form.partition(".")
    number = scaled.quantize(Decimal(1).scaleb(-len(decimals)), rounding=ROUND_HALF_UP)
    text = f"{number:,f}" if "," in whole else f"{number:f}"
    head, _, tail = text.partition(".")
    # Places that are optional are shown when they hold something.
    while tail and decimals[len(tail) - 1 :].strip("#") == "" and tail.endswith("0"):
        tail = tail[:-1]
    return f"{head.zfill(whole.count('0'))}.{tail}" if tail else head.zfill(whole.count("0"))


def _plain(value: float | int) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)
