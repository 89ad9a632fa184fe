"""The commands of the terminal; each imports what it needs when it is called."""

from __future__ import annotations

import atexit
import gc
import sys
from typing import NoReturn

import typer

from bot.cli import ask, doctor, evaluate, manifest, mcp, run
from bot.cli.guides import content, index, ingest, sources
from bot.cli.record import (
    audit,
    backup,
    digest,
    feedback,
    imports,
    measures,
    rollout,
    token,
    tools,
    training,
)
from bot.cli.supervisor import ends_for_good
from bot.local.plain_text import say
from uptake import UptakeError, __version__

app = typer.Typer(
    name="uptake",
    help="The Slack assistant that helps a company adopt its AI tools.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("ask")(ask.ask)
app.command("ingest")(ingest.ingest)
app.command("audit")(audit.audit)
app.command("digest")(digest.digest)
app.command("manifest")(manifest.manifest)
app.command("mcp")(mcp.mcp)
app.command("doctor")(doctor.doctor)
app.command("eval")(evaluate.evaluate)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("move-record")(backup.move_record)
app.command("forget")(backup.forget)
app.add_typer(imports.app, name="import")
app.command("report")(measures.report)
app.add_typer(measures.targets_app, name="targets")
app.command("alerts")(measures.alerts)
app.command("rollout")(rollout.rollout)
app.command("token")(token.token)
app.command("content")(content.content)
app.command("feedback")(feedback.feedback)
app.add_typer(tools.app, name="tools")
app.add_typer(training.app, name="training")
app.add_typer(index.app, name="index")
app.add_typer(sources.app, name="sources")

# New objects before the young ones are searched for cycles, and how often the older ones are.
COLLECTED_AFTER = (50_000, 20, 50)


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),
) -> None:
    if version:
        say(__version__)
        raise typer.Exit


def main() -> NoReturn:
    """Runs the command line; a person's mistake is one sentence and exit code 2."""
    # Python looks for cycles in all that was imported again and again, and at the end once more.
    gc.set_threshold(*COLLECTED_AFTER)
    atexit.register(gc.freeze)
    with ends_for_good():
        _run_command()
    sys.exit(0)


def _run_command() -> None:
    try:
        app(standalone_mode=True)
    except UptakeError as error:
        say(f"uptake: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    # Databases and disks fail in many ways; what is none of theirs is a fault of ours.
    except Exception as error:
        from bot.maintenance.storage_errors import sentence

        says = sentence(error)
        if says is None:
            raise
        say(f"uptake: {says}", err=True)
        sys.exit(2)
