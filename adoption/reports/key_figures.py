"""The four figures that sum up a week, for the digest and Home alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adoption.privacy.disclosure import ShownShare
from adoption.reports.questions import QuestionFigures
from adoption.reports.targets import Aim, Dimension
from adoption.reports.use import WeeklyUse


@dataclass(frozen=True)
class KeyFigure:
    """A figure of a week beside last week's.

    Attributes:
        target: what it should reach, 0 to 1; None where none is set.
    """

    name: str
    now: ShownShare
    before: ShownShare
    target: float | None = None

    @property
    def change(self) -> str:
        """`up`, `down`, `no clear change`, or nothing where there is nothing to compare."""
        if self.now.value is None or self.before.value is None:
            return ""
        return ("no clear change", "up", "down")[self.before.change_to(self.now)]


def key_figures(
    use: WeeklyUse, now: QuestionFigures, before: QuestionFigures, aims: Sequence[Aim]
) -> list[KeyFigure]:
    """Weekly active, habitual users, resolved without a person, helpful answers."""
    targets = {aim.measure: aim.value for aim in aims if aim.dimension is Dimension.ALL}
    return [
        KeyFigure("Weekly active", use.now.weekly, use.before.weekly, targets.get("weekly")),
        KeyFigure("Habitual users", use.now.habitual, use.before.habitual, targets.get("habitual")),
        KeyFigure("Resolved without a person", now.resolved, before.resolved),
        KeyFigure("Helpful answers", now.helpful, before.helpful),
    ]
