"""The items of the readiness checklist, and which of them the data check by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Item(StrEnum):
    """An item that every wave has. Source: the playbook's readiness checklist."""

    ROSTER = "roster"
    CHAMPIONS = "champions"
    GUIDES = "guides"
    HELP_CHANNEL = "help channel"
    TARGETS = "targets"
    USAGE = "usage"
    SESSION = "session"
    PULSE = "pulse"
    OUTCOME = "outcome"
    SPONSOR = "sponsor"
    LEADS = "leads"
    FEEDBACK = "feedback"
    PRIVACY = "privacy"
    WAY_BACK = "way back"


TITLES: Mapping[Item, str] = {
    Item.ROSTER: "The roster names the people of this wave",
    Item.CHAMPIONS: "Each team has a champion",
    Item.GUIDES: "Each tool has a guide",
    Item.HELP_CHANNEL: "There is a channel where people help",
    Item.TARGETS: "The targets of this wave are agreed",
    Item.USAGE: "The tools report how they are used",
    Item.SESSION: "A training session is planned",
    Item.PULSE: "A pulse check is planned",
    Item.OUTCOME: "The business outcome and today's figure are written down",
    Item.SPONSOR: "The sponsor has said why in public",
    Item.LEADS: "Team leads can answer “What happens to my job?”",
    Item.FEEDBACK: "Feedback goes to somebody who answers it",
    Item.PRIVACY: "Privacy has been checked, and people know what is recorded",
    Item.WAY_BACK: "There is a way back, and somebody who decides on it",
}


@dataclass(frozen=True)
class Check:
    """What the data say about an item; `missing` says what they lack where it is not met."""

    is_met: bool
    missing: str = ""


@dataclass(frozen=True)
class Known:
    """What is known of a wave, for the checks; None where nobody can say.

    Attributes:
        people: how many the roster has in the wave.
        teams_without_champion, tools_without_guide: their names.
        help_channel: whether one is set.
        targets: how many targets the wave has.
        reporting: whether any tool reported its use in the last four weeks.
        session, pulse: whether one is planned for the wave.
    """

    people: int
    teams_without_champion: Sequence[str]
    tools_without_guide: Sequence[str]
    help_channel: bool
    targets: int
    reporting: bool
    session: bool | None = None
    pulse: bool | None = None


def checks(known: Known, least_people: int) -> dict[Item, Check]:
    """What the data say about the items that they can check.

    Args:
        least_people: the smallest group that is shown; a smaller wave has no figures.
    """
    nobody = Check(False, "This wave has no people yet")
    no_teams = Check(False, "The teams of this wave are not known yet")
    no_tools = Check(False, "The tools of this wave are not known yet")
    few = Check(False, f"Fewer than {least_people} people are in this wave")
    enough = Check(True) if known.people >= least_people else few
    champions = _none(known.teams_without_champion, "No champion in")
    guides = _none(known.tools_without_guide, "No guide for")
    found = {
        Item.ROSTER: enough if known.people else nobody,
        # Without people there are no teams and tools to look at.
        Item.CHAMPIONS: champions if known.people else no_teams,
        Item.GUIDES: guides if known.people else no_tools,
        Item.HELP_CHANNEL: _check(known.help_channel, "UPTAKE_HELP_CHANNEL is not set"),
        Item.TARGETS: _check(known.targets > 0, "No target is set for this wave"),
        Item.USAGE: _check(known.reporting, "No tool reported any use in the last four weeks"),
    }
    if known.session is not None:
        found[Item.SESSION] = _check(known.session, "No session is planned for this wave")
    if known.pulse is not None:
        found[Item.PULSE] = _check(known.pulse, "No pulse check is planned for this wave")
    return found


_MOST_NAMED = 5


def _check(is_met: bool, missing: str) -> Check:
    return Check(is_met, "" if is_met else missing)


def _none(names: Sequence[str], missing: str) -> Check:
    more = len(names) - _MOST_NAMED
    shown = ", ".join(sorted(names)[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return _check(not names, f"{missing} {shown}")


@dataclass(frozen=True)
class ChecklistItem:
    """An item of a wave's checklist.

    Attributes:
        key: an `Item`, or an id of the company's own.
        owner: the account of whoever sees to it; empty for nobody.
        check: what the data say; None where a person says it.
        done_at: when a person said that it is done.
    """

    key: str
    title: str
    due_on: date
    owner: str = ""
    evidence: str = ""
    done_at: datetime | None = None
    check: Check | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it is met: what the data can check counts as they say."""
        return self.check.is_met if self.check else self.done_at is not None

    def is_late(self, today: date) -> bool:
        """Whether it should have been ready."""
        return not self.is_ready and self.due_on < today


@dataclass(frozen=True)
class Checklist:
    """The checklist of a wave."""

    wave: str
    items: Sequence[ChecklistItem]

    @property
    def ready(self) -> int:
        """How many items are ready."""
        return sum(item.is_ready for item in self.items)

    @property
    def share(self) -> float:
        """The share of items that are ready, 0 to 1."""
        return self.ready / len(self.items)

    @property
    def missing(self) -> list[ChecklistItem]:
        """The items that are not ready, those that are due first before the others."""
        return sorted((i for i in self.items if not i.is_ready), key=lambda i: i.due_on)
