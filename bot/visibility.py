"""Who may see a text: the one place that decides it, for questions and for every post.

A text carries the audiences of the guides that it quotes, and the guides themselves: they may be
restricted after the text was written. Where it is shown, everybody present must be among them. The
gateway to Slack asks before it sends anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

from bot.slack.errors import SlackRefused
from bot.slack.gateway import SlackGateway
from bot.slack.identity import Admins, user_of
from bot.slack.messages import GUIDE, PUBLIC, OfGuide, Place, is_person, only_for, readers_of
from ingest.parse.audiences import ADMINS, CHAMPIONS
from knowledge.answers.answer import Answer

log = logging.getLogger(__name__)

_CHANNEL = "channel:"
_DIRECT = "D"
# A guide that was deleted, left out or hidden is quoted nowhere.
_GONE = "nobody"


def audiences_of(answer: Answer | None) -> frozenset[str]:
    """The audiences of everything that an answer is put from, and the guides that it is put from.

    A language model may put words of one passage under the number of another.
    """
    guides: tuple[OfGuide, ...] = (*answer.citations, *answer.read) if answer else ()
    return PUBLIC.union(*map(readers_of, guides))


class Visibility:
    """Decides which audiences everybody at a place belongs to.

    Args:
        is_champion: whether an account is a champion's.
        slack: says who is where; shows nothing.
        guides: the audience of each guide of the live index, by its source.
    """

    def __init__(
        self,
        admins: Admins,
        is_champion: Callable[[str], bool],
        slack: SlackGateway,
        guides: Callable[[], Mapping[str, str]],
    ) -> None:
        self._admins = admins
        self._is_champion = is_champion
        self._slack = slack
        self._guides = guides

    def may_be_shown(self, audiences: Iterable[str], place: Place) -> bool:
        """Whether everybody who sees a place may read a text for these audiences.

        Raises:
            SlackError: Slack does not say now who sees it.
        """
        restricted = self._by_now(audiences) - PUBLIC
        return restricted == self.readable_at(restricted, place)

    def is_public(self, audiences: Iterable[str]) -> bool:
        """Whether everyone may read a text for these audiences, wherever it is shown."""
        return self._by_now(audiences) <= PUBLIC

    def _by_now(self, audiences: Iterable[str]) -> frozenset[str]:
        """The audiences, with each guide replaced by whom it is for now."""
        given = frozenset(audiences)
        named = {each for each in given if each.startswith(GUIDE)}
        if not named:
            return given
        guides = self._guides()
        return (given - named) | {guides.get(each.removeprefix(GUIDE), _GONE) for each in named}

    def readable_at(self, audiences: Iterable[str], place: Place) -> frozenset[str]:
        """Those of these audiences that everybody who sees a place belongs to.

        A channel's own guides may be shown in that channel; every other restriction keeps a text
        out of channels, whoever is in them at the moment. Unknown audiences are kept from
        everybody.

        Raises:
            SlackError: Slack does not say now who sees it.
        """
        asked = frozenset(audiences)
        restricted = asked - PUBLIC
        if not restricted:
            return asked
        there = asked & (PUBLIC | {f"{_CHANNEL}{place.channel}"})
        reader = self._reader_at(place)
        return there | self._readable_by(reader, restricted) if reader else there

    def sees(self, account: str, channel: str) -> bool:
        """Whether somebody can read a channel, whatever a payload says of where they are.

        Raises:
            SlackError: Slack does not say now who is there.
        """
        user = user_of(account)
        if not user or account != self._admins.account_of(user):
            return False
        try:
            if channel.startswith(_DIRECT):
                return self._slack.direct(user) == channel
            found = self._slack.channel(channel)
            is_public = found.get("is_channel") and not found.get("is_private")
            if is_public and self._admins.is_member(account):
                return True
            return user in self._slack.members(channel)
        except SlackRefused as error:
            log.warning("Slack does not say who is there: %s", error.code)
            return False

    def _reader_at(self, place: Place) -> str:
        """The one person who sees a place; empty where several may."""
        if place.only_for:
            return place.only_for
        if is_person(place.channel):
            return place.channel
        # Who is said to read a direct conversation is believed only if it is theirs.
        direct = place.channel.startswith(_DIRECT) and place.reader
        return place.reader if direct and self._slack.direct(place.reader) == place.channel else ""

    def _readable_by(self, user: str, restricted: frozenset[str]) -> frozenset[str]:
        account = self._admins.account_of(user)
        return (restricted & only_for(account)) | self._role_of(account, restricted)

    def _role_of(self, account: str, restricted: frozenset[str]) -> frozenset[str]:
        named = restricted & {ADMINS, CHAMPIONS}
        try:
            if not named or not self._admins.is_member(account):
                return frozenset()
            if self._admins.is_admin(account):
                return named
        except SlackRefused as error:
            # Whom Slack does not know is shown what everyone may read.
            log.warning("Slack does not say who reads it: %s", error.code)
            return frozenset()
        return named & {CHAMPIONS} if self._is_champion(account) else frozenset()
