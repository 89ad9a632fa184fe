"""Views as Slack returns them: checked, with the ids and values it adds."""

from __future__ import annotations

from slack_emulator.blockkit import check_view
from slack_emulator.models import Json
from slack_emulator.platform.block_ids import with_ids
from slack_emulator.state import State


def prepared_view(state: State, view: object, *kinds: str) -> Json:
    """Check a view the app sent and add what Slack adds: ids of the app, empty values.

    Raises:
        SlackError: `invalid_arguments` with the places of the faults, or where the view is not of
            one of the kinds; modals alone by default.
    """
    made = check_view(view, *kinds)
    directory = state.directory
    return {
        "callback_id": "",
        "external_id": "",
        "private_metadata": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "title": None,
        "submit": None,
        "close": None,
        **made,
        "blocks": with_ids(made["blocks"], state.core),
        "team_id": directory.team_id,
        "app_id": directory.app.app_id,
        "app_installed_team_id": directory.team_id,
        "bot_id": directory.app.bot_id,
        "state": {"values": {}},
    }
