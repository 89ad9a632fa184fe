"""Reads one file as passages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ingest.errors import FileUnreadable
from ingest.parse.documents import NO_DECISION, NO_DEFAULTS, Decision, Defaults
from ingest.parse.load import load
from ingest.parse.time_limit import limited
from ingest.split.split import split
from knowledge.index.passages import Passage


@dataclass(frozen=True)
class Reading:
    """What a file gave.

    Attributes:
        passages: each once.
        remarks: what of the file was not understood.
    """

    passages: list[Passage]
    remarks: tuple[str, ...] = ()


def read(
    path: Path,
    link: str = "",
    defaults: Defaults = NO_DEFAULTS,
    decision: Decision = NO_DECISION,
) -> Reading:
    """The passages of a file.

    Raises:
        FileUnreadable: as `ingest.parse.load.load` says, or nothing in it can be quoted.
    """
    with limited():
        document = load(path, link, defaults)
        document = replace(document, reviewed=max(document.reviewed, decision.reviewed))
        passages = {passage.id: passage for passage in split(document)}
    if not passages:
        raise FileUnreadable("nothing in it can be quoted; it needs some words beside its marks")
    return Reading(list(passages.values()), document.remarks)


def passages_of(
    path: Path,
    link: str = "",
    defaults: Defaults = NO_DEFAULTS,
    decision: Decision = NO_DECISION,
) -> list[Passage]:
    """The passages of a file, each once; raises as `read` does."""
    return read(path, link, defaults, decision).passages
