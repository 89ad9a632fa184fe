"""The digest as text for a terminal, as Markdown and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from adoption.digest import Digest, Figures, Tally
from adoption.measures import Share

_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]()<>#|~!&:@])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST_LINE = 200
_NOTHING = "nothing this week"


def digest_as_text(digest: Digest) -> str:
    """The digest as plain lines of at most some 200 characters."""
    lines = [f"Week {digest.week}", ""]
    lines += [f"  {label:<12}{now:<28}{before}" for label, now, before in _rows(digest)]
    for title, tallies in _lists(digest):
        lines += ["", title]
        lines += [f"  {tally.count:>4} × {_one_line(tally.name)}" for tally in tallies]
        lines += [] if tallies else [f"  {_NOTHING}"]
    return "\n".join(lines) + "\n"


def digest_as_markdown(digest: Digest) -> str:
    """The digest as Markdown; people's words are escaped and can form nothing but text."""
    lines = [
        f"# Week {digest.week}",
        "",
        "| | this week | the week before |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {label} | {now} | {before} |" for label, now, before in _rows(digest)]
    for title, tallies in _lists(digest):
        lines += ["", f"## {title}", ""]
        lines += [f"- {tally.count} × {_escape(_one_line(tally.name))}" for tally in tallies]
        lines += [] if tallies else [_NOTHING]
    return "\n".join(lines) + "\n"


def digest_as_json(digest: Digest) -> str:
    """The digest as one JSON object; shares are 0 to 1, intervals `[low, high]` or null."""
    return json.dumps(
        {
            "week": str(digest.week),
            "figures": _figures(digest.figures),
            "before": _figures(digest.before),
            "topics": _tallies(digest.topics),
            "unanswered": _tallies(digest.unanswered),
            "reasons": _tallies(digest.reasons),
        },
        ensure_ascii=False,
        indent=2,
    )


def share_in_words(share: Share) -> str:
    """A share for people: `75 % (41–93 %, 6 of 8)`, or `–` where there is nothing to share."""
    value, interval = share.value, share.interval
    if value is None or interval is None:
        return "–"
    low, high = interval
    return f"{value:.0%} ({low * 100:.0f}–{high:.0%}, {share.part} of {share.whole})".replace(
        "%", " %"
    )


def _rows(digest: Digest) -> list[tuple[str, str, str]]:
    now, before = digest.figures, digest.before
    return [
        ("", "this week", "the week before"),
        ("questions", str(now.questions), str(before.questions)),
        ("people", str(now.people), str(before.people)),
        ("answered", share_in_words(now.answered), share_in_words(before.answered)),
        ("helpful", share_in_words(now.helpful), share_in_words(before.helpful)),
    ]


def _lists(digest: Digest) -> list[tuple[str, Sequence[Tally]]]:
    return [
        ("What people asked about", digest.topics),
        ("What could not be answered", digest.unanswered),
        ("Why answers did not help", digest.reasons),
    ]


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "questions": figures.questions,
        "people": figures.people,
        "answered": _share(figures.answered),
        "helpful": _share(figures.helpful),
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "part": share.part,
        "whole": share.whole,
        "share": share.value,
        "interval": list(share.interval) if share.interval else None,
    }


def _tallies(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    return [{"name": tally.name, "count": tally.count} for tally in tallies]


def _one_line(text: str) -> str:
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def _escape(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text)
