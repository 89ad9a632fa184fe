"""What a sync did, file by file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

# Where the catalogue holds the problems of the last sync, for whoever looks later.
STATE = "problems"


@dataclass(frozen=True)
class Problem:
    """A file that could not be indexed or not understood in full, and why.

    Attributes:
        owner: who keeps it; empty if that is not known.
        removed: whether passages that it gave earlier were taken out for it.
    """

    source: str
    reason: str
    owner: str = ""
    removed: bool = False

    @property
    def says(self) -> str:
        """The reason, with what became of the file's earlier passages."""
        return f"{self.reason}; its earlier text was taken out" if self.removed else self.reason


@dataclass
class Report:
    """What a sync did, each list by source.

    Attributes:
        remarks: files that were indexed, though some field of theirs was not understood.
        passed_over: how many files there were of kinds that cannot be read, by suffix.
        version: the index version that is live now.
        passages: how many passages it has.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    version: str = ""
    passages: int = 0


def as_state(problems: Iterable[Problem]) -> str:
    """The problems as the catalogue keeps them."""
    return json.dumps([asdict(each) for each in problems], ensure_ascii=False)


def from_state(kept: str | None) -> list[Problem]:
    """The problems that `as_state` wrote; none where nothing was kept."""
    return [Problem(**fields) for fields in json.loads(kept or "[]")]
