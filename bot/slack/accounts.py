"""The old name of a part of `bot.slack.identity`."""

from bot.slack.identity import account_of, is_alone, is_colleague, place_of

__all__ = ["account_of", "is_alone", "is_colleague", "place_of"]
