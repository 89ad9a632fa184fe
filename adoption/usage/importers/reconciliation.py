"""What an import understood and did, for the person who ran it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from adoption.db.writes import StoreCounts
from adoption.usage.importers.survey import Match, Span

_MOST_REASONS = 8
_MOST_GAPS = 5


@dataclass(frozen=True)
class Reconciliation:
    """What became of a file.

    Attributes:
        title: what the file was taken for.
        skipped: lines above the header.
        without_use: rows that report no use.
        folded: rows or uses that were added to others of the file.
        left_out: uses of the whole company on days whose use is known by person.
        rejected: rows that were set apart; `reasons` says why, `rejects` where.
        named_teams: teams that the file itself names.
        events: how often each event is reported.
        totals: use of whole periods, which is booked as an average of a day.
        span: the days the file covers; `gaps`, by tool, days around it that nothing covers.
        columns: each column that is read, and what it becomes; `unused` are the others.
        dry_run: whether nothing was stored.
    """

    title: str
    rows: int = 0
    without_use: int = 0
    skipped: int = 0
    kept: StoreCounts = field(default_factory=StoreCounts)
    folded: int = 0
    left_out: int = 0
    rejected: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    rejects: Path | None = None
    match: Match | None = None
    named_teams: int = 0
    tools: tuple[str, ...] = ()
    events: Mapping[str, int] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    span: Span | None = None
    gaps: tuple[tuple[str, date, date], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    unused: tuple[str, ...] = ()
    dry_run: bool = False

    def sections(self) -> Iterator[tuple[str, str]]:
        """The figures as headings and sentences, in the order in which they are shown."""
        yield "File", self.title + (f", header in line {self.skipped + 1}" if self.skipped else "")
        yield "Rows", self._rows()
        if self.match is not None and self.match.on_roster + self.match.others:
            yield "People", self._people(self.match)
        elif self.match is None:
            yield "People", f"{self.rows - self.rejected - self.folded}"
        teams = self.named_teams or (self.match.teams if self.match else 0)
        yield "Teams", str(teams) if teams else "none"
        if self.tools:
            yield "Tools", ", ".join(self.tools)
        if self.events:
            yield "Use", self._use()
        if self.span is not None:
            yield "Days", self._days(self.span)
        yield from (("Columns", f"{column} → {meaning}") for column, meaning in self._columns())
        if self.unused:
            yield "Not read", ", ".join(self.unused)
        yield "Stored", self._stored()

    def lines(self) -> Iterator[str]:
        """The sections as lines of text; a heading that repeats is shown once."""
        before = ""
        for heading, said in self.sections():
            yield f"{'' if heading == before else heading:<9} {said}"
            before = heading

    def faults(self) -> list[str]:
        """Why rows were rejected, the most frequent reason first."""
        found = list(self.reasons.items())[:_MOST_REASONS]
        return [f"{count} × the row {reason}" for reason, count in found]

    def _columns(self) -> Iterator[tuple[str, str]]:
        meanings: dict[str, list[str]] = {}
        for column, meaning in self.columns:
            meanings.setdefault(column, []).append(meaning)
        yield from ((column, ", ".join(found)) for column, found in meanings.items())

    def _rows(self) -> str:
        parts = [f"{self.rows} read"]
        for count, what in (
            (self.without_use, "without use"),
            (self.folded, "added to others"),
            (self.left_out, "known by person already"),
        ):
            if count:
                parts.append(f"{count} {what}")
        return ", ".join([*parts, f"{self.rejected} set apart"])

    def _people(self, match: Match) -> str:
        said = f"{match.on_roster} on the roster, {match.others} not"
        if match.concealed:
            return f"{said} ({match.concealed} names are concealed)"
        return said if match.roster else f"{said} (the roster is empty)"

    def _use(self) -> str:
        said = ", ".join(f"{event} {count:,}" for event, count in self.events.items())
        wholes = "; ".join(f"{what} {count:,}" for what, count in self.totals.items())
        return f"{said} ({wholes}, booked as an average of a day)" if wholes else said

    def _days(self, span: Span) -> str:
        said = f"{_span(span.first, span.last)} covered"
        if not self.gaps:
            return said
        shown = [_span(first, last) for _, first, last in self.gaps[:_MOST_GAPS]]
        more = len(self.gaps) - len(shown)
        missing = ", ".join(shown) + (f" and {more} more" if more else "")
        return f"{said}; no import covers {missing}"

    def _stored(self) -> str:
        if self.dry_run:
            return "nothing (dry run)"
        kept = self.kept
        return f"{kept.new} new, {kept.changed} changed, {kept.unchanged} as before"


def _span(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
