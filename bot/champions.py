"""Greets a new champion once, whoever made them one: an admin in Slack, or the roster."""

from __future__ import annotations

from dataclasses import dataclass

from bot.action_ids import WRITE_STORY
from bot.container import Container, JobContext
from bot.jobs.job import job
from bot.slack.blocks import actions, button, section
from bot.slack.identity import user_of
from bot.slack.messages import Message, Place
from bot.slack.mrkdwn import plain
from bot.texts import texts


@dataclass(frozen=True)
class NewChampion:
    """Somebody who became a champion."""

    account: str


@job("champions.greet", version=1)
def greet(context: JobContext, new: NewChampion) -> None:
    """Greets a champion, unless they were greeted before."""
    notices, key = context.container.record.notices, f"champion:{new.account}"
    if context.step(notices.is_posted, key):
        return
    champion = context.step(context.container.record.roles.champion, new.account)
    message = champion_message(champion.team if champion else "")
    context.post_once("greet", Place(user_of(new.account)), message)
    context.step(notices.add, key, context.enqueued_at)


JOBS = (greet,)


def greet_champion(container: Container, account: str) -> None:
    """Has a champion greeted; once, however many ask for it at the same moment."""
    container.jobs.enqueue(greet, NewChampion(account), key=account)


def champion_message(team: str) -> Message:
    """The greeting, with what champions can do."""
    say = texts("onboarding")
    text = say["champion_of"].format(team=plain(team, 300)) if team else say["champion"]
    story = actions(button(say["write_story"], WRITE_STORY))
    return Message.of(text, section(text), section(say["champion_can"]), story)
