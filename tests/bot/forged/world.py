"""A record with one of everything that a button or dialog is about, none of it the forger's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adoption.db.base import Base
from adoption.feedback.lesson_decisions import lesson_of
from adoption.feedback.models import LessonDecision, Vote
from adoption.guides.decisions import guide_id
from adoption.guides.models import GuideDecision
from adoption.nudges.nudges import Campaign, Rules
from adoption.people.roster import RosterRow
from adoption.privacy.groups import Minimum
from adoption.pulse.models import RoundState
from adoption.pulse.rounds import Plan as RoundPlan
from adoption.reports.actions import ActionBook
from adoption.reports.recommendations import Recommendation
from adoption.reports.targets import Aim, Dimension, Targets
from adoption.reports.weeks import Week
from adoption.rollout.models import MessageKind
from adoption.rollout.wave import WavePlan
from adoption.submissions.schemas import FaqFields, StoryFields, faq_id
from adoption.training.catalogue import Course, Plan
from adoption.training.models import Tier
from adoption.usage.facts import Covered
from bot.features.pulse.secret import rounds_of
from bot.features.training.jobs import tidy
from bot.jobs.job import Due
from bot.slack.blocks import actions, button, context, section
from bot.slack.messages import Message, Place, Posted
from tests.support.app import BUDGET, RunningApp, said

# Stands in all that the forger may not see.
SECRET = "zzsecret"
STORY, DRAFT, TEXTS = "s" * 32, "d" * 32, "t" * 32
ENTRY, WEEK, TOOL = faq_id("C1:1795000000.000100"), Week(2026, 46), "Mars"
PLANNED, LIVE, GATE, GONE = "Planned", "Live", "Gate", "Gone"
ROUND, CAMPAIGN = "round", "c" * 32
COMING, HELD, COURSE = "coming", "held", "course"
GAP, DISMISSED = f"Who {SECRET} pays?", f"Who {SECRET} sleeps?"
OWN = "own:item"
GUIDE, EXCLUDED = "Budget and sponsor", "Accuracy and trust"
# Changed by whoever sends anything at all.
_ANYBODY = {"refused_actions", "people", "handles", "home_views"}


@dataclass
class World:
    """The app, and what is in its record.

    Attributes:
        message: of the app in a channel, in which senders say that they press.
    """

    it: RunningApp
    message: Posted
    asked: str = ""
    offered: str = ""
    taken: str = ""
    lesson: str = ""
    follow_up: str = ""
    token: str = ""
    guide: str = ""
    excluded: str = ""
    section: str = ""

    def account(self, who: str) -> str:
        return self.it.account(who)

    def kept(self) -> dict[str, list[str]]:
        """Every row that not everybody changes by being there."""
        posted = [said(self.it.slack.message(self.message))]
        with self.it.record.engine.connect() as connection:
            return {"#general": posted} | {
                table.name: sorted(map(str, connection.exec_driver_sql(f'select * from "{table}"')))
                for table in Base.metadata.sorted_tables
                if table.name not in _ANYBODY
            }


def filled(it: RunningApp) -> World:
    """Fills the record; Maya (`user`) and Jonas (`champion`) own what is in it."""
    place = Place(it.slack.channel("general"))
    digest = Message.of(
        "Week 46",
        section("Week 46"),
        context("Every Monday."),
        actions(button("Take it", "x", "y")),
    )
    world = World(it, it.container.slack.post(place, digest))
    for fill in (_people, _submissions, _questions, _decisions, _rollout, _programme, _training):
        fill(world)
    it.container.jobs.enqueue(tidy, Due(it.container.now()), key="before")
    it.quiet()
    return world


def _people(world: World) -> None:
    it = world.it
    now = it.container.now()
    for number in range(8):
        it.slack.add_user(f"more{number}", f"More {number}")
    names = ("user", "champion", *(f"more{number}" for number in range(8)))
    since = now.date() - timedelta(weeks=2)
    rows = [
        RosterRow(
            f"{name}@x.example",
            "Finance",
            wave="One",
            eligible_since=since,
            account=world.account(name),
            tools=(TOOL,),
        )
        for name in names
    ]
    it.record.roster.store(rows, now)
    days = [now.date() - timedelta(days=back) for back in range(1, 50)]
    it.record.usage.store([], now, [Covered(TOOL, "export", day) for day in days])
    it.record.roles.add_champion(world.account("champion"), "Finance", now)
    it.record.access_tokens.make(world.account("user"), SECRET, False, now)
    world.token = it.record.access_tokens.of(world.account("user"), now)[0].id


def _submissions(world: World) -> None:
    record, now = world.it.record, world.it.container.now()
    fields = StoryFields(SECRET, TOOL, "Finance", SECRET, SECRET, consent=True)
    for id in (STORY, DRAFT, TEXTS):
        record.stories.save_draft(id, world.account("user"), fields, now)
    record.stories.submit(STORY, world.account("user"), now)
    entry = FaqFields(SECRET, SECRET, audience="admins")
    record.faqs.submit_fields(ENTRY, world.account("champion"), entry, False, now)


def _questions(world: World) -> None:
    """Three questions in Maya's direct messages: answered, offered to helpers, and replied to."""
    it, maya, jonas = world.it, world.it.slack.user(), world.it.slack.user("champion")
    ids = []
    for number in range(3):
        asked, answer = it.asks("user", f"{SECRET} {number}: {BUDGET}", "app")
        ids.append(f"{asked.channel}:{asked.ts}")
        if number:
            maya.presses("ask_person", answer)
            it.quiet()
    world.asked, world.offered, world.taken = ids
    offer = it.slack.messages("ai-help")[-1]
    jonas.presses("handoff_take", offer)
    jonas.says(f"The {SECRET} director.", channel="ai-help", thread=offer)
    it.quiet()
    found = it.record.questions.get(world.asked)
    assert found is not None
    world.section = it.rows("select passage_id from citations limit 1")[0][0]
    now = it.container.now()
    it.record.feedback.set_vote(
        world.asked, world.account("user"), Vote.POSITIVE, now, world.section
    )
    world.lesson = lesson_of(it.record.feedback.section_votes(9)[0])


