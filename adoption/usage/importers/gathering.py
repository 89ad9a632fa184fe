"""Gathers the usage of a file and stores it in batches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from adoption.db.writes import StoreCounts
from adoption.usage.facts import Covered, Usage, UsageStore, key_of
from adoption.usage.importers.mapping import Mapping

# Enough to make a transaction worth its cost, few enough to be gone when it is undone.
BATCH = 20_000


@dataclass
class UsageGatherer:
    """Gathers the usage of a file and stores it in batches.

    Events without ids are added up over the whole file before any is stored.
    """

    store: UsageStore
    now: datetime
    dry_run: bool
    adds_up: bool
    whole_company: bool
    kept: StoreCounts = field(default_factory=StoreCounts)
    folded: int = 0
    left_out: int = 0
    tools: set[str] = field(default_factory=set)
    events: Counter[str] = field(default_factory=Counter)
    _batch: list[Usage] = field(default_factory=list)
    _sums: dict[bytes, Usage] = field(default_factory=dict)

    def add(self, found: list[Usage]) -> None:
        """Takes the usage of one row."""
        for each in found:
            self.tools.add(each.tool)
            self.events[each.event.value] += each.count
        if self.adds_up:
            self._add_up(found)
            return
        self._batch += found
        if len(self._batch) >= BATCH:
            self._flush()

    def finish(self, mapping: Mapping, days: list[date]) -> None:
        """Stores what is left, and which days the file covers."""
        sums = list(self._sums.values())
        for start in range(0, len(sums), BATCH):
            self._batch = sums[start : start + BATCH]
            self._flush()
        self._flush()
        tools = {mapping.tool} if mapping.tool else self.tools
        covered = [Covered(tool, mapping.source, day) for tool in tools for day in days]
        if not self.dry_run:
            self.store.store([], self.now, covered)
            if not self.whole_company:
                for tool in tools:
                    self.store.drop_totals(tool, mapping.source, days)

    def _add_up(self, found: list[Usage]) -> None:
        for each in found:
            key = key_of(each)
            known = self._sums.get(key)
            if known is not None:
                self.folded += 1
                each = replace(known, count=known.count + each.count)
            self._sums[key] = each

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if self.whole_company and batch:
            known = self.store.days_by_person(batch[0].tool, {each.day for each in batch})
            self.left_out += sum(1 for each in batch if each.day in known)
            batch = [each for each in batch if each.day not in known]
        if batch and not self.dry_run:
            self.kept += self.store.store(batch, self.now)
