"""Approved FAQ entries as Markdown files, so that answers can cite them."""

from __future__ import annotations

from adoption.submissions.submissions import FaqEntry
from bot.features.faqs.blocks import LONGEST_ANSWER, LONGEST_QUESTION
from bot.guides.published_files import OWNER, as_lines, as_words, guide
from bot.slack.mrkdwn import cut, one_line

_LONGEST_TITLE = 150


def as_markdown(entry: FaqEntry) -> str:
    """An entry as a guide: the question above, the answer below, and nobody's name."""
    fields = entry.fields
    front = {
        "title": cut(one_line(fields.question), _LONGEST_TITLE) or "A question",
        "kind": "faq",
        "tool": cut(one_line(fields.tool), 100) or "any",
        "audience": fields.audience,
        "owner": OWNER,
        "reviewed": entry.updated_at.date().isoformat(),
    }
    heading = as_words(fields.question, LONGEST_QUESTION) or "A question"
    return guide(front, [f"# {heading}", as_lines(fields.answer, LONGEST_ANSWER)])
