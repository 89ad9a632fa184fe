"""The Messages tab, when somebody opens it."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltContext

from bot.container import Container
from bot.features.onboarding.jobs import Opened, messages_opened


def register(app: App, container: Container) -> None:
    """Connects the Messages tab."""

    def is_messages_tab(event: dict[str, Any]) -> bool:
        return bool(event.get("tab", "home") != "home")

    def opened(event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        account = f"{context.team_id}:{event['user']}"
        tab = Opened(account, str(event.get("channel") or ""))
        container.jobs.enqueue(messages_opened, tab, key=str(body["event_id"]))

    app.event("app_home_opened", matchers=[is_messages_tab])(opened)
