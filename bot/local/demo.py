"""Tries everything without an account: the bot in a workspace on this computer."""

from __future__ import annotations

import webbrowser
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.container import Container
from bot.errors import PortTaken
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
READY = "Uptake is ready. Press Ctrl-C to stop it."
ENTRANCE = """
The practice workspace is open at {url}
Ask Uptake a question there, and switch between people at the top right. Questions are logged
as they are in Slack, and `uptake digest` shows them. To use Uptake in Slack, see docs/slack.md;
to use it in this terminal, run `uptake run --terminal`.
"""


def try_out(container: Container, port: int | None, instruments: Instruments | None = None) -> None:
    """Opens a workspace and answers in it until a signal to stop arrives.

    Nothing but the address of the Web API and the tokens differs from answering in Slack. The
    workspace is gone at the end, and with it what was still to be answered; the record stays.

    Raises:
        PortTaken: something else listens on the port.
    """
    with _workspace(port) as slack, TemporaryDirectory(prefix="uptake-") as jobs:
        settings = _settings_for(container.settings, slack)
        print(ENTRANCE.format(url=slack.url), flush=True)
        _show_in_browser(slack.url)
        jobs_url = f"sqlite:///{Path(jobs) / 'jobs.sqlite'}"
        serve(replace(container, settings=settings), None, instruments, jobs_url, READY)


def _workspace(port: int | None) -> LocalWorkspace:
    try:
        usual = USUAL_PORT if port is None else port
        return LocalWorkspace(MANIFEST, port=usual, patience=_PATIENCE)
    except WorkspaceError as error:
        if port is not None:
            raise PortTaken(str(error)) from error
        return LocalWorkspace(MANIFEST, port=0, patience=_PATIENCE)


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
