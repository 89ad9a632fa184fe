"""`list_training` and `my_open_points`: what the record holds for the person who calls."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.container import Container
from bot.features.follow_ups.blocks import asked
from bot.features.follow_ups.jobs import today_of
from bot.features.training.offers import Offer, Training, guides_to_read, training_for
from bot.mcp.tool import Arguments, Call, CallRefused, Result, Tool
from bot.settings import OptionalFeature
from bot.slack.errors import SlackError
from bot.texts import texts


class NoArguments(Arguments):
    """Nothing."""


class SessionFound(Result):
    """A training session."""

    title: str
    about: str
    tier: str
    starts_at: datetime = Field(description="By the clocks where the person is.")
    minutes: int
    place: str
    is_full: bool
    state: str = Field(description="Of the person's seat; empty where they have none.")
    guides: tuple[str, ...] = Field(description="Titles of the guides that belong to it.")


class Sessions(Result):
    """Sessions to come, the next one first, those with a seat before the others."""

    sessions: tuple[SessionFound, ...]


class PointKind(StrEnum):
    """What is open."""

    QUESTION = "question"
    FOLLOW_UP = "follow-up"
    TRAINING = "training"


class Point(Result):
    """Something that is open for a person."""

    kind: PointKind
    text: str
    since: datetime | None = None
    due: datetime | None = None
    next_step: str


class Points(Result):
    """Everything that is open for a person."""

    points: tuple[Point, ...]


def list_training(call: Call, _: NoArguments) -> Sessions:
    """The sessions to come that are for whoever calls."""
    training = _training(call)
    offers = (*training.seats, *training.fitting)
    return Sessions(sessions=tuple(_session(call, each, training.zone) for each in offers))


def my_open_points(call: Call, _: NoArguments) -> Points:
    """What is open for whoever calls."""
    return Points(points=(*_questions(call), *_follow_ups(call), *_seats(call)))


def _training(call: Call) -> Training:
    try:
        return training_for(call.container, call.caller.account)
    except SlackError:
        raise CallRefused(texts("mcp")["slack_silent"]) from None


def _session(call: Call, offer: Offer, zone: ZoneInfo) -> SessionFound:
    plan, course = offer.session.plan, offer.session.course
    return SessionFound(
        title=course.title,
        about=course.about,
        tier=course.tier.value,
        starts_at=plan.starts_at.astimezone(zone),
        minutes=plan.minutes,
        place=plan.place if offer.state else "",
        is_full=offer.taken.seats >= plan.seats,
        state=offer.state.value if offer.state else "",
        guides=tuple(each.title for each in guides_to_read(call.container, course)),
    )


def _questions(call: Call) -> list[Point]:
    """Their questions that a person still has to answer."""
    record, say = call.container.record, texts("mcp")
    found = []
    for each in record.handoffs.open_of(call.caller.account):
        question = record.questions.get(each.interaction_id)
        taken = say["question_taken"] if each.taken_by else say["question_waits"]
        text = question.question if question else ""
        found.append(
            Point(kind=PointKind.QUESTION, text=text, since=each.asked_at, next_step=taken)
        )
    return [each for each in found if each.text]


def _follow_ups(call: Call) -> list[Point]:
    if not _is_on(call.container, OptionalFeature.FOLLOW_UPS):
        return []
    step, today = texts("mcp")["follow_up_next"], today_of(call.container)
    return [
        Point(kind=PointKind.FOLLOW_UP, text=asked(each).strip("*"), next_step=step)
        for each in call.container.record.follow_ups.open_of(call.caller.account, today)
    ]


def _seats(call: Call) -> list[Point]:
    if not _is_on(call.container, OptionalFeature.TRAINING):
        return []
    say, training = texts("training"), _training(call)
    return [
        Point(
            kind=PointKind.TRAINING,
            text=each.session.course.title,
            due=each.session.starts_at.astimezone(training.zone),
            next_step=say[f"state_{each.state}"],
        )
        for each in training.seats
    ]


def _is_on(container: Container, feature: OptionalFeature) -> bool:
    return feature not in container.settings.features_off


LIST_TRAINING = Tool(
    name="list_training",
    takes=NoArguments,
    gives=Sessions,
    run=list_training,
)
MY_OPEN_POINTS = Tool(
    name="my_open_points",
    takes=NoArguments,
    gives=Points,
    run=my_open_points,
)
