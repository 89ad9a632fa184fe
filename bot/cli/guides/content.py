"""`uptake content`: which guides should be looked at, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say_json, shown

if TYPE_CHECKING:
    from rich.console import Console

    from bot.guides.state import ContentHealth

_MOST_ROWS = 50


def content(
    owner: Annotated[str | None, typer.Option(help="Only the guides of this owner.")] = None,
    links: Annotated[bool, typer.Option("--links", help="Try links to the web as well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show guides to look at (stale, unused, contradicting, dead links) and what people taught."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from rich.console import Console

    from adoption.record import Record
    from bot.app import open_index
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.guides.state import content_health, link_answers
    from bot.guides.taught import taught_among
    from bot.settings import read_settings
    from ingest.sync.report import STATE, from_state
    from knowledge.encoding.encoder import Encoder
    from knowledge.guides.health import guides_of

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    index = open_index(settings, Encoder(settings.embedding_model))
    snapshot = index.snapshot()
    record = Record.open(settings.record_url)
    answers = link_answers(frozenset(settings.private_hosts)) if links else None
    now = datetime.now(UTC)
    minimum = record.minimum(settings.minimum_group)
    found = content_health(
        snapshot, index.encoder, record, now, settings.review_after, minimum, answers
    )
    found = replace(found, not_indexed=from_state(index.catalog.state(STATE)))
    guides = guides_of(snapshot)
    readable = frozenset(guide.audience for guide in guides)
    taught = taught_among(record, guides, readable, settings.learn_from_people)
    found = replace(found, taught=taught.lessons)
    record.close()
    if owner is not None:
        found = found.of(owner)
    if as_json:
        say_json(found.as_fields())
        return
    _show(Console(), found)


def _show(console: Console, found: ContentHealth) -> None:
    from adoption.reports.rich_text import counted

    console.print(f"{counted(found.guides, 'guide')} in the index", markup=False)
    stale = [
        (guide.title, owner or "no owner", guide.reviewed or "never")
        for owner, guides in found.stale.items()
        for guide in guides
    ]
    days = counted(found.days, "day")
    title = f"Not reviewed for {days}"
    _table(console, title, ("guide", "owner", "last review"), stale)
    unused = [(guide.title, guide.owner, guide.source) for guide in found.never_cited]
    _table(console, f"Not cited for {days}", ("guide", "owner", "source"), unused)
    down = [(guide.title, guide.owner, str(share)) for guide, share in found.voted_down]
    _table(console, "Voted down", ("guide", "owner", "thumbs down"), down)
    out = [(each.title, each.source, f"{each.at:%Y-%m-%d}") for each in found.left_out]
    hidden = [(each.source, each.owner, each.says) for each in found.not_indexed]
    _table(console, "Not indexed", ("file", "owner", "why"), hidden)
    _table(console, "Left out of answers", ("guide", "source", "since"), out)
    for differ, heading in ((True, "Contradicting figures"), (False, "Said twice")):
        rows = [
            (f"{pair.first.title}: {pair.first_text}", f"{pair.second.title}: {pair.second_text}")
            for pair in found.pairs
            if pair.contradicting is differ
        ]
        _table(console, heading, ("one guide", "another"), rows)
    dead = [(each.guide.title, each.guide.owner, each.target) for each in found.dead_links]
    taught = [
        (each.question, f"{each.guide.title} › {each.heading}", "yes" if each.in_use else "no")
        for each in found.taught
    ]
    title = "What people taught (decide on it with /uptake taught in Slack)"
    _table(console, title, ("question", "section", "in use"), taught)
    _table(console, "Dead links", ("guide", "owner", "link"), dead)


def _table(
    console: Console, title: str, names: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows[:_MOST_ROWS]:
        table.add_row(*(Text(shown(words)) for words in row))
    console.print(table)
    if len(rows) > _MOST_ROWS:
        console.print(f"and {len(rows) - _MOST_ROWS} more")
