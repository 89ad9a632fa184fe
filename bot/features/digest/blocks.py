"""The weekly digest as a message: what changed, two pictures, what to do and who does it."""

from __future__ import annotations

from collections.abc import Sequence

from adoption.reports.digest.digest import Digest
from adoption.reports.digest.sections import sections
from adoption.reports.follow_ups import Point
from adoption.reports.rich_text import RichText, UntrustedText
from bot.slack.blocks.parts import (
    Block,
    actions,
    button,
    context,
    header,
    modal,
    named,
    section,
    text_input,
)
from bot.slack.messages import Message
from bot.slack.mrkdwn import cut, plain

TAKE, DONE, DONE_DIALOG, DID = "digest_take", "digest_done", "digest_done", "digest_did"
LONGEST_DID = 500
_SHOWN = (
    "figures",
    "gaps",
    "comments",
    "themes",
    "stories",
    "saved",
    "overrides",
    "instead",
    "guides",
    "followed",
)
_MOST_LINES = 6
_SEPARATOR = "\n"


def digest_message(
    digest: Digest, points: Sequence[Point], pictures: Sequence[tuple[str, str]] = ()
) -> Message:
    """The message for a week.

    Args:
        points: the week's recommendations.
        pictures: file ids in Slack, each with what it shows.
    """
    said = _line(digest.headline)
    blocks = [header(f"Week {digest.week}"), section(said or "Nothing happened.")]
    for file, about in pictures:
        blocks.append({"type": "image", "slack_file": {"id": file}, "alt_text": about})
    for part in sections(digest):
        # A week that goes on has recommendations that nobody can take yet.
        if part.key not in (_SHOWN if points else (*_SHOWN, "actions")) or not (
            part.lines or part.table
        ):
            continue
        rows = [
            f"*{row[0]}* {row[1]} (last week {row[2]}; {row[3]})"
            for row in (part.table.rows if part.table else ())
        ]
        lines = rows or [f"• {_line(line)}" for line in part.lines[:_MOST_LINES]]
        blocks.append(section(_packed(f"*{part.title}*", lines)))
    if points:
        blocks.append(header("What to do"))
        for point in points:
            blocks += point_blocks(point)
    blocks.append(context("The whole digest is in the thread, as a page and as figures."))
    text = f"Week {digest.week}: {said}"
    return Message(cut(text, 1500), blocks)


def late_digest_message(digest: Digest) -> Message:
    """The message for a week that was missed: what changed, and where the rest is."""
    said = _line(digest.headline)
    blocks = [
        header(f"Week {digest.week}, made up for"),
        section(said or "Nothing happened."),
        context("Uptake was away when this was due. The whole digest is in the thread."),
    ]
    return Message(cut(f"Week {digest.week}: {said}", 1500), blocks)


def point_blocks(point: Point) -> list[Block]:
    """A recommendation with who takes it and what came of it."""
    if point.did:
        by = named(point.owner)
        return [section(f"{plain(point.said, 1200)}\n_Done by {by}: {plain(point.did, 1200)}_")]
    value = value_of(point)
    buttons = [button("Done", DONE, value)]
    if not point.owner:
        buttons.insert(0, button("Take it", TAKE, value, "primary"))
    taken = f"\n_{named(point.owner)} takes care of it_" if point.owner else ""
    return [section(f"{plain(point.said, 2000)}{taken}"), actions(*buttons)]


def value_of(point: Point) -> str:
    """What names a recommendation in a button."""
    return f"{point.week}{_SEPARATOR}{point.subject}"


def point_named(value: str) -> tuple[str, str]:
    """Week and subject in a button's value."""
    week, _, subject = value.partition(_SEPARATOR)
    return week, subject


def done_dialog(value: str, said: str) -> Block:
    """Asks what was done."""
    blocks = [
        section(plain(said, 2500)),
        text_input(
            DID,
            "What was done?",
            most=LONGEST_DID,
            long=True,
            hint="Next week's digest says it, under “You said, we did”.",
        ),
    ]
    return modal(DONE_DIALOG, "Done", blocks, metadata=value)


def _line(line: RichText) -> str:
    return "".join(plain(part, 400) if isinstance(part, UntrustedText) else part for part in line)


def _packed(title: str, lines: Sequence[str]) -> str:
    """As many lines as fit."""
    made = title
    for line in lines:
        if len(made) + len(line) + 1 > 2900:
            break
        made += f"\n{line}"
    return made
