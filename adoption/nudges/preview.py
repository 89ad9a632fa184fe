"""What an admin sees of an audience before a campaign is approved: rounded, and no small group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from adoption.measures import Share
from adoption.nudges.audience import Audience
from adoption.nudges.models import NudgeState
from adoption.nudges.reading import Pick
from adoption.privacy.disclosure import (
    HIDDEN,
    ROUNDED_TO,
    ShownShare,
    show_share,
    show_share_of_many,
)
from adoption.privacy.groups import Minimum, fold, groups

Shares = Mapping[str, ShownShare]


@dataclass(frozen=True)
class Preview:
    """Whom a message would reach; every share is of all who have the tool.

    Attributes:
        picked: those whom it is for; hidden where they are too few to be shown.
        teams: the same by team, as a share of those of the team who have the tool.
        excluded: who is left out, by reason; small groups are folded into others.
    """

    tool: str
    picked: ShownShare = HIDDEN
    teams: Shares = field(default_factory=dict)
    excluded: Shares = field(default_factory=dict)

    @property
    def is_enough(self) -> bool:
        """Whether the message is for enough people to be sent."""
        return self.picked.value is not None


def preview_of(tool: str, audience: Audience, minimum: Minimum) -> Preview:
    """An audience as it may be shown."""
    holders, picked = set(audience.holders), set(audience.picked)
    if len(picked) < minimum.people:
        return Preview(tool)
    return Preview(
        tool,
        show_share(Share.of(picked, holders), minimum),
        _by_team(audience, picked, minimum),
        _by_reason({id: why.value for id, why in audience.excluded.items()}, holders, minimum),
    )


@dataclass(frozen=True)
class Standing:
    """How far a campaign is, as shares of those who are not held out.

    Attributes:
        waits: whether messages still wait to be sent.
        skipped: whose message was not sent, by reason.
    """

    waits: bool
    sent: ShownShare = HIDDEN
    skipped: Shares = field(default_factory=dict)


def standing_of(picks: Mapping[str, Pick], minimum: Minimum) -> Standing:
    """How far a campaign is; shares are shown once no message waits any more."""
    due = {id: pick for id, pick in picks.items() if pick.state is not NudgeState.HELD_OUT}
    if any(pick.state is NudgeState.PLANNED for pick in due.values()):
        return Standing(True)
    sent = {id for id, pick in due.items() if pick.state is NudgeState.SENT}
    skipped = {id: pick.skipped_for.value for id, pick in due.items() if pick.skipped_for}
    return Standing(
        False,
        show_share(Share.of(sent, set(due)), minimum),
        _by_reason(skipped, set(due), minimum),
    )


def people_in(share: ShownShare) -> int:
    """About how many people a shown share stands for: a multiple of 5 that it allows, at least 5.

    It is computed from what is shown, so it says no more than that.
    """
    about = (share.value or 0) * share.size / ROUNDED_TO
    return max(ROUNDED_TO, round(about) * ROUNDED_TO)


def _by_team(audience: Audience, picked: Collection[str], minimum: Minimum) -> Shares:
    """By team, where enough are picked for the team to be named."""
    teams = groups({each.id: each.team for each in audience.holders.values()}, minimum)
    shown = {
        name: show_share_of_many(Share.of(people & set(picked), people), minimum)
        for name, people in teams.items()
        if len(people & set(picked)) >= minimum.people
    }
    return {name: share for name, share in sorted(shown.items()) if share.value is not None}


def _by_reason(people: Mapping[str, str], among: Collection[str], minimum: Minimum) -> Shares:
    """People by reason as shares of all, the most frequent first; small groups are folded."""
    names = fold(Counter(people.values()), minimum)
    parts: dict[str, set[str]] = {}
    for person, why in people.items():
        if why in names:
            parts.setdefault(names[why], set()).add(person)
    shown = {name: show_share(Share.of(who, among), minimum) for name, who in parts.items()}
    return dict(sorted(shown.items(), key=lambda each: (-(each[1].value or 0.0), each[0])))
