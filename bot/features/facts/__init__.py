"""What the record knows of whoever asks: their champion, tools and wave; and who owns a tool."""

from slack_bolt import App

from bot.container import Container
from bot.feature import Feature
from bot.features.facts.answers import FACTS


def _no_listeners(app: App, container: Container) -> None:
    """Questions come in like any other."""


FEATURE = Feature(register=_no_listeners, facts=FACTS)
