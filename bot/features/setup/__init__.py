"""Setting up: what is done, what is missing, and a dialog for each step."""

from bot.feature import Feature
from bot.features.setup.listeners import register

FEATURE = Feature(register=register)
