"""What comes from Slack, turned into calls; one small module a surface."""

from __future__ import annotations

from slack_bolt import App

from bot.desk import Desk
from bot.jobs import Jobs
from bot.listeners import (
    channels,
    commands,
    feedback,
    help,
    overrides,
    privacy,
    questions,
    reasons,
    savings,
    thumbs,
)


def register_listeners(app: App, jobs: Jobs, desk: Desk) -> None:
    """Connects every surface of the Slack app with the jobs."""
    # What is said in a help thread, or where the app is to be silent, is no question.
    help.register(app, desk)
    channels.register(app, jobs, desk)
    questions.register(app, jobs)
    thumbs.register(app, jobs, desk.savings)
    reasons.register(app, jobs)
    savings.register(app, desk)
    overrides.register(app, desk)
    feedback.register(app, desk)
    privacy.register(app, desk)
    commands.register(app, desk)
