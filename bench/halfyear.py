"""Makes a realistic half year of a company: `python -m bench.halfyear FOLDER [PEOPLE] [WEEKS]`.

Two things are planted in the last week: one team falls silent, and one reason grows behind the
overrides of one tool. Everything comes from one seed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from adoption.feedback.feedback import CheckIn, Override
from adoption.feedback.models import DETAILS, OverrideReason, Reason, Vote
from adoption.people.roster import RosterRow
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.record import Record
from adoption.reports.weeks import Week
from adoption.submissions.models import State
from adoption.submissions.schemas import StoryFields
from adoption.submissions.submissions import Decision
from adoption.usage.facts import Usage
from adoption.usage.models import Event

TOOLS = ("GitHub Copilot", "Microsoft 365 Copilot", "ChatGPT Enterprise")
WAVES = 4
# Shares of the company; the last two teams are under any minimum in a small company.
TEAMS = {
    "Sales": 20,
    "Engineering": 24,
    "Finance": 13,
    "Support": 15,
    "Operations": 14,
    "Marketing": 9,
    "Law": 4,
    "Board": 1,
}
GUIDES = ("Asking well", "When to override", "What may go in", "Meeting notes", "Sums in tables")
GAPS = ("Which tool may see customer data?", "How do I book a training?", "Where is my licence?")
TEXTS = {
    OverrideReason.WRONG_DATA: "it worked from last year's price list again",
    OverrideReason.DISAGREES: "I know this customer and would not write it so",
    OverrideReason.DOES_NOT_APPLY: "our case is not covered by the rule it quotes",
    OverrideReason.NOT_POSSIBLE: "I have no access to the system it wants me to use",
    OverrideReason.BAD_MOMENT: "it came after I had sent the offer",
}


@dataclass(frozen=True)
class Planted:
    """What the generator hid in the last week, for a digest to find."""

    week: Week
    team: str = "Finance"
    tool: str = "Microsoft 365 Copilot"
    reason: str = "wrong data: missing data"


@dataclass
class Company:
    """The people with their habits, and the chance that moves them."""

    size: int
    weeks: int
    last: Week
    seed: int
    chance: random.Random = field(init=False)
    teams: list[str] = field(init=False)
    keenness: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        names = [name for name, parts in TEAMS.items() for _ in range(parts)]
        self.teams = [names[n * len(names) // self.size] for n in range(self.size)]
        # Most people are moderately keen, a few are not at all, a few very much.
        self.keenness = [self.chance.betavariate(2.2, 1.6) for _ in range(self.size)]
        for never in self.chance.sample(range(self.size), self.size // 12):
            self.keenness[never] = 0.0

    @property
    def monday(self) -> date:
        """The first day."""
        return self.last.monday - timedelta(weeks=self.weeks - 1)

    def person(self, number: int) -> str:
        """The e-mail address of a person."""
        return f"person{number}@example.com"

    def wave(self, number: int) -> int:
        """The wave of a person, 0 to 3."""
        return number % WAVES

    def start(self, number: int) -> date:
        """The day from which on the tools are theirs."""
        step = max(1, self.weeks // 2 // WAVES)
        return self.monday + timedelta(weeks=self.wave(number) * step)

    def roster(self) -> Iterator[RosterRow]:
        """Everybody; one in forty leaves in the middle."""
        middle = self.monday + timedelta(weeks=self.weeks // 2)
        for number in range(self.size):
            leaves = number % 40 == 39
            yield RosterRow(
                person=self.person(number),
                team=self.teams[number],
                wave=f"Wave {self.wave(number) + 1}",
                eligible_since=self.start(number),
                left_on=max(middle, self.start(number)) if leaves else None,
                account=f"T1:U{number}",
                tools=TOOLS if self.teams[number] == "Engineering" else TOOLS[1:],
            )

    def uses(self, number: int, day: date) -> bool:
        """Whether a person uses a tool on a day: keen, a working day, and not fallen silent."""
        if day < self.start(number) or (number % 40 == 39 and day > self.monday):
            return False
        keen = self.keenness[number] * (0.75 if day.weekday() < 5 else 0.03)
        if self.teams[number] == Planted(self.last).team and day >= self.last.monday:
            keen *= 0.08
        return self.chance.random() < keen

    def usage(self, day: date) -> Iterator[Usage]:
        """What the tools tell of one day."""
        for number in range(self.size):
            if not self.uses(number, day):
                continue
            tools = TOOLS if self.teams[number] == "Engineering" else TOOLS[1:]
            tool = tools[(number + day.toordinal() // 3) % len(tools)]
            for event, most in (
                (Event.SHOWN, 9),
                (Event.ACCEPTED, 6),
                (Event.EDITED, 2),
                (Event.OVERRIDDEN, 1),
                (Event.IGNORED, 2),
            ):
                count = self.chance.randint(0, most)
                if count:
                    yield Usage("halfyear", tool, day, event, count, self.person(number))


def fill(record: Record, company: Company) -> Planted:
    """Writes the half year down and tells what is planted in it."""
    now = datetime.combine(company.last.next.monday, time(8), UTC)
    record.roster.store(list(company.roster()), now)
    store = record.usage
    for number in range(company.weeks):
        monday = company.monday + timedelta(weeks=number)
        facts = [fact for day in range(7) for fact in company.usage(monday + timedelta(days=day))]
        store.store(facts, now)
        record.feedback.add_overrides(list(_overrides(company, monday)))
        _stories(record, company, monday)
        _questions(record, company, monday)
    for tool, cost in zip(TOOLS, (19.0, 30.0, 25.0), strict=True):
        record.tools.store(tool, f"Owner of {tool}", cost)
    record.feedback.add_check_ins(list(_check_ins(company, now)), now)
    return Planted(company.last)


def _moment(company: Company, monday: date) -> datetime:
    day = monday + timedelta(days=company.chance.randrange(5))
    return datetime.combine(day, time(8), UTC) + timedelta(minutes=company.chance.randrange(9 * 60))


def _overrides(company: Company, monday: date) -> Iterator[Override]:
    planted = Planted(company.last)
    reasons = [reason for reason in OverrideReason if reason is not OverrideReason.DECLINED]
    for number in range(company.size // 3):
        tool = company.chance.choice(TOOLS)
        reason = company.chance.choice(reasons)
        detail = company.chance.choice(DETAILS[reason])
        grown = monday == company.last.monday and tool == planted.tool
        if grown and company.chance.random() < 0.6:
            reason, detail = OverrideReason.WRONG_DATA, "missing data"
        who = company.chance.randrange(company.size)
        yield Override(
            id=f"{monday}:{number}",
            account=f"T1:U{who}",
            tool=tool,
            at=_moment(company, monday),
            reason=reason,
            detail=detail,
            text=TEXTS[reason] if number % 3 == 0 else None,
            consent=number % 6 == 0,
        )


def _stories(record: Record, company: Company, monday: date) -> None:
    for number in range(1 + company.size // 500):
        id, at = f"{monday}:{number}", _moment(company, monday)
        author = f"T1:U{company.chance.randrange(company.size)}"
        fields = StoryFields(
            title="The minutes of our Monday round",
            tool=TOOLS[1],
            changed="They write themselves now, I only check the names.",
            figure="0.5",
            unit="hours",
            consent=True,
        )
        record.stories.submit_fields(id, author, fields, True, at)
        record.stories.decide(id, Decision(State.PUBLISHED, id, "U-admin", at))


def _check_ins(company: Company, now: datetime) -> Iterator[CheckIn]:
    for number in range(0, company.size, 5):
        done = company.chance.random() < 0.7
        low = company.chance.randrange(10, 60)
        yield CheckIn(
            id=f"check-in:{number}",
            account=f"T1:U{number}",
            due_on=company.start(number) + timedelta(weeks=2),
            tool=company.chance.choice(TOOLS[1:]),
            done_at=now - timedelta(days=2) if done else None,
            minutes_low=low if done else None,
            minutes_high=low + 30 if done else None,
        )


def _questions(record: Record, company: Company, monday: date) -> None:
    chance = company.chance
    for number in range(3 + company.size // 60):
        known = chance.random() < 0.8
        guide = chance.choice(GUIDES)
        id, at = f"C1:{monday}:{number}", _moment(company, monday)
        asker = f"T1:U{chance.randrange(company.size)}"
        record.questions.add(
            Asked(
                id=id,
                account=asker,
                asked_at=at,
                surface=Surface.CHANNEL,
                channel="C1",
                question=f"How does it go with {guide.lower()}?" if known else chance.choice(GAPS),
                outcome=Outcome.ANSWERED if known else Outcome.ABSTAINED,
                answer="Like this." if known else "",
                index_version="1",
                citations=[Cited(1, "p", guide, "", "g.md")] if known else [],
            )
        )
        if known and chance.random() < 0.5:
            up = chance.random() < 0.75
            voter = f"T1:U{chance.randrange(company.size)}"
            record.feedback.set_vote(id, voter, Vote.POSITIVE if up else Vote.NEGATIVE, at)
            if not up:
                record.feedback.set_reason(id, voter, chance.choice(list(Reason)), None, at)
        if not known and chance.random() < 0.5:
            answered = at + timedelta(hours=chance.randint(1, 30))
            record.handoffs.open(id, asker, at, ("C1", "1"))
            if chance.random() < 0.8:
                record.handoffs.solve(id, "U-helper", answered)


def main(folder: str, people: str = "2000", weeks: str = "26") -> None:
    """Fills `FOLDER/record.sqlite` and writes its last digest beside it, as text and HTML."""
    from adoption.reports.digest.digest import weekly_digest
    from adoption.reports.digest.formats import digest_as_text
    from adoption.reports.digest.html import digest_as_html

    record = Record.open(f"sqlite:///{Path(folder) / 'record.sqlite'}")
    planted = fill(record, Company(int(people), int(weeks), Week(2026, 46), seed=1))
    digest = weekly_digest(record, planted.week, ZoneInfo("UTC"))
    print(digest_as_text(digest))
    (Path(folder) / "digest.html").write_text(digest_as_html(digest), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