def _decisions(world: World) -> None:
    record, now, engine = world.it.record, world.it.container.now(), world.it.record.engine
    priya = world.account("admin")
    ActionBook(engine).recommend(WEEK, [Recommendation("gym", (SECRET,), (), "")])
    record.dismissed_questions.dismiss(DISMISSED, priya, now)
    record.lesson_decisions.decide("another lesson", LessonDecision.REVOKED, priya, now)
    Targets(engine).put(Aim("weekly", Dimension.TEAM, "Finance", 0.6))
    named = {each.title: each for each in world.it.container.guides.guides()}
    world.guide = guide_id(named[GUIDE].source)
    shut = named[EXCLUDED]
    decided = (GuideDecision.EXCLUDED, "before", priya, now, now.date())
    record.guide_decisions.decide(shut.source, shut.title, *decided)
    world.excluded = guide_id(shut.source)


def _rollout(world: World) -> None:
    record, today = world.it.record, world.it.container.now().date()
    jonas = world.account("champion")
    for name, weeks in ((PLANNED, 4), (GONE, 4), (LIVE, -1), (GATE, -12)):
        go_live = today + timedelta(weeks=weeks)
        gate_on = go_live + timedelta(weeks=12)
        record.waves.create(name, name, WavePlan(go_live, gate_on, owner=jonas))
        if weeks < 0:
            record.waves.launch(name, "before", go_live)
    record.wave_calendar.set_owners(LIVE, {next(iter(MessageKind)): jonas})
    record.readiness.add(PLANNED, OWN, f"Something {SECRET}")
    record.readiness.assign(PLANNED, OWN, jonas, None)


def _programme(world: World) -> None:
    it, record, now = world.it, world.it.record, world.it.container.now()
    today, zone = now.astimezone(it.container.settings.zone).date(), it.container.settings.zone
    maya = world.account("user")
    campaign = Campaign(CAMPAIGN, TOOL, 0.0, world.account("admin"), now)
    assert record.nudges.approve(campaign, today, Rules(14, 0.0, 1), lambda account: now)
    for each in record.nudges.planned(CAMPAIGN):
        record.nudges.set_sent(CAMPAIGN, each.account, now)
    for id in record.follow_ups.open_due(today):
        record.follow_ups.set_sent(id)
    world.follow_up = record.follow_ups.open_of(maya, today)[0].id
    rounds = rounds_of(it.container)
    assert rounds.plan(ROUND, RoundPlan(today, 14, 0), zone, world.account("admin"))
    opens, _, _ = RoundPlan(today, 14, 0).moments(zone)
    state = rounds.open(ROUND, Minimum(), max(now, opens), today)
    assert state is RoundState.OPEN
    rounds.set_sent(ROUND, reminders=True)


def _training(world: World) -> None:
    training, now = world.it.record.training, world.it.container.now()
    jonas, maya = world.account("champion"), world.account("user")
    training.catalogue.put_courses([Course(COURSE, "A course", Tier.AWARENESS)])
    week_ago = now - timedelta(weeks=1)
    for id, begin in ((COMING, now + timedelta(days=9)), (HELD, now - timedelta(hours=3))):
        begin = begin.replace(minute=0, second=0, microsecond=0)
        plan = Plan(id, COURSE, begin, 60, "Europe/Berlin", 9, jonas, "Room 1")
        training.catalogue.plan(plan, week_ago)
        training.seats.sign_up(id, maya, week_ago, week_ago)


def moment() -> datetime:
    return datetime.now(UTC)


Json = dict[str, Any]
