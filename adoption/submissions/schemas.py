"""The two schemas of a submission: a success story and a FAQ entry."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from adoption.db.texts import storable
from adoption.submissions.models import Kind, State

# What a story gained can be counted in one of these.
UNITS = {
    "hours": "hours a week",
    "money": "saved a year, in money",
    "errors": "fewer errors a month",
    "days": "days faster",
}
_MINUTES_PER_HOUR = 60.0


def number(text: str) -> Decimal | None:
    """A figure from 0.001 to under a billion, rounded to three places, or None."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not value.is_finite() or not Decimal("0.001") <= value < 10**9:
        return None
    return round(value, 3)


@dataclass(frozen=True)
class StoryFields:
    """What the author of a story fills in; all of it is people's words.

    Attributes:
        unit: one of `UNITS`, for the figure.
        picture: the id of a file in Slack.
    """

    title: str = ""
    tool: str = ""
    team: str = ""
    hard: str = ""
    changed: str = ""
    figure: str = ""
    unit: str = ""
    measured: str = ""
    quote: str = ""
    consent: bool = False
    picture: str = ""

    @property
    def text(self) -> str:
        """The story in one or two sentences."""
        return f"{self.title}. {self.changed}"

    @property
    def minutes_a_week(self) -> float | None:
        """The minutes it saves a week; None where its figure counts something else."""
        hours = number(self.figure) if self.unit == "hours" else None
        return None if hours is None else float(hours) * _MINUTES_PER_HOUR


@dataclass(frozen=True)
class FaqFields:
    """What a FAQ entry says; all of it is people's words.

    Attributes:
        tool: which tool it is about; empty for any.
        audience: who may see it, as guides say it.
    """

    question: str = ""
    answer: str = ""
    tool: str = ""
    audience: str = "everyone"


Fields = TypeVar("Fields", StoryFields, FaqFields)


@dataclass(frozen=True)
class Schema(Generic[Fields]):
    """What one kind of submission consists of, and where it differs from the other.

    Attributes:
        open: the states in which its author may change and submit it; one that was declined
            passes to whoever does.
        outcomes: what an admin may decide.
    """

    kind: Kind
    fields: type[Fields]
    open: frozenset[State]
    outcomes: frozenset[State]

    def load(self, values: dict[str, Any]) -> Fields:
        """The fields of a stored submission."""
        return self.fields(**values)

    def dump(self, written: Fields) -> dict[str, Any]:
        """Fields as they are stored.

        Raises:
            TypeError: they are of another schema, or a value has another type than its field.
        """
        if type(written) is not self.fields:
            raise TypeError(f"A {self.kind.value} cannot have {type(written).__name__}.")
        defaults = {each.name: each.default for each in fields(self.fields)}
        values = asdict(written)
        for name, value in values.items():
            if type(value) is not type(defaults[name]):
                raise TypeError(f"{name} cannot be {value!r}.")
        return {k: storable(v) if isinstance(v, str) else v for k, v in values.items()}


STORY = Schema(
    Kind.STORY,
    StoryFields,
    open=frozenset({State.DRAFT, State.CHANGES}),
    outcomes=frozenset({State.PUBLISHED, State.DECLINED, State.CHANGES}),
)
FAQ = Schema(
    Kind.FAQ,
    FaqFields,
    open=frozenset({State.DRAFT, State.DECLINED}),
    outcomes=frozenset({State.PUBLISHED, State.DECLINED}),
)


def faq_id(interaction_id: str) -> str:
    """The id of the entry from a question; it does not reveal where that was asked."""
    return hashlib.blake2b(interaction_id.encode("utf-8", "replace"), digest_size=16).hexdigest()
