"""Greets a new champion once, whoever made them one: an admin in Slack, or the roster."""

from __future__ import annotations

from bot.action_ids import WRITE_STORY
from bot.container import JobContext
from bot.slack.blocks import actions, button, section
from bot.slack.identity import user_of
from bot.slack.messages import Message, Place
from bot.slack.mrkdwn import plain
from bot.texts import texts


def greet_champion(context: JobContext, account: str) -> None:
    """Greets a champion, unless they were greeted before."""
    notices, key = context.container.record.notices, f"champion:{account}"
    if context.step(notices.is_posted, key):
        return
    champion = context.step(context.container.record.roles.champion, account)
    message = champion_message(champion.team if champion else "")
    context.post_once(f"greet {account}", Place(user_of(account)), message)
    context.step(notices.add, key, context.enqueued_at)


def champion_message(team: str) -> Message:
    """The greeting, with what champions can do."""
    say = texts("onboarding")
    text = say["champion_of"].format(team=plain(team, 300)) if team else say["champion"]
    story = actions(button(say["write_story"], WRITE_STORY))
    return Message.of(text, section(text), section(say["champion_can"]), story)
