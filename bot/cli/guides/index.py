"""`uptake index`: the versions of the index, and how to go back to an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say

if TYPE_CHECKING:
    from knowledge.index.index import Index

app = typer.Typer(
    help="The versions of the index, and how to go back to one.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def versions() -> None:
    """List the versions that are kept, the newest first."""
    from rich.console import Console
    from rich.table import Table

    index = _opened()
    table = Table(box=None, pad_edge=False)
    table.add_column("version", justify="right")
    table.add_column("made at (UTC)")
    table.add_column("passages", justify="right")
    table.add_column("")
    index.live()
    kept = index.catalog.versions()
    for version in kept:
        made = version.made_at[:19].replace("T", " ")
        table.add_row(str(version.number), made, str(version.passages), "live" * version.live)
    if not kept:
        say("Nothing is indexed yet. Run `uptake ingest`.")
        return
    Console().print(table)


@app.command()
def rollback(
    version: Annotated[
        str | None,
        typer.Argument(help="Its number; without, the newest one before the live one."),
    ] = None,
) -> None:
    """Answer from an earlier version at once; the next sync makes a new one.

    What was restricted since stays restricted.
    """
    from bot.guides.decisions import stored_decisions
    from bot.settings import read_settings
    from ingest.sync.going_back import go_back

    index, decisions = _opened(), stored_decisions(read_settings())
    left_out = {source for source, decision in decisions.items() if decision.left_out}
    live, held_back = go_back(index, version, left_out)
    say(
        f"Version {live.number} is live, made {live.made_at[:19].replace('T', ' ')} UTC, "
        f"{live.passages} passages. The next sync makes a new version from the guides as they "
        "are then."
    )
    if held_back:
        say(f"{held_back} passages of it stay out, because their guides are for fewer people now.")


def _opened() -> Index:
    from bot.app import open_index
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings
    from knowledge.encoding.encoder import Encoder

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    return open_index(settings, Encoder(settings.embedding_model))
