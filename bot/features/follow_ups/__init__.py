"""Follow-ups two and six weeks after people got the tools or had a training."""

from bot.feature import Feature
from bot.features.follow_ups.home import follow_ups_home
from bot.features.follow_ups.jobs import JOBS, schedules
from bot.features.follow_ups.listeners import register
from bot.settings import OptionalFeature

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    schedules=schedules,
    home=follow_ups_home,
    optional=OptionalFeature.FOLLOW_UPS,
)
