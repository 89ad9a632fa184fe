"""`uptake run`: the bot in Slack, or a conversation in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.app import House

WELCOME = """Uptake answers from your guides. Ask how to use an AI tool; an empty line ends.
To use it in Slack, set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (see docs/slack.md).
"""


def run(
    http: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Take Slack's requests over HTTP on this port."),
    ] = None,
) -> None:
    """Start the bot; without Slack's tokens, talk to it here."""
    from bot.app import build
    from bot.cli.console import quiet
    from bot.cli.ingest import ensure_indexed
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    house = build(settings)
    house.index.encoder.start()
    ensure_indexed(house)
    if settings.slack_bot_token is None and http is None:
        _talk(house)
    else:
        from bot.serve import serve

        serve(house, http)


def _talk(house: House) -> None:
    from bot.terminal import as_text, conversation

    interactive = sys.stdin.isatty()
    if interactive:
        print(WELCOME)
    with conversation(house, one_thread=True) as talk:
        while True:
            text = _next_line("You: " if interactive else "")
            if text is None or (interactive and not text):
                break
            if text:
                print(f"\n{as_text(talk.ask(text).answer)}\n", flush=True)


def _next_line(prompt: str) -> str | None:
    """What was typed; None at the end of the input."""
    if prompt:
        print(prompt, end="", flush=True)
    line = sys.stdin.buffer.readline()
    return line.decode("utf-8", "replace").strip() if line else None
