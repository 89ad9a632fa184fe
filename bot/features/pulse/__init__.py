"""The pulse: five statements, answered without a name, by team and wave."""

from bot.feature import Feature, Subcommand
from bot.features.pulse.home import pulse_home
from bot.features.pulse.jobs import JOBS, schedules
from bot.features.pulse.listeners import asked, register
from bot.settings import OptionalFeature
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    schedules=schedules,
    subcommands=(Subcommand("pulse", asked, texts("pulse")["help"]),),
    home=pulse_home,
    optional=OptionalFeature.PULSE,
)
