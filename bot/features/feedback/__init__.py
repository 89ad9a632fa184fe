"""Feedback on a tool or the programme."""

from bot.feature import Feature, Subcommand
from bot.features.feedback.jobs import JOBS
from bot.features.feedback.listeners import asked, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    subcommands=(Subcommand("feedback", asked, texts("feedback")["help"]),),
)
