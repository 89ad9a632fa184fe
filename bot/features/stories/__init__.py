"""Success stories: written, reviewed, posted, and cited in answers."""

from bot.feature import Feature, Subcommand
from bot.features.stories.jobs import JOBS
from bot.features.stories.listeners import asked, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    subcommands=(Subcommand("story", asked, texts("stories")["help"]),),
)
