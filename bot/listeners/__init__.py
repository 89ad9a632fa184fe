"""What comes from Slack, turned into calls; one small module a surface."""

from __future__ import annotations

from slack_bolt import App

from bot.jobs import Jobs
from bot.listeners import questions, reasons, threads, thumbs


def register_listeners(app: App, jobs: Jobs) -> None:
    """Connects every surface of the Slack app with the jobs."""
    # Bolt hands an event to the first listener that takes it, so threads come first.
    threads.register(app, jobs)
    questions.register(app, jobs)
    thumbs.register(app, jobs)
    reasons.register(app, jobs)
