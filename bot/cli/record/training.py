"""`uptake training`: courses and sessions from a file, what is planned, and who came."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say, shown

if TYPE_CHECKING:
    from adoption.record import Record
    from bot.settings import Settings

app = typer.Typer(help="Courses, sessions and who came.", no_args_is_help=True)

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what a file holds, and store nothing.")
]


@app.command("import")
def import_catalogue(
    file: Annotated[Path, typer.Argument(help="TOML or CSV; docs/for-admins.md shows both.")],
    dry_run: DryRun = False,
) -> None:
    """Import courses and sessions: all of the file, or nothing where something is wrong.

    Whoever has a seat in a session that the file moves gets a message from the running bot.
    """
    from adoption.training.catalogue import Planned
    from adoption.training.catalogue_file import read_catalogue

    record, settings = _opened()
    training = record.training
    courses = training.catalogue.courses()
    read = read_catalogue(file, training.learners.account, settings.timezone, courses)
    if dry_run:
        say(f"{len(read.courses)} courses, {len(read.plans)} sessions. Nothing was stored.")
        return
    kept = training.catalogue.put_courses(read.courses)
    now = datetime.now(UTC)
    came = Counter(training.catalogue.plan(plan, now) for plan in read.plans)
    record.close()
    say(f"Courses: {kept.new} new, {kept.changed} changed, {kept.unchanged} as before.")
    say(
        f"Sessions: {came[Planned.NEW]} new, {came[Planned.MOVED]} moved, "
        f"{came[Planned.CHANGED]} changed, {came[Planned.UNCHANGED]} as before."
    )
    if came[Planned.CANCELLED]:
        say(
            f"{came[Planned.CANCELLED]} sessions were cancelled before and stay so; "
            "give one that takes place after all another id.",
            err=True,
        )


@app.command("list")
def list_sessions(
    past: Annotated[bool, typer.Option("--past", help="Also those of the last 90 days.")] = False,
) -> None:
    """List the sessions to come, with their ids and how full they are."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    record, settings = _opened()
    since = datetime.now(UTC) - timedelta(days=90 if past else 0)
    sessions = record.training.catalogue.sessions(since, cancelled=True)
    taken = record.training.seats.taken([each.id for each in sessions])
    record.close()
    table = Table(box=None, pad_edge=False)
    for name in ("session", "course", "tier", "begins", "seats", "waiting", "state"):
        table.add_column(name, overflow="fold")
    for each in sessions:
        begins = f"{each.starts_at.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        full = f"{taken[each.id].seats} of {each.plan.seats}"
        state = "cancelled" if each.is_cancelled else "marked" if each.attendance_at else ""
        cells = (each.id, each.course.title, each.course.tier, begins, full)
        rest = (str(taken[each.id].waiting or ""), state)
        table.add_row(*(Text(shown(cell)) for cell in (*cells, *rest)))
    Console().print(table)
    if not sessions:
        say("No session is planned.")


@app.command()
def attendance(
    session: Annotated[str, typer.Argument(help="The session's id, as `list` shows it.")],
    file: Annotated[Path, typer.Argument(help="CSV of a Teams or Zoom meeting, or of an LMS.")],
    dry_run: DryRun = False,
) -> None:
    """Import who came; whoever has a seat and is not in the file was absent."""
    from adoption.training.attendance import Marked
    from adoption.training.attendance_file import read_attendance

    record, _ = _opened()
    training = record.training
    found = training.catalogue.session(session)
    if found is None:
        raise typer.BadParameter(f"there is no session {session}; `uptake training list --past`")
    read = read_attendance(file, found.plan.minutes)
    known = training.attendance.known(read.came)
    if not dry_run:
        done = training.attendance.mark(session, known, datetime.now(UTC))
        if done is not Marked.DONE:
            raise typer.BadParameter(f"session {session} has not begun, or was cancelled")
    record.close()
    stored = "Nothing was stored." if dry_run else "Stored."
    say(f"{len(known)} people came, {len(read.left_early)} left before half of it. {stored}")
    for fault in read.faults:
        say(shown(f"  {fault}"), err=True)
    if unknown := sorted(set(read.came) - known):
        names = shown(", ".join(unknown[:10]))
        say(f"{len(unknown)} people are not on the roster: {names}", err=True)
    if unknown or read.faults:
        raise typer.Exit(1)


def _opened() -> tuple[Record, Settings]:
    from adoption.record import Record
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    return Record.open(settings.record_url), settings
