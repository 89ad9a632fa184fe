"""Greets whoever opens the app for the first time, and suggests what to ask."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial

from bot.champions import greet_champion
from bot.container import Container, JobContext
from bot.features.onboarding.blocks import newcomer_message, welcome_message
from bot.features.onboarding.suggestions import Asker, Suggestions, suggestions_for
from bot.features.setup.steps import steps_of
from bot.jobs.job import job
from bot.slack.identity import team_of, user_of
from bot.slack.messages import Place
from bot.tools import tools_in_guides
from knowledge.errors import IndexEmpty, IndexUnavailable


@dataclass(frozen=True)
class Opened:
    """Somebody who opened the Messages tab; `channel` is their conversation with the app."""

    account: str
    channel: str


@dataclass(frozen=True)
class Newcomer:
    """Somebody who has not been greeted yet."""

    account: str


@job("onboarding.messages_opened", version=1)
def messages_opened(context: JobContext, opened: Opened) -> None:
    """Greets somebody who is new, and suggests what to ask."""
    container = context.container
    if not context.step(container.admins.may_ask, opened.account):
        return
    # First, as the suggestions may wait until the model is loaded: a greeting that came after
    # somebody's first answer would be in its way.
    greet(context, opened.account)
    found = context.step(_suggestions, container, opened.account)
    if found.questions:
        questions = [asdict(each) for each in found.questions]
        context.slack(container.slack.suggest, opened.channel, found.title, questions)


@job("onboarding.welcome", version=1)
def welcome(context: JobContext, newcomer: Newcomer) -> None:
    """Greets whoever installed the app, with what is left to do."""
    notices, account = context.container.record.notices, newcomer.account
    message = welcome_message(context.step(steps_of, context.container))
    context.post_once("welcome", Place(user_of(account)), message)
    # In this order: who opens a tab between the two is not greeted as a newcomer as well.
    context.step(notices.add, _newcomer(account), context.enqueued_at)
    context.step(notices.add, _installed(account), context.enqueued_at)


@job("onboarding.greet", version=1)
def greet_newcomer(context: JobContext, newcomer: Newcomer) -> None:
    """Greets somebody who opened the app for the first time."""
    context.post_once("greet", Place(user_of(newcomer.account)), newcomer_message())
    notices = context.container.record.notices
    context.step(notices.add, _newcomer(newcomer.account), context.enqueued_at)


JOBS = (messages_opened, welcome, greet_newcomer)


def greet(context: JobContext, account: str) -> None:
    """Has somebody greeted who opened the app, unless they were greeted before.

    Each greeting is a job of its own, named by whom it greets: of tabs that are opened at once,
    one has it sent.
    """
    container, newcomer = context.container, Newcomer(account)
    is_posted = container.record.notices.is_posted
    is_admin = context.step(container.admins.is_admin, account)
    if is_admin and not context.step(is_posted, _installed(account)):
        container.jobs.enqueue(welcome, newcomer, key=team_of(account))
    elif not context.step(is_posted, _newcomer(account)):
        container.jobs.enqueue(greet_newcomer, newcomer, key=account)
    # Nobody has greeted a champion of the roster yet.
    if context.step(_is_champion, container, account):
        greet_champion(container, account)


def _newcomer(account: str) -> str:
    return f"newcomer:{account}"


def _installed(account: str) -> str:
    return f"installed:{team_of(account)}"


def _is_champion(container: Container, account: str) -> bool:
    is_named = container.record.roles.champion(account) is not None
    return is_named and container.admins.is_member(account)


def _suggestions(container: Container, account: str) -> Suggestions:
    guided = {name.casefold() for name in tools_in_guides(container.index)}
    own = [name for name in container.record.tools.of(account) if name.casefold() in guided]
    is_admin = container.admins.is_admin(account)
    asker = Asker(tuple(own), _is_champion(container, account), is_admin)
    return suggestions_for(asker, partial(_is_answered, container))


def _is_answered(container: Container, question: str) -> bool:
    try:
        return container.answerer.knows(question)
    except (IndexEmpty, IndexUnavailable):
        return False
