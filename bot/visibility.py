"""Who may see a text: the one place that decides it, for questions and for every post.

A text carries the audiences of the guides that it quotes. Where it is shown, everybody present
must be among them.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.container import Container
from bot.slack.identity import user_of
from bot.slack.messages import Place
from ingest.parse.audiences import ADMINS, CHAMPIONS
from knowledge.answers.answer import Answer
from knowledge.index.passages import EVERYONE

_CHANNEL = "channel:"
_PEOPLE = ("U", "W")


def audiences_of(answer: Answer | None) -> frozenset[str]:
    """The audiences of everything that an answer quotes."""
    return frozenset(each.audience for each in answer.citations) if answer else frozenset()


def may_be_shown(container: Container, audiences: Iterable[str], place: Place) -> bool:
    """Whether everybody who sees a place may read a text for these audiences.

    A channel's own guides may be shown in that channel; every other restriction keeps a text out
    of channels, whoever is in them at the moment. Unknown audiences are kept from everybody.

    Raises:
        SlackError: Slack does not say who is an admin.
    """
    restricted = frozenset(audiences) - {EVERYONE}
    if not restricted:
        return True
    reader = place.only_for or (place.channel if place.channel.startswith(_PEOPLE) else "")
    if reader:
        account = f"{container.slack.team}:{reader}"
        return restricted <= readable_by(container, account, restricted)
    return restricted <= {f"{_CHANNEL}{place.channel}"}


def readable_by(container: Container, account: str, audiences: Iterable[str]) -> frozenset[str]:
    """Those of these audiences whose guides somebody may read by themselves.

    Raises:
        SlackError: Slack does not say who is an admin.
    """
    asked = frozenset(audiences) & {ADMINS, CHAMPIONS}
    if not asked:
        return frozenset()
    if container.admins.is_admin(user_of(account)):
        return asked
    if CHAMPIONS in asked and container.record.roles.champion(account) is not None:
        return frozenset({CHAMPIONS})
    return frozenset()
