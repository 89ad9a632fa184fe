"""Draws Home tabs, and answers what is asked there."""

from __future__ import annotations

import threading

from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.sections import sections
from adoption.reports.digest.use_section import use_section
from adoption.reports.follow_ups import FollowUpBook
from adoption.reports.home_facts import open_questions, own_questions
from adoption.reports.weeks import Week
from adoption.reports.wording import percent
from adoption.usage.queries import UseReader
from bot.answering.question import Question
from bot.features.faqs.jobs import gap_id
from bot.features.guides.jobs import lists_of
from bot.features.home.blocks import AdminFacts, Gap, HomeFacts, TeamFacts, home_view
from bot.features.office import Office
from bot.features.onboarding.jobs import greet
from bot.jobs.deeds import Deed
from bot.observability.question_metrics import Course, Observer
from bot.slack.blocks.parts import section, user_of
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain

_TRIES = 3


class HomeDeeds(Observer):
    """The deeds around Home; watches answers, to show them there."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.refreshers.append(self.draw)
        office.watchers.append(self)
        office.deeds.on("home_opened", self._opened)
        office.deeds.on("home_changed", lambda deed: self.draw(deed, deed.values["account"]))
        office.deeds.on("help_changed", self._helped)
        office.deeds.on("home_ask", self._ask)

    def _helped(self, deed: Deed) -> None:
        self._office.refresh(deed, deed.values["account"], admins=True)

    def ended(self, question: Question, course: Course) -> None:
        """Shows an answer in the asker's Home; aside, for a step cannot keep a deed."""

        def keep() -> None:
            if self._office.roles.home_hash(question.account):
                id = f"home:{question.id}"
                self._office.deeds.take(id, "home_changed", account=question.account)

        threading.Thread(target=keep, name="home", daemon=True).start()

    def draw(self, deed: Deed, account: str) -> None:
        """Draws somebody's Home, as a step."""
        deed.step(f"home {account}", self._draw, account)

    def _draw(self, account: str, opened: bool = False) -> None:
        roles = self._office.roles
        for attempt in range(_TRIES + 1):
            # What was drawn meanwhile is newer than what we read: read again, then draw.
            hash = roles.home_hash(account) if attempt < _TRIES else ""
            is_admin = self._office.admins.knows(user_of(account))
            view = home_view(self._facts(account, is_admin))
            drawn = self._office.courier.publish(user_of(account), view, hash)
            if drawn is not None:
                roles.keep_home(account, drawn, is_admin, self._office.now(), opened)
                return

    def _opened(self, deed: Deed) -> None:
        account = deed.values["account"]
        deed.step(f"home {account}", self._draw, account, opened=True)
        greet(self._office, deed, account)

    def _ask(self, deed: Deed) -> None:
        """Shows the question in the person's direct messages, and has it answered under that."""
        account, words = deed.values["account"], deed.values["text"]
        text = f"You asked: {plain(words, 2500)}"
        place = self._office.post(deed, "asked", user_of(account), Message(text, [section(text)]))
        if place:
            self._office.ask(account, place[0], place[1], words)

    def _facts(self, account: str, is_admin: bool) -> HomeFacts:
        office = self._office
        engine = office.record.engine
        champion = office.roles.champion(account)
        return HomeFacts(
            questions=own_questions(engine, account, 5),
            mine=office.stories.open_of(account),
            stories=office.stories.published(3),
            team=self._team(champion.team) if champion and champion.team else None,
            admin=self._admin() if is_admin else None,
        )

    def _team(self, team: str) -> TeamFacts:
        engine = self._office.record.engine
        reader = UseReader(engine)
        today = self._office.now().astimezone(self._office.settings.zone).date()
        section_ = use_section(reader, today, self._office.minimum)
        # A team under the minimum is folded into the others, and has no line of its own.
        own = [group for group in section_.teams if group.name == team]
        words = ""
        if own and own[0].now.weekly.value is not None:
            now, before = own[0].now, own[0].before
            words = (
                f"*Active this week* {percent(now.weekly.value)} "
                f"(before: {percent(before.weekly.value)}) of {now.eligible} people\n"
                f"*Every week* {percent(now.habit.value)}, *not for a while* "
                f"{percent(now.dormant.value)}, *never* {percent(now.never_used.value)}"
            )
        return TeamFacts(team, words, open_questions(engine, reader.names(), 5, team))

    def _admin(self) -> AdminFacts:
        office = self._office
        record, zone = office.record, office.settings.zone
        week = Week.of(office.now(), zone)
        digest = weekly_digest(record, week, zone, office.minimum)
        table = next(part.table for part in sections(digest) if part.key == "figures")
        rows = table.rows if table else ()
        gaps = [(gap, gap_id(gap.name)) for gap in digest.unanswered]
        kept = office.faqs.published_among([id for _, id in gaps])
        return AdminFacts(
            week=str(week),
            figures=[(row[0], row[1], row[2]) for row in rows],
            unanswered=[Gap(gap.name, gap.count, id in kept) for gap, id in gaps],
            awaiting=office.stories.awaiting(),
            faqs=office.faqs.awaiting(),
            guides=lists_of(office),
            open=open_questions(record.engine, UseReader(record.engine).names(), 5),
            points=FollowUpBook(record.engine).of(week.previous),
        )
