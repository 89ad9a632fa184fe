"""How the app behaves in each channel."""

from bot.feature import Feature, Subcommand
from bot.features.channels.jobs import JOBS
from bot.features.channels.listeners import asked, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    subcommands=(Subcommand("channel", asked, texts("channels")["help"]),),
)
