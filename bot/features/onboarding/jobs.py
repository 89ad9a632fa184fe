"""The first words to whoever comes for the first time, and what the Messages tab suggests."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.features.office import Office
from bot.features.onboarding.blocks import Checked, newcomer_message, welcome_message
from bot.features.onboarding.suggestions import Asker, suggestions_for
from bot.jobs.deeds import Deed
from bot.slack.blocks.parts import user_of
from bot.tools import tools_in_guides
from knowledge.answers.answerer import Answerer
from knowledge.errors import IndexEmpty, IndexUnavailable
from knowledge.index.index import Index


def greet(office: Office, deed: Deed, account: str) -> None:
    """Has somebody greeted who opened the app, unless they were before."""
    team = account.partition(":")[0]
    is_admin = deed.step("may", office.admins.knows, user_of(account))
    keys = [f"installed:{team}", f"newcomer:{account}", f"champion:{account}"]
    said = deed.step("said", lambda: [office.record.notices.is_posted(key) for key in keys])
    if is_admin and not said[0]:
        office.deeds.take(keys[0], "installed", account=account)
    elif not said[1]:
        office.deeds.take(keys[1], "newcomer", account=account)
    # Whom the roster calls a champion, nobody has greeted as one yet.
    if not said[2] and deed.step("champion", _is_champion, office, account):
        office.deeds.take(keys[2], "champion_greeted", account=account)


def _is_champion(office: Office, account: str) -> bool:
    return office.roles.champion(account) is not None


class _Known:
    """Which questions the guides answer, looked up once for each version of the index."""

    def __init__(self, answerer: Answerer, index: Index) -> None:
        self._answerer = answerer
        self._index = index
        self._known: tuple[str, dict[str, bool]] = ("", {})

    def __call__(self, question: str) -> bool:
        try:
            version = self._index.snapshot().version
        except (IndexEmpty, IndexUnavailable):
            return False
        if version != self._known[0]:
            self._known = (version, {})
        known = self._known[1]
        if question not in known:
            known[question] = self._answerer.knows(question)
        return known[question]


class GreetingDeeds:
    """The deeds of greeting people."""

    def __init__(self, office: Office, answerer: Answerer) -> None:
        self._office = office
        self._answers = _Known(answerer, office.index)
        office.deeds.on("messages_opened", self._opened)
        office.deeds.on("newcomer", self._newcomer)
        office.deeds.on("installed", self._installed)

    def _opened(self, deed: Deed) -> None:
        """Greets who is new, and suggests what to ask, where the tab was opened."""
        account, channel = deed.values["account"], deed.values["channel"]
        # First, for what is suggested may wait until the model is loaded: a greeting that came
        # after somebody's first answer would stand in its way.
        greet(self._office, deed, account)
        found = deed.step("suggestions", self._suggestions, account)
        if found["questions"]:
            deed.step("suggest", self._office.courier.suggest, channel, **found)

    def _suggestions(self, account: str) -> dict[str, Any]:
        office = self._office
        guided = {name.casefold() for name in tools_in_guides(office.index)}
        own = office.record.tools.of(account)
        asker = Asker(
            [name for name in own if name.casefold() in guided],
            _is_champion(office, account),
            office.admins.knows(user_of(account)),
        )
        return asdict(suggestions_for(asker, self._answers))

    def _newcomer(self, deed: Deed) -> None:
        account = deed.values["account"]
        self._office.post(deed, "greet", user_of(account), newcomer_message())
        deed.step(
            "said", self._office.record.notices.add, f"newcomer:{account}", self._office.now()
        )

    def _installed(self, deed: Deed) -> None:
        office, account = self._office, deed.values["account"]
        checks = deed.step("checks", self._checks)
        office.post(
            deed,
            "greet",
            user_of(account),
            welcome_message([Checked(what, done, how) for what, done, how in checks]),
        )
        # In this order: who opens a tab between the two is not greeted as a newcomer as well.
        for key in (f"newcomer:{account}", f"installed:{account.partition(':')[0]}"):
            deed.step("said", office.record.notices.add, key, office.now())

    def _checks(self) -> list[tuple[str, bool, str]]:
        settings = self._office.settings
        try:
            indexed = len(self._office.index.snapshot()) > 0
        except (IndexEmpty, IndexUnavailable):
            indexed = False
        return [
            ("Guides to answer from", indexed, "run `uptake ingest` with your folder of guides"),
            ("A channel where people help", bool(settings.help_channel), "set UPTAKE_HELP_CHANNEL"),
            (
                "A channel for success stories",
                bool(settings.stories_channel),
                "set UPTAKE_STORIES_CHANNEL and invite me there",
            ),
            (
                "A channel for admins",
                bool(settings.admin_channel),
                "set UPTAKE_ADMIN_CHANNEL and invite me there",
            ),
            (
                "Champions",
                bool(self._office.roles.champions()),
                "name them with `/uptake roles`",
            ),
        ]
