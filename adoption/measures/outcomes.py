"""What the tools and the answers are worth: accepted, overridden, answered, time saved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adoption.measures.shares import Share
from adoption.measures.use import median

# 52 weeks over 12 months.
WEEKS_A_MONTH = 52 / 12
# What the programme costs once is spread over so many months.
MONTHS_OF_USE = 12


@dataclass(frozen=True)
class Decisions:
    """What became of recommendations; `shown` alone says nothing about that."""

    shown: int = 0
    accepted: int = 0
    edited: int = 0
    overridden: int = 0
    ignored: int = 0

    @property
    def decided(self) -> int:
        """Recommendations with a known end."""
        return self.accepted + self.edited + self.overridden + self.ignored

    @property
    def actions(self) -> int:
        """Everything that happened."""
        return self.shown + self.decided

    def __add__(self, other: Decisions) -> Decisions:
        return Decisions(
            self.shown + other.shown,
            self.accepted + other.accepted,
            self.edited + other.edited,
            self.overridden + other.overridden,
            self.ignored + other.ignored,
        )


@dataclass(frozen=True)
class Range:
    """A figure that people estimated, with its lower and upper end."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """The middle of the range."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Costs:
    """What a tool costs and what an hour of work is worth, in one currency."""

    a_month: float
    an_hour: float


def acceptance_rate(decisions: Decisions, people: Collection[str] = ()) -> Share:
    """Accepted or edited, of all recommendations with a known end; `people` decided on them.

    Source: GitHub's acceptance rate, with edited ones counted as taken.
    """
    return Share.of_events(decisions.accepted + decisions.edited, decisions.decided, people)


def override_rate(decisions: Decisions, people: Collection[str] = ()) -> Share:
    """Overridden, of all recommendations with a known end; `people` decided on them.

    Source: clinical decision support, H. van der Sijs et al., “Overriding of drug safety
    alerts in computerized physician order entry”, JAMIA 13 (2006), 138-147.
    """
    return Share.of_events(decisions.overridden, decisions.decided, people)


def answered_share(answered: Collection[str], asked: Collection[str]) -> Share:
    """Questions with an answer and its sources, of all asked; the rest abstained or failed.

    Questions that their askers stopped or took back don't count.

    Args:
        answered, asked: whoever asked, once for each question.
    """
    return Share.of(answered, asked)


def resolved_share(
    answered: Mapping[str, str], handed_on: Collection[str], asked: Collection[str]
) -> Share:
    """Resolved without a person: answered and not handed on, of all asked and not given up.

    Args:
        answered: whoever asked, by the ids of answered questions.
        handed_on: ids of questions.
        asked: whoever asked, once for each question.

    Source: contact centres' containment rate.
    """
    return Share.of([who for id, who in answered.items() if id not in handed_on], asked)


def helpful_share(positive: Collection[str], votes: Collection[str]) -> Share:
    """Thumbs up, of all thumbs; each person's last one under an answer counts.

    Args:
        positive, votes: whoever gave it, once for each thumb.
    """
    return Share.of(positive, votes)


def time_to_answer(handed_on: Iterable[tuple[datetime, datetime | None]]) -> timedelta | None:
    """Median time from handing a question on to a person's answer.

    Source: contact centres' time to resolution. Those that wait are not in the median.
    """
    taken = [
        max(0.0, (answered - asked).total_seconds())
        for asked, answered in handed_on
        if answered is not None
    ]
    middle = median(taken)
    return None if middle is None else timedelta(seconds=middle)


def time_saved(reports: Sequence[Range], people: int) -> Range | None:
    """Hours a week that `people` save, from what some of them reported in minutes a week.

    Median of the lower ends and of the upper ends, times people: medians, because one wild
    guess must not move the sum. None without reports. It is what people say, not what is seen.
    """
    low = median([report.low for report in reports])
    high = median([report.high for report in reports])
    if low is None or high is None:
        return None
    return Range(low * people / 60, high * people / 60)


# Minutes that a day of use saves: an assumption, for ranges only. The upper end is what people
# report, 5.4 % of their hours or some 26 minutes a day: A. Bick, A. Blandin and D. Deming, “The
# Impact of Generative AI on Work Productivity”, Federal Reserve Bank of St. Louis (2025); the same
# 26 minutes in the UK Government Digital Service's Microsoft 365 Copilot Experiment (2025). The
# lower end is ours: a fifth of it, because exports also count days on which little was done.
MINUTES_A_DAY = Range(5, 26)


def modelled_time_saved(days: int, weeks: int, minutes: Range = MINUTES_A_DAY) -> Range:
    """Hours a week that a group's days of use save, at so many minutes a day: days × minutes.

    Args:
        days: days on which somebody of the group used a tool, in all, in `weeks` weeks.
    """
    low, high = (days * each / weeks / 60 for each in (minutes.low, minutes.high))
    return Range(low, high)


def cost_a_month(seats: float, programme: float) -> float:
    """What a group costs a month: its seats, and the programme's one-off cost over a year."""
    return seats + programme / MONTHS_OF_USE


def return_on_cost(saved: Range, costs: Costs) -> Range | None:
    """(worth of the time saved − cost) / cost, for one month; None where nothing is paid.

    Source: the usual return on investment, ROI = (gain − cost) / cost.
    """
    if costs.a_month <= 0:
        return None
    worth = [hours * WEEKS_A_MONTH * costs.an_hour for hours in (saved.low, saved.high)]
    low, high = ((gain - costs.a_month) / costs.a_month for gain in worth)
    return Range(low, high)


def completion_share(done: Collection[str], due: Collection[str]) -> Share:
    """Check-ins or trainings done, of those due, each given as its person."""
    return Share.of(done, due)
