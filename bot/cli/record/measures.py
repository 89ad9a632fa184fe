"""`uptake report`, `targets` and `alerts`: how adoption stands, and against what."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say

if TYPE_CHECKING:
    from adoption.record import Record
    from adoption.reports.targets import Dimension
    from bot.settings import Settings

targets_app = typer.Typer(help="Set beforehand what adoption should reach.")


class ReportFormat(StrEnum):
    """How the report is written."""

    HTML = "html"
    CSV = "csv"
    JSON = "json"


Team = Annotated[str | None, typer.Option(help="For one team.")]
Wave = Annotated[str | None, typer.Option(help="For one wave.")]
Tool = Annotated[str | None, typer.Option(help="For one tool.")]


def report(
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="A day of the first week; 12 weeks by default."
        ),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option(
            "--to", formats=["%Y-%m-%d"], help="A day of the last week; last week by default."
        ),
    ] = None,
    format: Annotated[ReportFormat, typer.Option(help="How it is written.")] = ReportFormat.HTML,
    out: Annotated[
        Path | None, typer.Option(help="File to write; standard output by default.")
    ] = None,
    hour_worth: Annotated[
        float | None,
        typer.Option(min=0, help="What an hour of work is worth; the setting's by default."),
    ] = None,
    company: Annotated[str, typer.Option(help="The company's name, for the title.")] = "",
) -> None:
    """Write how adoption stands by wave, team and tool, against the targets.

    It counts whole weeks that are over.
    """
    from adoption.reports.report.html import report_as_html
    from adoption.reports.report.report import adoption_report
    from adoption.reports.report.sections import report_as_csv, report_as_json
    from adoption.reports.weeks import Week
    from bot.features.overrides.vocabulary import read_vocabulary

    settings, record = _record()
    newest = Week.of(datetime.now(UTC), settings.zone).previous
    to = min(Week.of_day(end.date()), newest) if end else newest
    since = Week.of_day(start.date()) if start else Week.of_day(to.monday - timedelta(weeks=11))
    if to < since:
        raise typer.BadParameter(f"the first week {since} lies after {to}, the last that is over")
    first, last = since.monday, to.sunday
    label = read_vocabulary(settings.override_reasons).label_of
    made = adoption_report(
        record.engine,
        first,
        last,
        settings.zone,
        record.minimum(settings.minimum_group),
        settings.hour_worth if hour_worth is None else hour_worth,
        company,
        label,
        settings.features_off,
    )
    written = {
        ReportFormat.HTML: report_as_html,
        ReportFormat.CSV: report_as_csv,
        ReportFormat.JSON: report_as_json,
    }
    text = written[format](made)
    if out is None:
        say(text.rstrip("\n"))
        return
    try:
        out.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written ({error.strerror})") from None
    say(f"The report from {first} to {last} is in {out}.")


@targets_app.command("set")
def set_target(
    measure: Annotated[
        str, typer.Argument(help="activated, weekly, monthly, habitual, acceptance or overrides.")
    ],
    per_cent: Annotated[float, typer.Argument(min=0, max=100, help="What it should reach.")],
    team: Team = None,
    wave: Wave = None,
    tool: Tool = None,
    by: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to reach it by.")
    ] = None,
) -> None:
    """Set a target, for all or for one team, wave or tool."""
    from adoption.reports.targets import Aim, Targets

    dimension, name = _whom(team, wave, tool)
    day: date | None = by.date() if by else None
    aim = Aim(measure, dimension, name, per_cent / 100, day)
    _, record = _record()
    Targets(record.engine).put(aim)
    say(f"Target set: {measure} {per_cent:g} % for {aim.whose}.")


@targets_app.command("list")
def list_targets() -> None:
    """Show every target."""
    from adoption.reports.targets import Targets

    _, record = _record()
    aims = Targets(record.engine).all()
    for aim in aims:
        by = f", by {aim.by}" if aim.by else ""
        say(f"{aim.measure} {aim.value * 100:g} % for {aim.whose}{by}")
    if not aims:
        say("No targets are set. Set one with `uptake targets set monthly 60`.")


@targets_app.command("remove")
def remove_target(
    measure: Annotated[str, typer.Argument(help="The measure of the target.")],
    team: Team = None,
    wave: Wave = None,
    tool: Tool = None,
) -> None:
    """Take a target away."""
    from adoption.reports.targets import Targets, whose

    dimension, name = _whom(team, wave, tool)
    _, record = _record()
    if not Targets(record.engine).remove(measure, dimension, name):
        raise typer.BadParameter(f"there is no target for {measure} of {whose(dimension, name)}")
    say("Target removed.")


def alerts(
    week: Annotated[
        str | None, typer.Option(help="ISO week like 2026-W47; last week by default.")
    ] = None,
) -> None:
    """Show what crossed a threshold in a week; exit code 1 where something did."""
    from adoption.reports.alerts import alerts_of
    from adoption.reports.digest.digest import weekly_digest
    from adoption.reports.rich_text import plain
    from adoption.reports.weeks import Week
    from adoption.usage.queries import UseReader

    settings, record = _record()
    wanted = Week.parse(week) if week else Week.of(datetime.now(UTC), settings.zone).previous
    minimum, sunday = record.minimum(settings.minimum_group), wanted.monday + timedelta(days=6)
    is_over = wanted.is_over(datetime.now(UTC), settings.zone)
    digest = weekly_digest(record, wanted, settings.zone, minimum, is_over=is_over)
    found = alerts_of(digest, UseReader(record.engine), sunday, minimum)
    for alert in found:
        say(f"{plain(alert.text)} {plain(alert.next_step)}")
    if found:
        raise typer.Exit(1)
    say(f"Nothing crossed a threshold in week {wanted}.")


def _whom(team: str | None, wave: str | None, tool: str | None) -> tuple[Dimension, str]:
    from adoption.reports.targets import Dimension

    given = [
        (dimension, name)
        for dimension, name in (
            (Dimension.TEAM, team),
            (Dimension.WAVE, wave),
            (Dimension.TOOL, tool),
        )
        if name
    ]
    if len(given) > 1:
        raise typer.BadParameter("name one of --team, --wave and --tool")
    return given[0] if given else (Dimension.ALL, "all")


def _record() -> tuple[Settings, Record]:
    from adoption.record import Record
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    return settings, Record.open(settings.record_url)
