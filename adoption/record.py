"""The record: everything that happened, in one database, one repository a subject."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from adoption.access.access_tokens import AccessTokens
from adoption.access.allowed_logs import AllowedLogs
from adoption.channels.channel_rules import ChannelRules
from adoption.db.engine import open_database
from adoption.feedback.feedback import Feedback
from adoption.feedback.lesson_decisions import LessonDecisions
from adoption.follow_ups.follow_ups import FollowUps
from adoption.guides.decisions import GuideDecisions
from adoption.guides.statistics import GuideStatistics
from adoption.handoffs.handoffs import Handoffs
from adoption.nudges.nudges import Nudges
from adoption.people.directory import known_names
from adoption.people.home_views import HomeViews
from adoption.people.notices import Notices
from adoption.people.roster import Roster
from adoption.privacy.audit import RefusedActions
from adoption.privacy.erasures import Erasures
from adoption.privacy.groups import Minimum
from adoption.privacy.personal_data import PersonalData
from adoption.privacy.retention import forget
from adoption.pulse.answers import PulseAnswers
from adoption.pulse.rounds import PulseRounds
from adoption.questions.dismissed import DismissedQuestions
from adoption.questions.logging_pauses import LoggingPauses
from adoption.questions.questions import Questions
from adoption.questions.spending import Spending
from adoption.questions.threads import Threads
from adoption.readiness.readiness import Readiness
from adoption.roles.roles import Roles
from adoption.rollout.calendar import WaveCalendar
from adoption.rollout.waves import Waves
from adoption.submissions.schemas import FAQ, STORY, FaqFields, StoryFields
from adoption.submissions.submissions import Submissions, delete_drafts_about
from adoption.tables import METADATA
from adoption.training.training import Training
from adoption.usage import rollups
from adoption.usage.facts import UsageStore
from adoption.usage.tools import Tools


class Record:
    """Everything that happened, in one database.

    Every write can be repeated: the same fact written twice is there once.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> Record:
        """The record at a database address, tables up to date.

        Raises:
            RecordUnavailable: see `adoption.db.engine.open_database`.
        """
        return cls(open_database(url))

    def answers(self) -> bool:
        """Whether the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except (SQLAlchemyError, OSError):
            return False
        return True

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()

    @cached_property
    def questions(self) -> Questions:
        """Questions and how they ended."""
        return Questions(self.engine)

    @cached_property
    def dismissed_questions(self) -> DismissedQuestions:
        """Questions without an answer that nobody needs to answer."""
        return DismissedQuestions(self.engine)

    @cached_property
    def threads(self) -> Threads:
        """Which questions belong to one conversation."""
        return Threads(self.engine)

    @cached_property
    def logging_pauses(self) -> LoggingPauses:
        """Who paused logging."""
        return LoggingPauses(self.engine)

    def spending(self, clock: Callable[[], datetime]) -> Spending:
        """What the language model used, by day."""
        return Spending(self.engine, clock)

    @cached_property
    def feedback(self) -> Feedback:
        """Votes, comments, time saved, overrides, check-ins."""
        return Feedback(self.engine)

    @cached_property
    def handoffs(self) -> Handoffs:
        """Questions handed over to a person."""
        return Handoffs(self.engine)

    @cached_property
    def stories(self) -> Submissions[StoryFields]:
        """Success stories."""
        return Submissions(self.engine, STORY)

    @cached_property
    def faqs(self) -> Submissions[FaqFields]:
        """FAQ entries."""
        return Submissions(self.engine, FAQ)

    @cached_property
    def access_tokens(self) -> AccessTokens:
        """Tokens by which AI tools ask in somebody's name."""
        return AccessTokens(self.engine)

    @cached_property
    def allowed_logs(self) -> AllowedLogs:
        """What admins let AI tools log."""
        return AllowedLogs(self.engine)

    @cached_property
    def channel_rules(self) -> ChannelRules:
        """How the app behaves in each channel."""
        return ChannelRules(self.engine)

    @cached_property
    def lesson_decisions(self) -> LessonDecisions:
        """What admins decided about what people taught."""
        return LessonDecisions(self.engine)

    @cached_property
    def guide_decisions(self) -> GuideDecisions:
        """What admins decided about guides."""
        return GuideDecisions(self.engine)

    @cached_property
    def guide_statistics(self) -> GuideStatistics:
        """How the guides fare."""
        return GuideStatistics(self.engine)

    @cached_property
    def roster(self) -> Roster:
        """Who may use the tools, in which team and wave."""
        return Roster(self.engine, METADATA, rollups)

    def minimum(self, least: int) -> Minimum:
        """The smallest group that is shown, where `least` is set: larger in a small company.

        Raises:
            ValueError: `least` is under 3.
        """
        return Minimum(least).in_company_of(self.roster.size())

    @cached_property
    def roles(self) -> Roles:
        """Who is a champion."""
        return Roles(self.engine)

    @cached_property
    def waves(self) -> Waves:
        """The rollout's waves."""
        return Waves(self.engine)

    @cached_property
    def wave_calendar(self) -> WaveCalendar:
        """The messages around each wave's go-live."""
        return WaveCalendar(self.engine)

    @cached_property
    def readiness(self) -> Readiness:
        """The readiness checklist of each wave."""
        return Readiness(self.engine)

    @cached_property
    def training(self) -> Training:
        """Training: courses, sessions, seats, and what people completed."""
        return Training(self.engine)

    @cached_property
    def follow_ups(self) -> FollowUps:
        """Follow-ups with people after they got the tools or had a training."""
        return FollowUps(self.engine)

    def pulse_rounds(self, secret: bytes) -> PulseRounds:
        """Rounds of the pulse."""
        return PulseRounds(self.engine, secret)

    def pulse_answers(self, secret: bytes) -> PulseAnswers:
        """Invitations and answers of the round of the pulse that is open."""
        return PulseAnswers(self.engine, secret)

    @cached_property
    def nudges(self) -> Nudges:
        """Messages to people who have a tool and don't use it."""
        return Nudges(self.engine)

    @cached_property
    def home_views(self) -> HomeViews:
        """Who has opened Home, and what it shows them."""
        return HomeViews(self.engine)

    @cached_property
    def notices(self) -> Notices:
        """Messages that are posted once for good."""
        return Notices(self.engine)

    @cached_property
    def refused_actions(self) -> RefusedActions:
        """What people tried and may not do."""
        return RefusedActions(self.engine)

    @cached_property
    def usage(self) -> UsageStore:
        """What the tools report."""
        return UsageStore(self.engine)

    @cached_property
    def tools(self) -> Tools:
        """Names, owners and costs of the tools."""
        return Tools(self.engine)

    @cached_property
    def personal_data(self) -> PersonalData:
        """What is stored about one person."""
        return PersonalData(self.engine, METADATA, delete_drafts_about)

    @cached_property
    def erasures(self) -> Erasures:
        """Who had their data erased."""
        return Erasures(self.engine, METADATA)

    def name_hashes(self) -> frozenset[str]:
        """The hashes of every word of people's names, for redaction."""
        return known_names(self.engine)

    def forget(self, before: datetime, *, dry_run: bool = False) -> dict[str, int]:
        """Removes what is older than a moment (see `adoption.privacy.retention.forget`)."""
        return forget(self.engine, METADATA, before, dry_run=dry_run)
