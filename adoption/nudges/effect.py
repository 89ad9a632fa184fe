"""What a campaign did: how many used the tool within two weeks, of those picked and held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from adoption.measures import Share
from adoption.measures.differences import newcombe
from adoption.nudges.audience import KnownUse
from adoption.nudges.models import NudgeState, Reaction
from adoption.nudges.nudges import Campaign
from adoption.nudges.reading import Pick, covered_days, read_picks
from adoption.privacy.disclosure import HIDDEN, ShownShare, show_share
from adoption.privacy.groups import Minimum
from adoption.usage.models import PersonDay

# Somebody used the tool after a message if they did so on one of these days, its own included.
WINDOW = 14
# Pseudonyms have none.
_SPACE = " "


class Known(Enum):
    """Whether a campaign's effect is known."""

    YES = auto()
    TOO_EARLY = auto()
    NOT_COVERED = auto()
    TOO_FEW = auto()


@dataclass(frozen=True)
class Effect:
    """What a campaign did, as it may be shown.

    Attributes:
        until: the last day that counts.
        picked: of those who were picked for a message, who used the tool within two weeks.
        held_out: the same of those who were held out.
        will_try: of those who got the message, who pressed that they will try it.
    """

    campaign: Campaign
    known: Known
    until: date
    picked: ShownShare = HIDDEN
    held_out: ShownShare = HIDDEN
    will_try: ShownShare = HIDDEN

    @property
    def difference(self) -> tuple[float, float, float] | None:
        """Picked less held out with its 95 % interval, -1 to 1: difference, lower, upper end.

        It is computed from the rounded shares, and the interval is widened by what that hides.
        """
        first, second = self.picked, self.held_out
        if first.value is None or second.value is None:
            return None
        if first.interval is None or second.interval is None:
            return None
        low, high = newcombe(first.value, first.interval, second.value, second.interval)
        return first.value - second.value, low, high


def effect_of(
    connection: Connection, campaign: Campaign, today: date, zone: ZoneInfo, minimum: Minimum
) -> Effect:
    """A campaign's effect as of the end of a day.

    Everybody who was picked counts, whether their message could be sent or not, so that the two
    groups differ by chance alone.
    """
    picks = read_picks(connection, campaign.id)
    days = {person: pick.due_at.astimezone(zone).date() for person, pick in picks.items()}
    start = min(days.values(), default=campaign.approved_at.astimezone(zone).date())
    until = max(days.values(), default=start) + timedelta(days=WINDOW - 1)
    if today < until:
        return Effect(campaign, Known.TOO_EARLY, until)
    covered = covered_days(connection, campaign.tool, until + timedelta(days=1), start)
    if not KnownUse(covered=covered).covers(start, until):
        return Effect(campaign, Known.NOT_COVERED, until)
    began = _began(connection, campaign.tool, days, start, until)
    held = {person for person, pick in picks.items() if pick.state is NudgeState.HELD_OUT}
    picked = picks.keys() - held
    of_picked, of_held = (
        show_share(Share.of(began & group, group), minimum) for group in (picked, held)
    )
    if of_picked.value is None or of_held.value is None:
        return Effect(campaign, Known.TOO_FEW, until)
    will_try = _will_try(picks, minimum)
    return Effect(campaign, Known.YES, until, of_picked, of_held, will_try)


def _began(
    connection: Connection, tool: str, days: Mapping[str, date], start: date, until: date
) -> set[str]:
    """Those who used the tool in the two weeks from their own day on."""
    users = func.aggregate_strings(PersonDay.person_id, _SPACE)
    query = select(PersonDay.day, users).where(
        PersonDay.day >= start, PersonDay.day <= until, PersonDay.tool == tool
    )
    return {
        person
        for day, people in connection.execute(query.group_by(PersonDay.day))
        for person in days.keys() & people.split(_SPACE)
        if 0 <= (day - days[person]).days < WINDOW
    }


def _will_try(picks: Mapping[str, Pick], minimum: Minimum) -> ShownShare:
    sent = {person for person, pick in picks.items() if pick.state is NudgeState.SENT}
    pressed = {person for person in sent if picks[person].reaction is Reaction.WILL_TRY}
    return show_share(Share.of(pressed, sent), minimum)
