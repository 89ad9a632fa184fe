"""The commands of the terminal; each imports what it needs when it is called."""

from __future__ import annotations

import atexit
import gc
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

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
from bot.local.plain_text import say, shown_lines
from uptake import UptakeError, __version__


class _PlainErrors(TyperGroup):
    """Prints what is wrong with a command without anything that a terminal would act on."""

    def make_context(self, *args: Any, **more: Any) -> Any:
        """Reads the arguments of the group."""
        with _plain_errors():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:
        """Reads the arguments of a command, and runs it."""
        with _plain_errors():
            return super().invoke(ctx)


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except typer.TyperException as error:
        # Most repeat what was typed.
        error.message = shown_lines(error.message)
        raise


app = typer.Typer(
    name="uptake",
    cls=_PlainErrors,
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
    sys.excepthook = say_trace
    threading.excepthook = lambda fault: say_trace(fault.exc_type, fault.exc_value)
    with ends_for_good():
        _run_command()
    sys.exit(0)


def say_trace(kind: type[BaseException], error: BaseException | None, *_: Any) -> None:
    """Prints a fault of ours, whose message may hold a text from outside."""
    say("".join(traceback.format_exception(error) if error else [kind.__name__]), err=True)


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
