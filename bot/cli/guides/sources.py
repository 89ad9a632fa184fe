"""`uptake sources`: where guides come from, who keeps them and who may read them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say, shown

if TYPE_CHECKING:
    from bot.settings import Settings
    from ingest.sources.registry import SourceRegistry
    from ingest.sources.source import Source
    from ingest.sources.sync import Synced

app = typer.Typer(
    help="Where guides come from, who keeps them and who may read them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
_MOST_ROWS = 50


@app.command()
def add(
    location: Annotated[
        str, typer.Argument(help="A folder, a file, a Git repository, a web page or a sitemap.")
    ],
    id: Annotated[str, typer.Option(help="A short name; without, from the location.")] = "",
    kind: Annotated[str, typer.Option(help="folder, file, git, page or sitemap.")] = "",
    owner: Annotated[str, typer.Option(help="Who keeps these guides up to date.")] = "",
    audience: Annotated[
        str, typer.Option(help="everyone, champions, admins, channel:C… or group:S….")
    ] = "everyone",
    tool: Annotated[str, typer.Option(help="The AI tool that they are about.")] = "any",
    guides: Annotated[
        str, typer.Option(help="quick-start, faq, playbook, tutorial or guide.")
    ] = "",
    every: Annotated[str, typer.Option(help="How often to look: 30m, 6h, 2d or off.")] = "off",
    link: Annotated[str, typer.Option(help="Address under which people open its files.")] = "",
    branch: Annotated[str, typer.Option(help="Branch of a Git repository.")] = "",
    within: Annotated[str, typer.Option(help="Folder of a Git repository.")] = "",
    host: Annotated[
        list[str] | None, typer.Option(help="Another host that a page or sitemap may lead to.")
    ] = None,
    most: Annotated[int, typer.Option(help="The most pages to read from a sitemap.")] = 200,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Read speaker notes, comments and hidden parts too.")
    ] = False,
    later: Annotated[bool, typer.Option("--later", help="Do not look at it right away.")] = False,
) -> None:
    """Add a source and index it."""
    from ingest.sources.source import Source, id_of, kind_of, minutes_of

    settings, book = _opened()
    source = book.add(
        Source(
            id=id or id_of(location),
            kind=kind or kind_of(location),
            location=location,
            owner=owner,
            audience=audience,
            tool=tool,
            guides=guides,
            every=minutes_of(every),
            link=link,
            branch=branch,
            within=within,
            hosts=tuple(host or ()),
            most=most,
            hidden=hidden,
        )
    )
    say(f"Added the source {source.id} ({source.kind}, for {source.audience}).")
    if not later:
        _sync(settings, [source])


@app.command("list")
def list_sources() -> None:
    """List the sources with the result of the last sync."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ingest.sources.source import period_of

    _, book = _opened()
    sources, results = book.sources(), book.results()
    if not sources:
        say("There are no sources yet. Add one with `uptake sources add`.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("source", "kind", "audience", "owner", "every", "last look (UTC)", "result"):
        table.add_column(name, overflow="fold")
    for each in sources:
        last = results.get(each.id)
        at = last.at[:16].replace("T", " ") if last else "never"
        says = ("" if last.fine else "failed: ") + last.says if last else ""
        row = (each.id, each.kind, each.audience, each.owner, period_of(each.every), at, says)
        table.add_row(*(Text(shown(cell)) for cell in row))
    Console().print(table)


@app.command()
def sync(
    ids: Annotated[list[str] | None, typer.Argument(help="Sources; without any, all.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only those that are due.")] = False,
) -> None:
    """Look at the sources and index what changed."""
    from datetime import UTC, datetime

    settings, book = _opened()
    sources = [book.source(id) for id in dict.fromkeys(ids)] if ids else book.sources()
    if due:
        waiting = {each.id for each in book.due(datetime.now(UTC))}
        sources = [each for each in sources if each.id in waiting]
    if not sources:
        say("There is nothing to look at.")
        return
    _sync(settings, sources)


@app.command()
def remove(id: Annotated[str, typer.Argument(help="The source's short name.")]) -> None:
    """Take a source and its guides out of the index; its own files are not touched."""
    from bot.app import open_index
    from bot.guides.decisions import stored_decisions
    from bot.guides.index_lock import index_lock
    from bot.guides.sync import source_sync
    from knowledge.encoding.encoder import Encoder

    settings, book = _opened()
    source = book.source(id)
    index = open_index(settings, Encoder(settings.embedding_model))
    with index_lock(settings):
        files = source_sync(settings, index, stored_decisions(settings)).remove(source)
    book.remove(id)
    shutil.rmtree(book.folder_of(source), ignore_errors=True)
    say(f"Removed the source {id}, with {files} guides in the index.")
    if any(book.place(source).is_relative_to(each.absolute()) for each in settings.content):
        say(
            "UPTAKE_CONTENT still names its files: the next `uptake ingest` indexes them again, "
            "for whomever their front matter says."
        )


def _opened() -> tuple[Settings, SourceRegistry]:
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings
    from ingest.sources.registry import SourceRegistry

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    return settings, SourceRegistry(settings.data_dir)


def _sync(settings: Settings, sources: list[Source]) -> None:
    from bot.app import open_index
    from bot.cli.console import progress_bar
    from bot.guides.decisions import stored_decisions
    from bot.guides.index_lock import index_lock
    from bot.guides.sync import source_sync
    from knowledge.encoding.encoder import Encoder

    index = open_index(settings, Encoder(settings.embedding_model))
    with index_lock(settings), progress_bar("Indexing") as progress:
        decisions = stored_decisions(settings)
        outcomes = source_sync(settings, index, decisions, progress).run(sources)
    _show(outcomes)
    if not all(each.fine for each in outcomes):
        raise typer.Exit(1)


def _show(outcomes: list[Synced]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(box=None, pad_edge=False)
    for name in ("source", "", "result"):
        table.add_column(name, overflow="fold")
    for each in outcomes:
        table.add_row(
            Text(shown(each.source.id)), "ok" if each.fine else "FAIL", Text(shown(each.says))
        )
    console.print(table)
    problems = [problem for each in outcomes for problem in each.problems]
    if problems:
        console.print()
        failures = Table(title="Not read", title_justify="left", box=None, pad_edge=False)
        failures.add_column("file or page", overflow="fold")
        failures.add_column("why", overflow="fold")
        for problem in problems[:_MOST_ROWS]:
            failures.add_row(Text(shown(problem.source)), Text(shown(problem.says)))
        console.print(failures)
        if len(problems) > _MOST_ROWS:
            console.print(f"and {len(problems) - _MOST_ROWS} more")
