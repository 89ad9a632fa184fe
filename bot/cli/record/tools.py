"""`uptake tools`: who owns each AI tool, and what a seat of it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say, shown

if TYPE_CHECKING:
    from adoption.record import Record

app = typer.Typer(help="Who owns each AI tool, and what a seat of it costs.", no_args_is_help=True)


@app.command("set")
def set_tool(
    tool: Annotated[str, typer.Argument(help="The tool's name, as reports show it.")],
    owner: Annotated[
        str | None, typer.Option(help="Who is asked when the tool needs something.")
    ] = None,
    seat_cost: Annotated[
        float | None, typer.Option("--seat-cost", help="The cost of a seat per month.", min=0)
    ] = None,
) -> None:
    """Set the owner or the cost of a tool; what is not given stays as it is."""
    name = tool.strip()
    if not name or len(name) > 255 or len(owner or "") > 255:
        raise typer.BadParameter("name the tool and its owner in 1 to 255 characters")
    if owner is None and seat_cost is None:
        raise typer.BadParameter("give --owner or --seat-cost")
    record = _record()
    record.tools.store(name, owner, seat_cost)
    record.close()
    say(f"Stored for {name}.")


@app.command("list")
def list_tools() -> None:
    """List the tools with owner and cost."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    record = _record()
    facts = record.tools.all()
    record.close()
    table = Table(box=None, pad_edge=False)
    for name in ("tool", "owner", "cost of a seat a month"):
        table.add_column(name, overflow="fold")
    for fact in facts:
        cost = "" if fact.seat_cost is None else f"{fact.seat_cost:g}"
        table.add_row(*(Text(shown(cell)) for cell in (fact.name, fact.owner or "", cost)))
    Console().print(table)


def _record() -> Record:
    from adoption.record import Record
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    return Record.open(settings.record_url)
