"""What the programme publishes, as Markdown files, so that answers can cite it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from bot.slack.mrkdwn import cut, one_line

OWNER = "AI programme team"
# Marks that would make a heading, a list, a table or a link of somebody's words.
_LAYOUT = re.compile(r"([\\`*_{}\[\]#|~])")
# A line of these makes a heading of the one above it, or a rule.
_UNDERLINE = re.compile(r"[-=_ ]*")
_LONGEST = 1500


def write_guides(guides: Mapping[str, str], folder: Path) -> None:
    """Makes the folder hold exactly these guides; a file that is the same is left alone.

    Args:
        guides: the text of each by its name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"{_safe(name)}.md": text for name, text in guides.items()}
    for name, text in wanted.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            # Two jobs may write at once.
            draft = path.with_suffix(f".{uuid.uuid4().hex}.draft")
            draft.write_text(text, "utf-8")
            draft.replace(path)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink(missing_ok=True)


def guide(front: Mapping[str, str], parts: Sequence[str]) -> str:
    """A guide with its front matter, of paragraphs that are harmless already."""
    head = yaml.safe_dump(dict(front), allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{head}---\n" + "\n\n".join(parts) + "\n"


def as_words(text: str, most: int = _LONGEST) -> str:
    """Somebody's words as one line of Markdown in which nothing acts."""
    shown = cut(one_line(text), most).replace("<", "‹").replace(">", "›")
    return _LAYOUT.sub(r"\\\1", shown)


def as_lines(text: str, most: int) -> str:
    """Somebody's words line by line: paragraphs and lists stay, nothing else acts."""
    lines = [as_words(line, most) for line in cut(text, most).splitlines()]
    return "\n".join("" if _UNDERLINE.fullmatch(line) else line for line in lines).strip("\n")


def _safe(id: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", id)[:80]
