"""`uptake import`: imports rosters and the usage of tools from files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say, shown

if TYPE_CHECKING:
    from adoption.usage.importers.load import How
    from adoption.usage.importers.reconciliation import Reconciliation

app = typer.Typer(help="Import who may use the tools, and how they are used.")

File = Annotated[Path, typer.Argument(help="CSV, JSON lines or JSON.")]
Days = Annotated[
    str | None,
    typer.Option(
        "--days", help="day-first or month-first, where days like 05/12/2026 do not show which."
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what a file holds, and store nothing.")
]


@app.command()
def roster(
    file: Annotated[Path | None, typer.Argument(help="CSV, JSON lines or JSON.")] = None,
    from_slack: Annotated[
        bool, typer.Option("--from-slack", help="Import the people of the Slack workspace.")
    ] = False,
    group: Annotated[
        list[str] | None,
        typer.Option(help="User group that is a team, like sales-eu=Sales; with --from-slack."),
    ] = None,
    days: Days = None,
    dry_run: DryRun = False,
) -> None:
    """Import people: email, team, wave, eligible_since, left_on, leave, part_time, role, tools."""
    if (file is None) != from_slack:
        raise typer.BadParameter("name a file, or --from-slack")
    if group and not from_slack:
        raise typer.BadParameter("--group goes with --from-slack")
    if file is None:
        _from_slack(group or [])
    else:
        _from_file(file, _how(days, dry_run=dry_run))


def _from_slack(groups: list[str]) -> None:
    from adoption.people.slack_roster import store_slack_members
    from adoption.record import Record
    from bot.app import slack_gateway
    from bot.cli.console import progress_bar, quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings
    from bot.slack.directory import people_in, teams_named

    teams = teams_named(groups)
    settings = read_settings()
    quiet(settings.log_level)
    slack = slack_gateway(settings)
    with progress_bar("Asking Slack") as move:
        people = people_in(slack, teams, lambda done: move(done, done, "people"))
    make_data_dir(settings)
    now = datetime.now(UTC)
    kept = store_slack_members(
        Record.open(settings.record_url).roster, people, now.astimezone(settings.zone).date(), now
    )
    there = sum(not each.gone for each in people)
    say(
        f"{there} people in Slack: {kept.new} new on the roster, {kept.changed} changed, "
        f"{kept.unchanged} as before."
    )
    if people and not any(each.email for each in people):
        say(
            "Slack gave no e-mail addresses (scope users:read.email), so nobody could be matched "
            "with what tools report by address.",
            err=True,
        )


def _from_file(file: Path, how: How) -> None:
    from adoption.record import Record
    from adoption.usage.importers.load import load_roster
    from bot.cli.console import progress_bar, quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    record = Record.open(settings.record_url)
    with progress_bar("Importing") as move:
        done = load_roster(
            file,
            record.roster,
            datetime.now(UTC),
            lambda done, whole: move(done, whole, "bytes"),
            how,
        )
    _finish(done)


@app.command()
def usage(
    file: File,
    format: Annotated[
        str | None, typer.Option(help="Which export it is, where its columns do not show it.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file that says which column means what.")
    ] = None,
    days: Days = None,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day it covers, where the file names none."),
    ] = None,
    unknown_people: Annotated[
        bool, typer.Option("--unknown-people", help="Store it though nobody is on the roster.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Import what the AI tools report; the export is recognised by its columns."""
    from adoption.record import Record
    from adoption.usage.importers.formats import FORMATS, built_in
    from adoption.usage.importers.load import load_usage
    from adoption.usage.importers.mapping import read_mapping
    from bot.cli.console import progress_bar, quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings

    if format is not None and format not in FORMATS:
        raise typer.BadParameter(f"--format is one of {', '.join(FORMATS)}")
    how = _how(days, day.date() if day else None, unknown_people, dry_run)
    settings = read_settings()
    quiet(settings.log_level)
    stated = read_mapping(mapping) if mapping else built_in(format) if format else None
    make_data_dir(settings)
    record = Record.open(settings.record_url)
    with progress_bar("Importing") as move:
        done = load_usage(
            file,
            stated,
            record.usage,
            settings.zone,
            datetime.now(UTC),
            lambda done, whole: move(done, whole, "bytes"),
            how,
        )
    _finish(done)


def _how(
    days: str | None,
    last_day: date | None = None,
    unknown_people: bool = False,
    dry_run: bool = False,
) -> How:
    from adoption.usage.importers.load import How
    from adoption.usage.importers.tables.days import DayOrder

    if days is not None and days not in set(DayOrder):
        raise typer.BadParameter(f"--days is one of {', '.join(DayOrder)}")
    return How(DayOrder(days) if days else None, last_day, unknown_people, dry_run)


def _finish(done: Reconciliation) -> None:
    """Shows what was understood and done; exit code 1 where rows were rejected."""
    for line in done.lines():
        say(shown(line))
    if not done.rejected:
        return
    for fault in done.faults():
        say(shown(f"  {fault}"), err=True)
    if done.rejects is not None:
        where = shown(str(done.rejects))
        say(f"Rows set apart are in {where}, with line and reason.", err=True)
    raise typer.Exit(1)
