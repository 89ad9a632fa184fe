"""What comes from Slack, turned into calls; one small module a surface."""

from __future__ import annotations

from functools import partial

from slack_bolt import App

from bot.answering.jobs import Jobs
from bot.features.channels import listeners as channels
from bot.features.desk import Desk
from bot.features.digest import listeners as admin
from bot.features.faqs import listeners as faqs
from bot.features.feedback import listeners as feedback
from bot.features.guides import listeners as guides
from bot.features.handoff import listeners as help
from bot.features.home import listeners as home
from bot.features.office import Office
from bot.features.overrides import listeners as overrides
from bot.features.privacy import listeners as privacy
from bot.features.questions import edit_listeners as changes
from bot.features.questions import listeners as questions
from bot.features.questions import thread_listeners as threads
from bot.features.ratings import listeners as thumbs
from bot.features.ratings import reason_listeners as reasons
from bot.features.ratings import saving_listeners as savings
from bot.features.stories import listeners as stories
from bot.slack import commands


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
