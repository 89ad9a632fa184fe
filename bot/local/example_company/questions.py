"""Questions with their answers' sources and thumbs, and those handed to a person."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from adoption.feedback.models import Reason, TimeSaved, Vote
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.record import Record
from bot.local.example_company.company import Company, Employee


@dataclass(frozen=True)
class _Known:
    """What a guide answers; of its thumbs, `liked` are up."""

    question: str
    answer: str
    title: str
    source: str
    liked: float = 0.85


_KNOWN = (
    _Known(
        "How do I write a good prompt?",
        "Say the result you want, who it is for, the material, and the form.",
        "Ask well, get a useful answer",
        "quick-starts/asking-well.md",
    ),
    _Known(
        "How do I check an answer before I use it?",
        "Check every number, name, date and quotation against its source.",
        "Check an answer before you use it",
        "quick-starts/checking-an-answer.md",
    ),
    _Known(
        "When should I override a recommendation?",
        "When you know something that the tool does not.",
        "When and how to override a recommendation",
        "quick-starts/when-and-how-to-override.md",
    ),
    _Known(
        "Can I enter customer data?",
        "Only in a tool that is approved for personal data.",
        "Privacy and data",
        "faq/privacy-and-data.md",
    ),
    _Known(
        "May I use a private AI account for work?",
        "No. Company data belong in tools that the company has approved.",
        "Privacy and data",
        "faq/privacy-and-data.md",
    ),
    _Known(
        "Does my manager see what I ask?",
        "No. Reports show groups of at least five people, never who asked what.",
        "AI tools and my job",
        "faq/my-job.md",
    ),
    _Known(
        "How long does the training take?",
        "The awareness session takes 2 hours.",
        "Getting help and training",
        "faq/getting-help-and-training.md",
        liked=0.3,
    ),
    _Known(
        "I missed the training. What now?",
        "Book the next session with the AI programme team.",
        "Getting help and training",
        "faq/getting-help-and-training.md",
        liked=0.3,
    ),
    _Known(
        "Why does the AI make things up?",
        "When they lack the facts, the likely text can be wrong.",
        "Accuracy and trust",
        "faq/accuracy-and-trust.md",
    ),
)
# What no guide answers, in the words of several people; the first is asked most.
_GAPS = (
    (
        "Where do I order a licence for GitHub Copilot?",
        "How do I order a GitHub Copilot licence?",
        "where can I order a licence for github copilot",
    ),
    ("Can ChatGPT Enterprise read our SharePoint?", "Does ChatGPT Enterprise read SharePoint?"),
    ("Do the meeting notes work in Norwegian?",),
    ("Which tool translates our product names correctly?",),
)
_WEIGHTS = (6, 2, 1, 1)
_MOST_A_WEEK = 36
_CLIENTS = ("Slackbot", "Claude Code")
_MOST_BY_TOOL = 12
_REASONS = (Reason.OUTDATED, Reason.INCOMPLETE, Reason.OUTDATED, Reason.HARD_TO_FOLLOW)


def fill(record: Record, company: Company) -> None:
    """Stores the questions of all weeks."""
    most = min(3 + company.size // 4, _MOST_A_WEEK)
    for week, monday in enumerate(company.mondays, 1):
        chance = company.chance("questions", monday)
        # Fewer people asked in the first months.
        for number in range(3 + (most - 3) * week // company.weeks):
            _ask(record, company, chance, monday, number)
        # AI tools were connected half-way.
        if week > company.weeks // 2:
            _ask_by_tools(record, company, monday)


def _ask_by_tools(record: Record, company: Company, monday: date) -> None:
    """Questions of a week that people asked through their AI tools."""
    chance = company.chance("AI tools", monday)
    for client in _CLIENTS:
        for number in range(min(max(company.size // 16, 8), _MOST_BY_TOOL)):
            known, asker = chance.choice(_KNOWN), chance.choice(company.active_people)
            asked = Asked(
                id=f"mcp:{client}:{monday}:{number}",
                account=asker.account,
                asked_at=company.moment(chance, monday),
                surface=Surface.MCP,
                client=client,
                channel="mcp",
                question=known.question,
                outcome=Outcome.ABSTAINED,
                answer="",
                index_version="1",
            )
            record.questions.add(_answered(asked, company, known))


def _ask(
    record: Record, company: Company, chance: random.Random, monday: date, number: int
) -> None:
    known = chance.choice(_KNOWN) if chance.random() < 0.74 else None
    id, at = f"C1:{monday}:{number}", company.moment(chance, monday)
    asker = chance.choice(company.active_people)
    asked = Asked(
        id=id,
        account=asker.account,
        asked_at=at,
        surface=Surface.CHANNEL if number % 3 else Surface.DIRECT,
        channel="C1",
        question=known.question if known else _gap(chance),
        outcome=Outcome.ABSTAINED,
        answer="",
        index_version="1",
    )
    record.questions.add(_answered(asked, company, known) if known else asked)
    if known and chance.random() < 0.5:
        _vote(record, known, chance, id, (asker, at))
    elif not known and chance.random() < 0.5:
        _hand_over(record, company, chance, id, (asker, at))


def _answered(asked: Asked, company: Company, known: _Known) -> Asked:
    cited = Cited(1, "p", known.title, "", company.guides + known.source)
    return replace(asked, outcome=Outcome.ANSWERED, answer=known.answer, citations=[cited])


def _gap(chance: random.Random) -> str:
    [wordings] = chance.choices(_GAPS, _WEIGHTS)
    return chance.choice(wordings)


def _vote(
    record: Record, known: _Known, chance: random.Random, id: str, asked: tuple[Employee, datetime]
) -> None:
    who, at = asked[0].account, asked[1]
    if chance.random() >= known.liked:
        record.feedback.set_vote(id, who, Vote.NEGATIVE, at)
        record.feedback.set_reason(id, who, chance.choice(_REASONS), None, at)
        return
    record.feedback.set_vote(id, who, Vote.POSITIVE, at)
    if chance.random() < 0.5:
        saved = chance.choice((TimeSaved.NOTHING, TimeSaved.MINUTES, TimeSaved.HOUR))
        record.feedback.set_time_saved(id, who, saved, at)


def _hand_over(
    record: Record,
    company: Company,
    chance: random.Random,
    id: str,
    asked: tuple[Employee, datetime],
) -> None:
    who, at = asked
    answered = at + timedelta(hours=chance.randint(1, 30))
    record.handoffs.open(id, who.account, at, ("C1", "1"))
    # Only what was asked in the last days may still wait.
    if chance.random() < 0.75 or at < company.now - timedelta(days=5):
        helper = chance.choice(helpers(company))
        record.handoffs.take(id, helper, at + timedelta(minutes=20))
        record.handoffs.solve(id, helper, answered)


def helpers(company: Company) -> Sequence[str]:
    """The Slack ids of those who help: the champions."""
    return [each.account.split(":")[1] for each in company.champions] or ["UHELPER"]
