"""Home, when somebody opens it."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltContext

from bot.container import Container
from bot.features.home.jobs import Opened, home_opened


def register(app: App, container: Container) -> None:
    """Connects Home."""

    def is_home(event: dict[str, Any]) -> bool:
        return bool(event.get("tab", "home") == "home")

    def opened(event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        account = f"{context.team_id}:{event['user']}"
        container.jobs.enqueue(home_opened, Opened(account), key=str(body["event_id"]))

    app.event("app_home_opened", matchers=[is_home])(opened)
    # What somebody looks at comes with their question as well.
    app.event("app_context_changed")(lambda: None)
