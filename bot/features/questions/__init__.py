"""Questions asked in Slack, and what becomes of them: edited, deleted, stopped."""

from slack_bolt import App

from bot.answering.jobs import JOBS as ANSWERING_JOBS
from bot.answering.late_answers import LATE_JOBS, schedules
from bot.container import Container
from bot.feature import Feature, Subcommand
from bot.features.questions import edit_listeners, listeners
from bot.features.questions.jobs import JOBS
from bot.texts import texts


def register(app: App, container: Container) -> None:
    """Connects all listeners."""
    edit_listeners.register(app, container)
    listeners.register(app, container)


FEATURE = Feature(
    register=register,
    jobs=(*ANSWERING_JOBS, *LATE_JOBS, *JOBS),
    schedules=lambda settings: schedules(),
    subcommands=(Subcommand("ask", listeners.asked, texts("questions")["help"]),),
)
