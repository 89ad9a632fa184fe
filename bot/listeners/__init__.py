"""What comes from Slack, turned into calls; one small module a surface."""

from __future__ import annotations

from slack_bolt import App

from bot.jobs import Jobs
from bot.listeners import admin, commands, home, questions, reasons, stories, threads, thumbs
from bot.programme.office import Office


def register_listeners(app: App, jobs: Jobs, office: Office | None = None) -> None:
    """Connects every surface of the Slack app with the jobs and the programme's deeds."""
    # Bolt hands an event to the first listener that takes it, so threads come first.
    threads.register(app, jobs)
    questions.register(app, jobs)
    thumbs.register(app, jobs)
    reasons.register(app, jobs)
    commands.listen(app)
    if office is not None:
        stories.register(app, office)
        home.register(app, office)
        admin.register(app, office)
