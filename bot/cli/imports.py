"""`uptake import`: takes in rosters and the tools' usage from files."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adoption.usage.importers.load import Loaded

app = typer.Typer(help="Take in who may use the tools, and how they are used.")

_MOST_REASONS = 8


class Export(StrEnum):
    """The known exports."""

    GENERIC = "generic"
    GITHUB_COPILOT = "github-copilot"
    MICROSOFT_365_COPILOT = "microsoft-365-copilot"
    CHATGPT_ENTERPRISE = "chatgpt-enterprise"


File = Annotated[Path, typer.Argument(help="CSV, JSON lines or JSON.")]


@app.command()
def roster(
    file: Annotated[Path | None, typer.Argument(help="CSV, JSON lines or JSON.")] = None,
    from_slack: Annotated[
        bool, typer.Option("--from-slack", help="Take in the people of the Slack workspace.")
    ] = False,
    group: Annotated[
        list[str] | None,
        typer.Option(help="User group that is a team, like sales-eu=Sales; with --from-slack."),
    ] = None,
) -> None:
    """Take in people: email, team, wave, eligible_since, left_on, role, tools, slack."""
    if (file is None) != from_slack:
        raise typer.BadParameter("name a file, or --from-slack")
    if group and not from_slack:
        raise typer.BadParameter("--group goes with --from-slack")
    if file is None:
        _from_slack(group or [])
    else:
        _from_file(file)


def _from_slack(groups: list[str]) -> None:
    from adoption.people.slack_roster import keep_seen
    from adoption.questions.record import Record
    from bot.app import make_data_dir, slack_client
    from bot.cli.console import progress_bar, quiet
    from bot.settings import read_settings
    from bot.slack.directory import people_in, teams_named

    teams = teams_named(groups)
    settings = read_settings()
    quiet(settings.log_level)
    client = slack_client(settings)
    with progress_bar("Asking Slack") as move:
        people = people_in(client, teams, lambda done: move(done, done, "people"))
    make_data_dir(settings)
    now = datetime.now(UTC)
    kept = keep_seen(
        Record.open(settings.record_url).engine, people, now.astimezone(settings.zone).date(), now
    )
    there = sum(not each.gone for each in people)
    typer.echo(
        f"{there} people in Slack: {kept.new} new on the roster, {kept.changed} changed, "
        f"{kept.unchanged} as before."
    )
    if people and not any(each.email for each in people):
        typer.echo(
            "Slack told no e-mail addresses (scope users:read.email), so nobody could be tied to "
            "what tools report by address.",
            err=True,
        )


def _from_file(file: Path) -> None:
    from adoption.people.roster import RosterStore
    from adoption.questions.record import Record
    from adoption.usage.importers.load import load_roster
    from bot.app import make_data_dir
    from bot.cli.console import progress_bar, quiet
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    record = Record.open(settings.record_url)
    with progress_bar("Importing") as move:
        loaded = load_roster(
            file,
            RosterStore(record.engine),
            datetime.now(UTC),
            lambda done, whole: move(done, whole, "bytes"),
        )
    _finish(loaded)


@app.command()
def usage(
    file: File,
    format: Annotated[Export, typer.Option(help="Which tool's export it is.")] = Export.GENERIC,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file that says which column means what.")
    ] = None,
) -> None:
    """Take in what the AI tools report of their use."""
    from adoption.questions.record import Record
    from adoption.usage.facts import UsageStore
    from adoption.usage.importers.load import load_usage
    from adoption.usage.importers.mapping import built_in, read_mapping
    from bot.app import make_data_dir
    from bot.cli.console import progress_bar, quiet
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    columns = read_mapping(mapping) if mapping is not None else built_in(format.value)
    make_data_dir(settings)
    record = Record.open(settings.record_url)
    with progress_bar("Importing") as move:
        loaded = load_usage(
            file,
            columns,
            UsageStore(record.engine),
            settings.zone,
            datetime.now(UTC),
            lambda done, whole: move(done, whole, "bytes"),
        )
    _finish(loaded)


def _finish(loaded: Loaded) -> None:
    """Says what came of it; exit code 1 where rows were set apart."""
    kept = loaded.kept
    typer.echo(
        f"{loaded.rows} rows read: {kept.new} new, {kept.changed} changed, "
        f"{kept.unchanged} as before, {loaded.rejected} set apart."
    )
    if not loaded.rejected:
        return
    ranked = sorted(loaded.reasons.items(), key=lambda pair: -pair[1])
    for reason, count in ranked[:_MOST_REASONS]:
        typer.echo(f"  {count} × the row {reason}", err=True)
    typer.echo(f"Rows set apart are in {loaded.rejects}, with line and reason.", err=True)
    raise typer.Exit(1)
