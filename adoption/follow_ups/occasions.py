"""What is followed up: that people got the tools, or completed a training."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from adoption.people.models import Member
from adoption.rollout.membership import go_live, is_launched, with_waves
from adoption.training.models import TrainingRow

TOOLS, TRAINING = "tools", "training"
# The playbook: most tools are lost between the second and the eighth week.
AFTER_WEEKS = (2, 6)


@dataclass(frozen=True)
class Occasion:
    """Something that happened to somebody on a day, and is followed up."""

    person_id: str
    kind: str
    on: date

    def due(self) -> Iterator[tuple[int, date]]:
        """After how many weeks it is followed up, and on which days."""
        for weeks in AFTER_WEEKS:
            yield weeks, self.on + timedelta(weeks=weeks)

    def id(self, weeks: int) -> str:
        """Names the follow-up of so many weeks."""
        text = f"{self.person_id} {self.kind} {weeks}"
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


# Everything that happened since a day.
Occasions = Callable[[Connection, date], Iterable[Occasion]]


def from_record(connection: Connection, since: date) -> Iterator[Occasion]:
    """Days on which people got the tools, and on which they completed a training.

    A wave whose day has come and that nobody launched has not brought the tools to anybody.
    """
    got = with_waves(select(Member.person_id, go_live()).select_from(Member))
    for person, day in connection.execute(got.where(go_live() >= since, is_launched())):
        if day is not None:
            yield Occasion(person, TOOLS, day)
    trained = select(TrainingRow.person_id, TrainingRow.tier, TrainingRow.done_on)
    for person, tier, day in connection.execute(trained.where(TrainingRow.done_on >= since)):
        yield Occasion(person, f"{TRAINING} {tier}", day)
