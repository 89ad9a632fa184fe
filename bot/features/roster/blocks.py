"""The dialog that imports people."""

from __future__ import annotations

from slack_sdk.models.views import View

from bot.slack.blocks import context, modal, section
from bot.texts import texts

ROSTER_DIALOG = "roster_import"


def roster_dialog() -> View:
    """Offers an import from Slack, and says how to import a file."""
    say = texts("roster")
    return modal(
        ROSTER_DIALOG,
        say["title"],
        [
            section(say["from_slack"]),
            context(say["every_day"]),
            section(say["from_file"]),
            section(f"```{say['line']}```"),
            context(say["dry_run"]),
        ],
        submit=say["submit"],
    )
