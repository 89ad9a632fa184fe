"""Tries everything without an account: the bot in a workspace on this computer."""

from __future__ import annotations

import time
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.container import Container
from bot.errors import PortTaken
from bot.features.digest.jobs import post_again
from bot.local.example import example_settings, make_example
from bot.local.example_company.cast import CAST, Part
from bot.local.example_company.company import Colleague
from bot.observability.setup import Instruments
from bot.serve import serve
from bot.settings import Settings
from bot.slack.manifest import manifest_path
from slack_emulator import LocalWorkspace
from slack_emulator.errors import WorkspaceError

USUAL_PORT = 8080
# People who ask for help here are heard there.
HELP_CHANNEL, STORIES_CHANNEL = "ai-help", "ai-stories"
# The programme team meets there; its digest, and what it decides on, comes there.
ADMIN_CHANNEL = "ai-programme"
# Slack waits three seconds; a small computer that does all of it itself is given more.
_PATIENCE = 10.0
MANIFEST = manifest_path()
COMPANY = "Northwind"
READY = "Uptake is ready. Press Ctrl-C to stop it."
ENTRANCE = """
The practice workspace is open at {url}
Ask Uptake a question there, and switch between people at the top right. Questions are logged
as they are in Slack, and `uptake digest` shows them. To use Uptake in Slack, see docs/slack.md;
to use it in this terminal, run `uptake run --terminal`.
"""
EXAMPLE_ENTRANCE = """
The practice workspace is open at {url}
It shows an example company: half a year of questions, use and stories, all made up. Ask Uptake a
question, and switch between people at the top right; Priya Raman runs the programme, and sees the
digest and the report in #{channel}. The example is in {folder}, apart from your own
record, and is made anew every week. `uptake run --empty` opens an empty workspace; to use Uptake
in Slack, see docs/slack.md.
"""


def try_out(
    settings: Settings,
    build: Callable[[Settings], Container],
    port: int | None,
    instruments: Instruments | None = None,
    empty: bool = False,
) -> None:
    """Opens a workspace and answers in it until a signal to stop arrives.

    Nothing but the address of the Web API and the tokens differs from answering in Slack. The
    workspace is gone at the end, and with it what was still to be answered; the record stays.

    Args:
        build: makes the container of some settings.
        empty: uses the real record, without the example company.

    Raises:
        PortTaken: something else listens on the port.
        AlreadyRunning: another bot works on the same data folder.
    """
    with _workspace(port, empty) as slack, TemporaryDirectory(prefix="uptake-") as jobs:
        container = build(settings) if empty else _with_example(settings, build, slack)
        container = replace(container, settings=_settings_for(container.settings, slack))
        print(_entrance(container.settings, slack, empty), flush=True)
        _show_in_browser(slack.url)
        jobs_url = f"sqlite:///{Path(jobs) / 'jobs.sqlite'}"
        serve(container, None, instruments, jobs_url, READY)


def _with_example(
    settings: Settings, build: Callable[[Settings], Container], slack: LocalWorkspace
) -> Container:
    """The container of the example company, which has its last digest still to post."""
    for part in CAST:
        if not part.is_there:
            slack.add_user(part.handle, part.name, title=part.title)
    apart = example_settings(settings)
    last = make_example(apart, _cast(slack), datetime.fromtimestamp(time.time(), UTC))
    container = build(apart)
    post_again(container, last)
    return container


def _cast(slack: LocalWorkspace) -> Sequence[Colleague]:
    return [_colleague(part, f"{slack.team_id}:{slack.user(part.handle).id}") for part in CAST]


def _colleague(part: Part, account: str) -> Colleague:
    address = f"{part.handle}@northwind.example"
    return Colleague(account, address, part.name, part.team, part.is_champion, part.is_admin)


def _entrance(settings: Settings, slack: LocalWorkspace, empty: bool) -> str:
    if empty:
        return ENTRANCE.format(url=slack.url)
    return EXAMPLE_ENTRANCE.format(url=slack.url, channel=ADMIN_CHANNEL, folder=settings.data_dir)


def _workspace(port: int | None, empty: bool) -> LocalWorkspace:
    name = COMPANY if empty else f"{COMPANY} (example)"

    def on(port: int) -> LocalWorkspace:
        return LocalWorkspace(MANIFEST, port=port, patience=_PATIENCE, name=name)

    try:
        return on(USUAL_PORT if port is None else port)
    except WorkspaceError as error:
        if port is not None:
            raise PortTaken(str(error)) from error
        return on(0)


def _settings_for(settings: Settings, slack: LocalWorkspace) -> Settings:
    slack.user("admin").invites("app", ADMIN_CHANNEL)
    return settings.model_copy(
        update={
            "slack_api_url": slack.api_url,
            "slack_bot_token": SecretStr(slack.bot_token),
            "slack_app_token": SecretStr(slack.app_token),
            "help_channel": slack.channel(HELP_CHANNEL),
            "stories_channel": slack.channel(STORIES_CHANNEL),
            "admin_channel": slack.channel(ADMIN_CHANNEL),
        }
    )


def _show_in_browser(url: str) -> None:
    """Opens the address in a window, where there are windows; never in this terminal."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is not webbrowser.GenericBrowser:
        browser.open(url)
