"""What comes from Slack, turned into calls; one small module a surface."""

from __future__ import annotations

from functools import partial

from slack_bolt import App

from bot.desk import Desk
from bot.jobs import Jobs
from bot.listeners import (
    admin,
    changes,
    channels,
    commands,
    faqs,
    feedback,
    guides,
    help,
    home,
    overrides,
    privacy,
    questions,
    reasons,
    savings,
    stories,
    threads,
    thumbs,
)
from bot.programme.office import Office


def register_listeners(app: App, jobs: Jobs, desk: Desk, office: Office | None = None) -> None:
    """Connects every surface of the Slack app with the jobs, the desk and the programme."""
    # Bolt hands an event to the first listener that takes it. What is said in a help thread, or
    # where the app is to be silent, is no question; what is asked in a thread needs no mention.
    help.register(app, desk)
    changes.register(app, jobs, desk)
    channels.register(app, jobs, desk)
    threads.register(app, jobs)
    questions.register(app, jobs)
    thumbs.register(app, jobs, desk.savings)
    reasons.register(app, jobs)
    savings.register(app, desk)
    overrides.register(app, desk)
    feedback.register(app, desk)
    privacy.register(app, desk)
    if office is not None:
        desk.help.changed = partial(help.changed, office)
        stories.register(app, office)
        faqs.register(app, office)
        guides.register(app, office)
        home.register(app, office)
        admin.register(app, office)
    commands.listen(app, desk)
