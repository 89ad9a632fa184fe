"""The words that may follow `/uptake`, each with what handles it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.blocks.text import plain

COMMAND = "/uptake"


@dataclass(frozen=True)
class Call:
    """One use of a command.

    Attributes:
        rest: what follows the word.
        command: Slack's payload.
    """

    rest: str
    command: dict[str, Any]
    context: BoltContext
    client: WebClient
    ack: Ack


Handler = Callable[[Call], None]
COMMANDS: dict[str, Handler] = {}


def register(word: str, handler: Handler) -> None:
    """Says what handles `/uptake <word>`; it acknowledges once it has kept what it was told."""
    COMMANDS[word] = handler


def listen(app: App) -> None:
    """Hands each use of the command to whoever handles its first word."""

    def used(ack: Ack, command: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        word, _, rest = str(command.get("text") or "").strip().partition(" ")
        handler = COMMANDS.get(word.lower() or "help")
        if handler is None:
            known = ", ".join(f"`{COMMAND} {each}`" for each in sorted(COMMANDS))
            unknown = f"I do not know “{plain(word, 100)}”. " if word else ""
            ack(text=f"{unknown}I know {known}.")
            return
        handler(Call(rest.strip(), command, context, client, ack))

    app.command(COMMAND)(used)
