"""A company that has used AI tools for some weeks, for pictures that are worth looking at."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from adoption.feedback.models import Vote
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.record import Record
from tests.conftest import uptake

TEAMS = {"Sales": 34, "Finance": 18, "Operations": 27, "Support": 22}
TOOLS = ("Forecast assistant", "Meeting notes", "Writing assistant")
_WEEKS = 6
# Who sits at the windows; the ids are those of every new workspace on this computer.
_PERSONAS = (
    ("maya@northwind.example", "Sales", "", "T000000004:U000000005"),
    ("jonas@northwind.example", "Finance", "champion", "T000000004:U000000006"),
    ("priya@northwind.example", "Operations", "", "T000000004:U000000007"),
    ("tom@northwind.example", "Operations", "", "T000000004:U000000008"),
)


# What was asked last week: the words, how it ended, and a thumb.
_ASKED: tuple[tuple[str, Outcome, Vote | None], ...] = (
    ("May I upload a supplier's contract?", Outcome.ANSWERED, Vote.POSITIVE),
    ("How do I check an answer before I use it?", Outcome.ANSWERED, Vote.POSITIVE),
    ("Can I record a customer call?", Outcome.ANSWERED, None),
    ("What do I do when the forecast is wrong?", Outcome.ANSWERED, Vote.POSITIVE),
    ("How do I write a good prompt?", Outcome.ANSWERED, None),
    ("Who sees what I asked?", Outcome.ANSWERED, Vote.POSITIVE),
    ("When may I override a recommendation?", Outcome.ANSWERED, None),
    ("How long is the training?", Outcome.UNSURE, Vote.NEGATIVE),
    ("Can the forecast assistant plan for two sites?", Outcome.ABSTAINED, None),
    ("Does the writing assistant know our product names?", Outcome.ABSTAINED, None),
)


def plant(data_dir: Path) -> None:
    """Brings a roster and weeks of use in by files, as an admin would, and a week's questions."""
    data_dir.mkdir(parents=True)
    today = datetime.now(UTC).date()
    roster, usage = data_dir.parent / "roster.csv", data_dir.parent / "usage.csv"
    people = list(_people())
    begin = (today - timedelta(weeks=_WEEKS + 2)).isoformat()
    columns = ("email", "team", "role", "slack", "eligible_since")
    _write(roster, columns, [(*person, begin) for person in people])
    _write(usage, ("tool", "person", "day", "event", "count"), _use(people, today))
    for kind, file in (("roster", roster), ("usage", usage)):
        done = uptake("import", kind, str(file), cwd=data_dir.parent, UPTAKE_DATA_DIR=str(data_dir))
        assert done.returncode == 0, done.stderr
    _ask(data_dir, today - timedelta(days=today.weekday() + 5))


def _ask(data_dir: Path, day: date) -> None:
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    for number, (words, outcome, vote) in enumerate(_ASKED):
        at = datetime.combine(day, time(9, number), UTC)
        guide = Cited(1, "p1", "Privacy and data", "", "faq/privacy.md")
        asked = Asked(
            id=f"D00000000{number}:1",
            account=f"T000000004:U00000010{number}",
            asked_at=at,
            surface=Surface.DIRECT,
            channel=f"D00000000{number}",
            question=words,
            outcome=outcome,
            answer="",
            index_version="v1",
            citations=[] if outcome is Outcome.ABSTAINED else [guide],
        )
        record.questions.add(asked)
        if vote is not None:
            record.feedback.set_vote(asked.id, asked.account, vote, at)
    record.close()


def _people() -> Iterable[tuple[str, str, str, str]]:
    yield from _PERSONAS
    for team, size in TEAMS.items():
        for number in range(size):
            yield f"{team.lower()}{number}@northwind.example", team, "", ""


def _use(people: Sequence[tuple[str, ...]], today: date) -> Iterable[tuple[object, ...]]:
    """Most people use something most weeks; Finance stopped a week ago."""
    dice = random.Random(7)
    stopped = today - timedelta(days=today.weekday() + 7)
    for email, team, *_ in people:
        keen = dice.betavariate(4, 2)
        for back in range(_WEEKS * 7):
            day = today - timedelta(days=back)
            falls = 0.15 if team == "Finance" and day >= stopped else 1.0
            if day.weekday() > 4 or dice.random() > keen * 0.5 * falls:
                continue
            tool = dice.choice(TOOLS)
            for event, most in (("shown", 5), ("accepted", 4), ("overridden", 2)):
                if count := dice.randrange(most):
                    yield tool, email, day.isoformat(), event, count


def _write(file: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(columns)
        writer.writerows(rows)
