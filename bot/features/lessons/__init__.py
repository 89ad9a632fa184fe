"""What people taught the search: seen, approved and revoked by admins."""

from bot.feature import Feature, Subcommand
from bot.features.lessons.home import home
from bot.features.lessons.jobs import JOBS
from bot.features.lessons.listeners import asked, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    subcommands=(Subcommand("taught", asked, texts("lessons")["help"], for_admins=True),),
    home=home,
)
