"""Greets whoever opens the app for the first time, and suggests what to ask."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial

from bot.champions import greet_champion
from bot.container import Container, JobContext
from bot.features.onboarding.blocks import Checked, newcomer_message, welcome_message
from bot.features.onboarding.suggestions import Asker, Suggestions, suggestions_for
from bot.jobs.job import job
from bot.slack.identity import team_of, user_of
from bot.slack.messages import Place
from bot.texts import texts
from bot.tools import tools_in_guides
from knowledge.errors import IndexEmpty, IndexUnavailable


@dataclass(frozen=True)
class Opened:
    """Somebody who opened the Messages tab; `channel` is their conversation with the app."""

    account: str
    channel: str


@job("onboarding.messages_opened", version=1)
def messages_opened(context: JobContext, opened: Opened) -> None:
    """Greets somebody who is new, and suggests what to ask."""
    container = context.container
    # First, as the suggestions may wait until the model is loaded: a greeting that came after
    # somebody's first answer would be in its way.
    greet(context, opened.account)
    found = context.step(_suggestions, container, opened.account)
    if found.questions:
        questions = [asdict(each) for each in found.questions]
        context.slack(container.slack.suggest, opened.channel, found.title, questions)


JOBS = (messages_opened,)


def greet(context: JobContext, account: str) -> None:
    """Greets somebody who opened the app, unless they were greeted before."""
    record = context.container.record
    installed, newcomer = f"installed:{team_of(account)}", f"newcomer:{account}"
    is_admin = context.step(context.container.admins.is_admin, user_of(account))
    if is_admin and not context.step(record.notices.is_posted, installed):
        message = welcome_message(context.step(_checks, context.container))
        context.post_once("welcome", Place(user_of(account)), message)
        # In this order: who opens a tab between the two is not greeted as a newcomer as well.
        context.step(record.notices.add, newcomer, context.enqueued_at)
        context.step(record.notices.add, installed, context.enqueued_at)
    elif not context.step(record.notices.is_posted, newcomer):
        context.post_once("greet", Place(user_of(account)), newcomer_message())
        context.step(record.notices.add, newcomer, context.enqueued_at)
    # Nobody has greeted a champion of the roster yet.
    if context.step(_is_champion, context.container, account):
        greet_champion(context, account)


def _is_champion(container: Container, account: str) -> bool:
    return container.record.roles.champion(account) is not None


def _suggestions(container: Container, account: str) -> Suggestions:
    guided = {name.casefold() for name in tools_in_guides(container.index)}
    own = [name for name in container.record.tools.of(account) if name.casefold() in guided]
    is_admin = container.admins.is_admin(user_of(account))
    asker = Asker(tuple(own), _is_champion(container, account), is_admin)
    return suggestions_for(asker, partial(_is_answered, container))


def _is_answered(container: Container, question: str) -> bool:
    try:
        return container.answerer.knows(question)
    except (IndexEmpty, IndexUnavailable):
        return False


def _checks(container: Container) -> list[Checked]:
    """What is set up, and how to do the rest."""
    settings, say = container.settings, texts("onboarding")
    done = {
        "guides": _has_guides(container),
        "help_channel": bool(settings.help_channel),
        "stories_channel": bool(settings.stories_channel),
        "admin_channel": bool(settings.admin_channel),
        "champions": bool(container.record.roles.champions()),
    }
    return [Checked(say[name], is_done, say[f"{name}_how"]) for name, is_done in done.items()]


def _has_guides(container: Container) -> bool:
    try:
        return len(container.index.snapshot()) > 0
    except (IndexEmpty, IndexUnavailable):
        return False
