"""`uptake manifest`: prints what Slack needs to know to make the app."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.local.plain_text import say_json


def manifest(
    http: Annotated[
        str | None,
        typer.Option(help="Public address of `uptake run --http`; Socket Mode without it."),
    ] = None,
    mcp: Annotated[
        str | None,
        typer.Option(
            help="Public address of /mcp, for Slackbot to ask; without it, Slackbot doesn't."
        ),
    ] = None,
) -> None:
    """Print the app's manifest, to paste into Slack's "From a manifest"."""

    from bot.slack.manifest import manifest_for

    say_json(manifest_for(http, mcp), indent=2)
