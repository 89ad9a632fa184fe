"""`uptake token`: tokens by which a tool reports its use, or asks in somebody's name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say

if TYPE_CHECKING:
    from adoption.record import Record
    from bot.settings import Settings

# What the record stores of a client's name.
_LONGEST_TOOL, _LONGEST_CLIENT = 255, 64


def token(
    tool: Annotated[str, typer.Argument(help="The tool's name, as reports should show it.")],
    person: Annotated[
        str | None,
        typer.Option(help="Slack user id: the tool asks by MCP in this person's name."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="With --person: let it log overrides and feedback too.")
    ] = False,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Revoke all tokens of the tool.")
    ] = False,
) -> None:
    """Make a token by which a tool reports its use or asks for a person, or revoke them all."""
    longest = _LONGEST_CLIENT if person else _LONGEST_TOOL
    name = tool.strip()
    if not name or len(name) > longest:
        raise typer.BadParameter(f"name the tool in 1 to {longest} characters")
    if write and not person:
        raise typer.BadParameter("--write needs --person")
    settings, record = _record()
    if revoke:
        say(f"Revoked of {name}: {_revoked(settings, record, name, person)}.")
        return
    made = _made(settings, record, name, person, write)
    say(f"Token of {name}; it is shown this once:", err=True)
    say(made)


def _made(settings: Settings, record: Record, name: str, person: str | None, write: bool) -> str:
    from adoption.usage.tokens import ToolTokens

    now = datetime.now(UTC)
    if person is None:
        return ToolTokens(record.engine).make(name, now)
    return record.access_tokens.make(_account(settings, person), name, write, now)


def _revoked(settings: Settings, record: Record, name: str, person: str | None) -> int:
    from adoption.usage.tokens import ToolTokens

    if person is None:
        return ToolTokens(record.engine).revoke(name)
    return record.access_tokens.revoke(_account(settings, person), client=name)


def _account(settings: Settings, person: str) -> str:
    """The account of a user of the workspace whose bot token is set."""
    from bot.app import slack_gateway
    from bot.errors import SlackUnreachable
    from bot.slack.errors import SlackError, SlackRefused
    from bot.slack.messages import is_person

    user = person.strip()
    if not is_person(user):
        raise typer.BadParameter(f"“{user[:40]}” is not a Slack user id like U0123ABCD")
    slack = slack_gateway(settings)
    try:
        slack.user(user)
        return f"{slack.team}:{user}"
    except SlackRefused as error:
        raise typer.BadParameter(f"Slack has nobody with the id {user} ({error.code})") from None
    except SlackError as error:
        raise SlackUnreachable("Slack does not answer. Check the network and try again.") from error


def _record() -> tuple[Settings, Record]:
    from adoption.record import Record
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    return settings, Record.open(settings.record_url)
