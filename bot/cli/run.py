"""`uptake run`: the bot in Slack, or a conversation in the terminal."""

from __future__ import annotations

import logging
import os
import stat
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say

if TYPE_CHECKING:
    from bot.container import Container
    from bot.observability.setup import Instruments
    from bot.settings import Settings

WELCOME = """Uptake answers from your guides. Ask how to use an AI tool; an empty line ends.
To use it in Slack, set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (see docs/slack.md).
"""


def run(
    http: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Take Slack's requests over HTTP on this port."),
    ] = None,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="Talk to it in this terminal, without Slack.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port of the workspace on this computer; 8080 or a free one."
        ),
    ] = None,
    empty: Annotated[
        bool,
        typer.Option(
            "--empty", help="Open the workspace on this computer without the example company."
        ),
    ] = False,
    restart: Annotated[
        bool,
        typer.Option(
            "--restart", help="Restart it within a second if its process is killed (Linux)."
        ),
    ] = False,
) -> None:
    """Start the bot in Slack; without Slack's tokens, in a workspace on this computer.

    Questions that are piped into it are answered here in the terminal.
    """
    from bot.cli.console import quiet
    from bot.observability.setup import instruments_of
    from bot.settings import read_settings

    settings = read_settings()
    if restart:
        settings = _supervised(settings)
    quiet(settings.log_level, settings.log_format)
    with instruments_of(settings) as instruments:
        prepared = _Prepared(instruments)
        if terminal or (settings.slack_bot_token is None and http is None and _is_piped()):
            _talk(prepared(settings))
        elif settings.slack_bot_token is None and http is None:
            from bot.local.demo import try_out

            try_out(settings, prepared, port, instruments, empty)
        else:
            from bot.serve import serve

            serve(prepared(settings), http, instruments)
    if prepared.is_loading or restart:
        # PyTorch does not outlive the interpreter while it is loaded: the process would abort.
        # Nor does ONNX Runtime always, in a process that did not import it itself.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


def _supervised(settings: Settings) -> Settings:
    """Goes on in a process that is started anew whenever it is killed; gives its settings."""
    from bot.cli.supervisor import supervise
    from bot.serve import executor_of

    # Under the same name it takes up at once what the one before it had begun.
    name = executor_of(settings) if settings.shared else None
    supervise()
    return settings if name is None else settings.model_copy(update={"executor_id": name})


class _Prepared:
    """Makes a container whose guides are indexed, and remembers it."""

    def __init__(self, instruments: Instruments) -> None:
        self._instruments = instruments
        self._made: Container | None = None

    def __call__(self, settings: Settings) -> Container:
        from bot.app import build
        from bot.cli.guides.ingest import ensure_indexed

        self._made = build(settings, self._instruments.model_watchers)
        self._made.index.encoder.start()
        ensure_indexed(self._made)
        return self._made

    @property
    def is_loading(self) -> bool:
        """Whether its model is still being loaded."""
        return self._made is not None and self._made.index.encoder.is_loading


def _is_piped() -> bool:
    """Whether questions come from another program or a file."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def _talk(container: Container) -> None:
    from bot.local.terminal import as_text, conversation

    interactive = sys.stdin.isatty()
    if interactive:
        say(WELCOME)
    with conversation(container, one_thread=True) as talk:
        while True:
            text = _next_line("You: " if interactive else "")
            if text is None or (interactive and not text):
                break
            if text:
                say(f"\n{as_text(talk.ask(text).answer)}\n")


def _next_line(prompt: str) -> str | None:
    """What was typed; None at the end of the input."""
    if prompt:
        print(prompt, end="", flush=True)
    line = sys.stdin.buffer.readline()
    return line.decode("utf-8", "replace").strip() if line else None
