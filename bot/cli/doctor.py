"""`uptake doctor`: says what is configured, reachable and indexed, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from bot.local.plain_text import shown
from uptake import UptakeError

if TYPE_CHECKING:
    from bot.settings import Settings


@dataclass(frozen=True)
class Finding:
    """A line of the doctor's output.

    Attributes:
        fine: True, False, or None where there is nothing to check.
        says: what is the case and, if it is not fine, what to do.
    """

    what: str
    fine: bool | None
    says: str


def doctor() -> None:
    """Check the settings, the record, the index, the models and Slack."""
    from rich.console import Console
    from rich.text import Text

    from bot.cli.console import quiet
    from bot.settings import read_settings

    settings = read_settings()
    quiet("ERROR")
    console = Console()
    failing = False
    for finding in examine(settings):
        mark = {True: "ok  ", False: "FAIL", None: "–   "}[finding.fine]
        line = Text(shown(f"{mark}  {finding.what:<10} {finding.says}"))
        console.print(line, soft_wrap=True)
        failing = failing or finding.fine is False
    if failing:
        raise typer.Exit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """Checks every part in turn, also after one has failed."""
    for what, look in PARTS:
        try:
            yield look(settings)
        except UptakeError as error:
            yield Finding(what, False, str(error))


def _record(settings: Settings) -> Finding:
    from adoption.record import Record
    from bot.data_folder import make_data_dir

    make_data_dir(settings)
    record = Record.open(settings.record_url)
    where = record.engine.url.render_as_string()
    digest = record.notices.last("digest-")
    record.close()
    last = "" if digest is None else f"; last digest posted {digest[1]:%Y-%m-%d %H:%M} UTC"
    return Finding("record", True, f"{where}{last}")


def _index(settings: Settings) -> Finding:
    from bot.app import open_index
    from knowledge.encoding.encoder import Encoder

    index = open_index(settings, Encoder(settings.embedding_model))
    version = index.live()
    if version is None or not version.passages:
        return Finding("index", False, "Nothing is indexed yet. Run `uptake ingest`.")
    index.snapshot()
    says = f"{version.passages} passages, version {version.name}, made {version.made_at}"
    return Finding("index", True, says)


def _encoder(settings: Settings) -> Finding:
    from knowledge.encoding.encoder import Encoder

    size = len(Encoder(settings.embedding_model).embed_query("ready?"))
    return Finding("encoder", True, f"{settings.embedding_model}, {size} dimensions")


def _reranker(settings: Settings) -> Finding:
    from bot.app import reranker_of

    reranker = reranker_of(settings)
    if reranker is None:
        says = "none set (UPTAKE_RERANKER): passages are shown in the order in which they are found"
        return Finding("reranker", None, says)
    reranker.check()
    return Finding("reranker", True, f"{reranker.name} is loaded and gives scores")


def _model(settings: Settings) -> Finding:
    from bot.answering.language_model import patience_of
    from knowledge.llm.model import Model

    if settings.model is None:
        return Finding("model", None, "none set (UPTAKE_MODEL): answers are quoted passages")
    Model.of(settings.model, patience_of(settings))
    says = f"{settings.model} is set up; it has not been asked anything. {_used(settings)}"
    return Finding("model", True, says)


def _used(settings: Settings) -> str:
    from adoption.record import Record
    from bot.answering.language_model import spending_of, today_of

    record = Record.open(settings.record_url)
    try:
        used = spending_of(record).of_day(today_of(settings))
    finally:
        record.close()
    cost = f", cost {used.cost:.2f}" if used.cost else ""
    return f"Used today: {used.tokens} tokens{cost}"


def _slack(settings: Settings) -> Finding:
    from bot.app import slack_gateway
    from bot.slack.errors import SlackError, SlackRefused

    if settings.slack_bot_token is None:
        says = "no SLACK_BOT_TOKEN: `uptake run` opens the practice workspace in your browser"
        return Finding("slack", None, says)
    try:
        return Finding("slack", True, slack_gateway(settings).name)
    except SlackRefused as error:
        says = f"Slack refuses the bot token ({error.code}). Check SLACK_BOT_TOKEN."
    except SlackError:
        says = f"No answer from {settings.slack_api_url}. Check the network."
    return Finding("slack", False, says)


def _usage(settings: Settings) -> Finding:
    from adoption.record import Record
    from adoption.usage.tokens import ToolTokens

    if settings.usage_port is None:
        says = "no UPTAKE_USAGE_PORT: tools report their use only to `uptake run --http`"
        return Finding("usage", None, says)
    record = Record.open(settings.record_url)
    try:
        tools = ToolTokens(record.engine).tools()
    finally:
        record.close()
    where = f"POST /v1/usage on port {settings.usage_port}"
    if not tools:
        says = f"{where}, but no tool has a token. Make one with `uptake token TOOL`."
        return Finding("usage", False, says)
    made = [f"{tool} ({at:%Y-%m-%d})" for tool, at in tools.items()]
    return Finding("usage", True, f"{where}; tokens for {', '.join(made)}")


PARTS: list[tuple[str, Callable[[Settings], Finding]]] = [
    ("record", _record),
    ("index", _index),
    ("encoder", _encoder),
    ("reranker", _reranker),
    ("model", _model),
    ("slack", _slack),
    ("usage", _usage),
]
