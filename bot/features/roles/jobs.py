"""Names champions, greets the new ones once, and keeps who is trained."""

from __future__ import annotations

from datetime import date, datetime

from adoption.privacy.models import RestrictedAction
from adoption.training.models import Tier
from bot.features.office import Office
from bot.features.onboarding.blocks import champion_message
from bot.jobs.deeds import Deed
from bot.slack.blocks.parts import user_of


class ChampionDeeds:
    """The deeds around champions."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.deeds.on("champions", self._name)
        office.deeds.on("champion_trained", self._trained)
        office.deeds.on("champion_greeted", self._greet)

    def _name(self, deed: Deed) -> None:
        if not self._office.lets(deed, RestrictedAction.ROLES):
            return
        office, values = self._office, deed.values
        now = office.now()
        for account in values["gone"]:
            deed.step(f"unname {account}", office.roles.remove_champion, account)
        for account in values["new"]:
            deed.step(
                f"name {account}", office.roles.add_champion, account, values["team"] or None, now
            )
            if not deed.step(
                f"said {account}", office.record.notices.is_posted, f"champion:{account}"
            ):
                office.deeds.take(f"champion:{account}", "champion_greeted", account=account)
        office.refresh(deed, *values["gone"], *values["new"], admins=True)

    def _greet(self, deed: Deed) -> None:
        office, account = self._office, deed.values["account"]
        champion = office.roles.champion(account)
        message = champion_message(champion.team if champion else "")
        office.post(deed, "greet", user_of(account), message)
        deed.step("said", office.record.notices.add, f"champion:{account}", office.now())

    def _trained(self, deed: Deed) -> None:
        if not self._office.lets(deed, RestrictedAction.ROLES):
            return
        champion = deed.values["champion"]
        deed.step("trained", self._mark, champion, self._office.now())
        self._office.refresh(deed, champion, admins=True)

    def _mark(self, account: str, now: datetime) -> None:
        on: date = now.astimezone(self._office.settings.zone).date()
        self._office.record.training.add(account, Tier.ADVANCED, on, now)
