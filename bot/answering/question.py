"""A question on its way: who asked what, where, and when; plain data that a job can keep."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from adoption.questions.models import Surface


@dataclass(frozen=True)
class Question:
    """One question from one person.

    Attributes:
        id: names it for good; in Slack channel and ts, because a mention arrives as two events.
        account: team and user in Slack, so that the same id in two workspaces is two people.
        channel: where to answer.
        thread: the ts of the message to answer under.
        asked_at: seconds since 1970, UTC.
        looking_at: the channel the person had before them when they asked; empty if unknown.
    """

    id: str
    account: str
    surface: Surface
    channel: str
    thread: str
    text: str
    asked_at: float
    looking_at: str = ""

    @property
    def moment(self) -> datetime:
        """When it was asked."""
        return datetime.fromtimestamp(self.asked_at, UTC)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, which is what a durable job keeps."""
        return asdict(self) | {"surface": self.surface.value}

    @classmethod
    def of(cls, values: dict[str, Any]) -> Question:
        """The question that `as_dict` took apart."""
        return cls(**(values | {"surface": Surface(values["surface"])}))
