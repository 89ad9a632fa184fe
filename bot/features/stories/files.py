"""Published stories as Markdown files, so that answers can cite them."""

from __future__ import annotations

from adoption.submissions.submissions import Story
from bot.features.stories.blocks import gain_of
from bot.guides.published_files import OWNER, as_words, guide
from bot.slack.mrkdwn import cut, one_line


def as_markdown(story: Story) -> str:
    """A story as a guide: who did what with which tool, and what it brought."""
    fields = story.fields
    title = cut(one_line(fields.title), 150) or "A success story"
    front = {
        "title": title,
        "kind": "story",
        "tool": cut(one_line(fields.tool), 100) or "any",
        "audience": "everyone",
        "owner": OWNER,
        "reviewed": story.updated_at.date().isoformat(),
    }
    if story.link.startswith(("https://", "http://")):
        front["link"] = story.link
    team, tool = as_words(fields.team), as_words(fields.tool)
    parts = [
        f"# {as_words(title)}",
        f"A success story from the team {team} with {tool}.",
        f"## What was hard in {team}",
        as_words(fields.hard),
        f"## What changed with {tool}",
        as_words(fields.changed),
    ]
    if gain := gain_of(fields):
        measured = as_words(fields.measured)
        how = f" How we know: {measured}." if measured else ""
        parts.append(f"It brought {team} {gain}.{how}")
    if fields.quote:
        parts.append(f"“{as_words(fields.quote)}”")
    return guide(front, parts)
