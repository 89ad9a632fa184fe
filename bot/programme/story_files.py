"""Published stories as Markdown files, so that answers can cite them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from adoption.stories import StoryView
from bot.blocks.stories import gain_of
from bot.blocks.text import cut, one_line

# Marks that would make a heading, a list, a table or a link of somebody's words.
_LAYOUT = re.compile(r"([\\`*_{}\[\]#|~])")
_LONGEST = 1500


def write_stories(stories: Sequence[StoryView], folder: Path) -> None:
    """Makes the folder hold exactly these stories; a file that is the same is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"{_safe(story.id)}.md": as_markdown(story) for story in stories}
    for name, text in wanted.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            draft = path.with_suffix(".draft")
            draft.write_text(text, "utf-8")
            draft.replace(path)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()


def as_markdown(story: StoryView) -> str:
    """A story as a guide: who did what with which tool, and what it brought."""
    fields = story.fields
    title = cut(one_line(fields.title), 150) or "A success story"
    front = {
        "title": title,
        "kind": "story",
        "tool": cut(one_line(fields.tool), 100) or "any",
        "audience": "everyone",
        "owner": "AI programme team",
        "reviewed": story.updated_at.date().isoformat(),
    }
    if story.link.startswith(("https://", "http://")):
        front["link"] = story.link
    team, tool = _words(fields.team), _words(fields.tool)
    parts = [
        f"# {_words(title)}",
        f"A success story from the team {team} with {tool}.",
        f"## What was hard in {team}",
        _words(fields.hard),
        f"## What changed with {tool}",
        _words(fields.changed),
    ]
    if gain := gain_of(fields):
        measured = _words(fields.measured)
        parts.append(
            f"It brought {team} {gain}" + (f", measured by {measured}." if measured else ".")
        )
    if fields.quote:
        parts.append(f"“{_words(fields.quote)}”")
    head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{head}---\n" + "\n\n".join(parts) + "\n"


def _words(text: str) -> str:
    shown = cut(one_line(text), _LONGEST).replace("<", "‹").replace(">", "›")
    return _LAYOUT.sub(r"\\\1", shown)


def _safe(id: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", id)[:80]
