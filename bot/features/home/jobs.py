"""Draws Home when it is opened or has something new to show, and asks what is asked there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.container import Container, JobContext, OnAnswered
from bot.conversation.question import Question
from bot.features.home.drawing import draw_home, refresh_home
from bot.features.onboarding.jobs import greet
from bot.jobs.job import job


@dataclass(frozen=True)
class Opened:
    """Somebody who opened Home."""

    account: str


@job("home.opened", version=1)
def home_opened(context: JobContext, opened: Opened) -> None:
    """Draws Home for colleagues and guests, and greets somebody who is new."""
    if context.step(context.container.admins.may_ask, opened.account):
        context.slack(draw_home, context.container, opened.account, opened=True)
        greet(context, opened.account)


@job("home.answered", version=1)
def home_answered(context: JobContext, opened: Opened) -> None:
    """Shows an answered question in its asker's Home."""
    refresh_home(context, [opened.account])


JOBS = (home_opened, home_answered)


def _enqueue(container: Container, question: Question) -> None:
    container.jobs.enqueue(home_answered, Opened(question.account), key=question.id)


def _has_home(container: Container, question: Question) -> bool:
    return bool(container.record.home_views.content_hash(question.account))


# An asker's Home is drawn again in a job of its own, if they have opened it.
ON_ANSWERED = OnAnswered("home", _has_home, _enqueue)
