"""Carries out what an admin decides about a guide."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.guides.decisions import GuideStatus
from adoption.guides.models import GuideDecision
from adoption.privacy.models import RestrictedAction
from bot.access import Attempt, is_allowed
from bot.container import Container, JobContext
from bot.features.guides.blocks import decided_text, review_request
from bot.features.guides.facts import facts_of, guide_named
from bot.jobs.job import job
from bot.slack.blocks import line
from bot.slack.identity import mention
from bot.slack.messages import Place
from bot.slack.mrkdwn import plain
from bot.texts import texts


@dataclass(frozen=True)
class Decided:
    """A decision about a guide, by its id."""

    account: str
    guide: str
    decision: GuideDecision


@dataclass(frozen=True)
class ReviewWanted:
    """Somebody who is asked, in an admin's name, to review a guide.

    Attributes:
        person: Slack id of whom is asked.
    """

    account: str
    guide: str
    person: str
    note: str


@dataclass(frozen=True)
class NamedGuide:
    """A guide's source and title."""

    source: str
    title: str


@job("guides.decide", version=1)
def decide(context: JobContext, decided: Decided) -> None:
    """Stores a decision and brings the index in line with it."""
    container, say = context.container, texts("guides")
    if not _is_allowed(context, decided.account, decided.guide):
        return
    guide = context.step(_named, container, decided.guide)
    if guide is None:
        context.reply("gone", "", decided.account, line(say["gone"]))
    elif not context.step(_decide, container, context.key, decided, guide):
        status = context.step(_status, container, decided.guide)
        text = say["faster"].format(admin=mention(status.by if status else ""))
        context.reply("faster", "", decided.account, line(text))
    else:
        context.step(container.sync.guide, guide.source)
        text = decided_text(decided.decision, guide.title)
        context.reply("decided", "", decided.account, line(text))
        container.refresh_home(context, admins=True)


@job("guides.request_review", version=1)
def request_review(context: JobContext, wanted: ReviewWanted) -> None:
    """Asks somebody to review a guide."""
    say = texts("guides")
    if not _is_allowed(context, wanted.account, wanted.guide):
        return
    facts = context.step(facts_of, context.container, wanted.guide)
    if facts is None:
        context.reply("gone", "", wanted.account, line(say["gone"]))
        return
    request = review_request(facts, wanted.account, wanted.note)
    context.post_once("request", Place(wanted.person), request)
    title = plain(facts.title, 300)
    text = say["requested"].format(person=mention(wanted.person), title=title)
    context.reply("requested", "", wanted.account, line(text))


JOBS = (decide, request_review)


def _is_allowed(context: JobContext, account: str, guide: str) -> bool:
    refusal = texts("guides")["not_admin"]
    return is_allowed(context, Attempt(account, RestrictedAction.GUIDE, guide, refusal=refusal))


def _decide(container: Container, key: str, decided: Decided, guide: NamedGuide) -> bool:
    now = container.now()
    today = now.astimezone(container.settings.zone).date()
    return container.record.guide_decisions.decide(
        guide.source, guide.title, decided.decision, key, decided.account, now, today
    )


def _named(container: Container, id: str) -> NamedGuide | None:
    """A guide, also one that is excluded; None if it is gone."""
    guide = guide_named(container, id)
    if guide is not None:
        return NamedGuide(guide.source, guide.title)
    status = _status(container, id)
    return NamedGuide(status.source, status.title) if status is not None else None


def _status(container: Container, id: str) -> GuideStatus | None:
    return container.record.guide_decisions.get(id)
