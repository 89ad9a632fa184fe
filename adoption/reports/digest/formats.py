"""The digest as text for a terminal, as Markdown, as JSON and as comma-separated values."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Any

from adoption.csv_safety import safe_cell
from adoption.feedback.overrides import ToolOverrides
from adoption.measures import Share
from adoption.reports.digest.digest import Digest, Figures, Tally
from adoption.reports.digest.sections import NOTHING, sections
from adoption.reports.digest.use_section import GroupUse, UseFigures
from adoption.reports.wording import Line, Section, Words, joined, one_line, share_in_words

__all__ = [
    "digest_as_csv",
    "digest_as_json",
    "digest_as_markdown",
    "digest_as_text",
    "share_in_words",
]

_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]()<>#|~!&:@])")


def digest_as_text(digest: Digest) -> str:
    """The digest as plain lines; a table has its columns under each other."""
    lines = [f"Week {digest.week}"]
    for section in sections(digest):
        lines += ["", section.title]
        lines += _text_table(section)
        lines += [f"  {'' if section.plain else '- '}{joined(line)}" for line in section.lines]
        lines += [f"  {NOTHING}"] if _is_empty(section) else []
    return "\n".join(lines) + "\n"


def digest_as_markdown(digest: Digest) -> str:
    """The digest as Markdown; people's words are escaped and can form nothing but text."""
    lines = [f"# Week {digest.week}"]
    for section in sections(digest):
        lines += ["", f"## {section.title}", ""]
        if section.table:
            lines += ["| " + " | ".join(section.table.columns) + " |"]
            lines += ["|" + " --- |" * len(section.table.columns)]
            lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in section.table.rows]
        if section.plain:
            lines += [" ".join(map(_markdown, section.lines))]
        else:
            lines += [f"- {_markdown(line)}" for line in section.lines]
        lines += [NOTHING] if _is_empty(section) else []
    return "\n".join(lines) + "\n"


def digest_as_csv(digest: Digest) -> str:
    """The digest as rows of `section, name, value, before`; no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["section", "name", "value", "before"])

    def write(*cells: object) -> None:
        writer.writerow([safe_cell(cell) for cell in cells])

    for section in sections(digest):
        if section.table:
            for name, *cells in section.table.rows:
                write(section.key, one_line(name), *cells[:2])
        for number, line in enumerate(section.lines, start=1):
            write(section.key, number, joined(line), None)
    return out.getvalue()


def digest_as_json(digest: Digest) -> str:
    """The digest as one JSON object; shares are 0 to 1, intervals `[low, high]` or null.

    docs/digest.schema.json describes it.
    """
    return json.dumps(
        {
            "week": str(digest.week),
            "headline": [joined(line) for line in digest.headline],
            "figures": _figures(digest.figures),
            "before": _figures(digest.before),
            "use": _use(digest.use.now),
            "use_before": _use(digest.use.before),
            "tools": [_group(group) for group in digest.use.tools],
            "teams": [_group(group) for group in digest.use.teams],
            "topics": _tallies(digest.topics),
            "unanswered": _tallies(digest.unanswered),
            "overrides": [_overrides(tool) for tool in digest.overrides],
            "themes": [
                {
                    "name": theme.name,
                    "size": theme.size,
                    "before": theme.before,
                    "new": theme.new,
                    "quotes": list(theme.quotes),
                }
                for theme in digest.themes
            ],
            "stories": [
                {
                    "text": story.text,
                    "tool": story.tool,
                    "minutes": list(story.minutes) if story.minutes else None,
                }
                for story in digest.stories
            ],
            "reasons": _tallies(digest.reasons),
            "mend": [
                {
                    "title": guide.title,
                    "thumbs_down": guide.thumbs_down,
                    "reason": guide.reason,
                    "owner": guide.owner or None,
                    "answers": guide.answers,
                    "overdue": guide.overdue or None,
                }
                for guide in digest.mend
            ],
            "followed": [
                {"subject": f.subject, "said": f.said, "owner": f.owner, "did": f.did}
                for f in digest.followed
            ],
            "actions": [
                {
                    "subject": action.subject,
                    "text": joined(action.text),
                    "evidence": joined(action.evidence),
                    "owner": action.owner,
                }
                for action in digest.actions
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def _is_empty(section: Section) -> bool:
    return not section.lines and section.table is None


def _text_table(section: Section) -> list[str]:
    if section.table is None:
        return []
    rows = [list(section.table.columns)]
    rows += [[one_line(cell)[:60] for cell in row] for row in section.table.rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cell(cell: str) -> str:
    return _escape(one_line(cell)) if isinstance(cell, Words) else cell


def _markdown(line: Line) -> str:
    return "".join(_cell(part) for part in line)


def _escape(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text)


def _figures(figures: Figures) -> dict[str, Any]:
    time = figures.to_answer
    return {
        "questions": figures.questions,
        "people": figures.people,
        "answered": _share(figures.answered),
        "helpful": _share(figures.helpful),
        "contained": _share(figures.contained),
        "handed_on": figures.handed_on,
        "waiting": figures.waiting,
        "seconds_to_answer": time.total_seconds() if time is not None else None,
    }


def _use(use: UseFigures) -> dict[str, Any]:
    return {
        "eligible": use.eligible,
        "active": use.active,
        "weekly": _share(use.weekly),
        "adoption": _share(use.adoption),
        "habit": _share(use.habit),
        "dormant": _share(use.dormant),
        "never_used": _share(use.never_used),
        "stickiness": use.stickiness,
        "acceptance": _share(use.acceptance),
        "overrides": _share(use.overrides),
    }


def _group(group: GroupUse) -> dict[str, Any]:
    return {
        "name": group.name,
        "direction": group.direction,
        "now": _use(group.now),
        "before": _use(group.before),
    }


def _overrides(tool: ToolOverrides) -> dict[str, Any]:
    return {
        "tool": tool.tool,
        "count": tool.count,
        "reasons": [
            {
                "reason": reason.reason,
                "share": _share(reason.share),
                "before": _share(reason.before),
                "direction": reason.direction,
            }
            for reason in tool.reasons
        ],
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
