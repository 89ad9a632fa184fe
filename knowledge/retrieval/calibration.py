"""Measures how close an index comes to requests that it cannot answer, to know what is close."""

from __future__ import annotations

import json
import os
from functools import cache
from importlib.resources import files
from pathlib import Path

from knowledge.answers.quote import best_quotes
from knowledge.index.encoder import Encoder
from knowledge.index.passages import Scope
from knowledge.index.snapshot import Snapshot
from knowledge.retrieval.confidence import Bar, bar_above, certainty
from knowledge.retrieval.retriever import find

# Grows when finding, quoting or certainty changes, so that every index is measured anew.
RECIPE = 2
_FILE = "bar.json"


def measured(snapshot: Snapshot, encoder: Encoder) -> Bar:
    """The bar of an index, from how certain it looks about everyday requests."""
    if not len(snapshot):
        return bar_above([0.0])
    # What everyone may read, so that the bar tells nothing of the rest.
    scope = Scope() if snapshot.within(Scope()).any() else snapshot.whole_scope()
    certainties = []
    for request, vector in zip(everyday(), encoder.encode_once(everyday()), strict=True):
        found = find(request, snapshot, encoder, scope, vector=vector)
        certainties.append(certainty(found, best_quotes(found)))
    return bar_above(certainties)


@cache
def everyday() -> tuple[str, ...]:
    """Requests of everyday life, which no guide to a company's tools answers."""
    text = (files("knowledge.retrieval") / "everyday.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line.strip())


def kept_bar(folder: Path) -> Bar | None:
    """The bar that `keep_bar` wrote beside a snapshot, or None if it has to be measured."""
    try:
        fields = json.loads((folder / _FILE).read_text("utf-8"))
        if fields["recipe"] != RECIPE:
            return None
        return Bar(float(fields["help_from"]), float(fields["answer_from"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_bar(folder: Path, bar: Bar) -> None:
    """Writes a bar beside a snapshot, whole or not at all; a disk that is full costs nothing."""
    draft = folder / f".{_FILE}.{os.getpid()}"
    fields = {"recipe": RECIPE, "help_from": bar.help_from, "answer_from": bar.answer_from}
    try:
        draft.write_text(json.dumps(fields), "utf-8")
        draft.replace(folder / _FILE)
    except OSError:
        draft.unlink(missing_ok=True)
