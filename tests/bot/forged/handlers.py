"""Every action, dialog, command and shortcut that the running app answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from bot.container import Container
from bot.features import features_of
from bot.features.commands.dispatch import COMMAND

# What comes from Slack itself, whoever caused it; tests/bot/test_events_by_person.py sends these.
EVENT = "event"


class Recorder:
    """Takes the place of Bolt's app while features connect their listeners, and notes which."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], re.Pattern[str]] = {}

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        def connects(constraint: str | re.Pattern[str], **_: Any) -> Callable[[Any], Any]:
            exact = isinstance(constraint, str)
            pattern = re.compile(f"^{re.escape(constraint)}$" if exact else constraint)
            self.found[(kind, pattern.pattern)] = pattern
            return lambda listener: listener

        return connects


def handlers(container: Container) -> dict[tuple[str, str], re.Pattern[str]]:
    """Which names each listener answers, by kind (`action`, `view`, ...) and pattern."""
    recorder = Recorder()
    for feature in features_of(container.settings):
        feature.register(recorder, container)  # type: ignore[arg-type]
    found = {key: name for key, name in recorder.found.items() if key[0] != EVENT}
    words = {word for feature in features_of(container.settings) for word in _words(feature)}
    return found | {("command", f"{COMMAND} {word}"): re.compile(f"^{word}$") for word in words}


def _words(feature: Any) -> Iterator[str]:
    return (each.word for each in feature.subcommands)
