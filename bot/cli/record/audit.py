"""`uptake audit`: what people tried and were not allowed to do."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.local.plain_text import say, say_json, shown


def audit(
    last: Annotated[int, typer.Option(help="How many, the newest first.", min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Show the latest refused actions: when, who, what, and on what."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from adoption.record import Record
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    record = Record.open(settings.record_url)
    found = record.refused_actions.last(last)
    record.close()
    if as_json:
        for each in found:
            fields = {
                "at": each.at.isoformat(),
                "account": each.account,
                "act": each.action.value,
                "about": each.about,
            }
            say_json(fields)
        return
    if not found:
        say("Nothing was refused yet.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("when (UTC)", "who", "what", "about"):
        table.add_column(name, overflow="fold")
    for each in found:
        row = (f"{each.at:%Y-%m-%d %H:%M:%S}", each.account or "erased", each.action, each.about)
        table.add_row(*(Text(shown(cell)) for cell in row))
    Console().print(table)
