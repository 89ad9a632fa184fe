"""Checks what the data can check, and stores who sees to what and what shows that it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adoption.errors import ItemWrong
from adoption.privacy.models import RestrictedAction
from adoption.readiness.items import ChecklistItem
from bot.access import Attempt, is_allowed
from bot.admin_messages import post_to_admins
from bot.container import Container, JobContext
from bot.features.readiness.blocks import OwnItem, assigned_message, unreached_message
from bot.features.readiness.checks import found_by_data, planned_waves
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule
from bot.settings import Settings
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Message, Place
from bot.slack.mrkdwn import plain
from bot.texts import texts


@dataclass(frozen=True)
class CheckAsked:
    """Somebody who looks at a checklist."""

    account: str


@dataclass(frozen=True)
class ItemEdited:
    """What an admin sets for an item.

    Attributes:
        evidence: what shows that it is done; empty where it is left open.
    """

    account: str
    wave: str
    item: str
    owner: str
    due_on: date | None
    evidence: str = ""
    reopen: bool = False
    remove: bool = False


@dataclass(frozen=True)
class ItemDone:
    """An item that somebody says is done, with what shows it."""

    account: str
    wave: str
    item: str
    evidence: str


@dataclass(frozen=True)
class ItemAdded:
    """An item of the company's own."""

    account: str
    wave: str
    title: str


@job("readiness.check", version=1)
def check_all(context: JobContext, due: Due) -> None:
    """Checks the planned waves before the digest."""
    context.step(_check, context.container)


@job("readiness.check_now", version=1)
def check_now(context: JobContext, asked: CheckAsked) -> None:
    """Checks the planned waves for somebody who looks."""
    context.step(_check, context.container)


@job("readiness.edit", version=1)
def edit_item(context: JobContext, edited: ItemEdited) -> None:
    """Stores an item's owner, day and state; asks a new owner to see to it, once."""
    attempt = Attempt(edited.account, RestrictedAction.READINESS, edited.item)
    if not is_allowed(context, attempt):
        return
    before = context.step(_owner_of, context.container, edited.wave, edited.item)
    context.step(_store, context.container, edited, context.key)
    own = own_item(context.container, edited.wave, edited.item)
    is_new = edited.owner not in (before, edited.account) and not edited.remove
    if own is not None and is_new and user_of(edited.owner):
        message = assigned_message(edited.account, own, _day_of(context))
        if context.post_once("assigned", Place(user_of(edited.owner)), message) is None:
            _say_unreached(context, edited, own)
    context.container.refresh_home(context, [before, edited.owner], admins=True)


@job("readiness.done", version=1)
def finish_item(context: JobContext, done: ItemDone) -> None:
    """Stores what shows that an item is done; only its owner or an admin can say so."""
    container = context.container
    if not context.step(may_finish, container, done.account, done.wave, done.item):
        say = texts("readiness")["not_yours"]
        is_allowed(
            context, Attempt(done.account, RestrictedAction.READINESS, done.item, refusal=say)
        )
        return
    readiness, at = container.record.readiness, context.enqueued_at
    won = context.step(readiness.mark_done, done.wave, done.item, done.evidence, at)
    own = own_item(container, done.wave, done.item)
    if not won and own is not None:
        context.reply("faster", "", done.account, _faster(own))
    container.refresh_home(context, [done.account], admins=True)


@job("readiness.add", version=1)
def add_item(context: JobContext, added: ItemAdded) -> str:
    """Adds an item; returns why it cannot be, or nothing."""
    if not is_allowed(context, Attempt(added.account, RestrictedAction.READINESS, added.wave)):
        return ""
    return context.step(_add, context.container, added, context.key)


JOBS = (check_all, check_now, edit_item, finish_item, add_item)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """Every day, in the hour before the digest."""
    return (Schedule(check_all, f"45 {(settings.digest_hour - 1) % 24} * * *"),)


def _day_of(context: JobContext) -> date:
    return context.enqueued_at.astimezone(context.container.settings.zone).date()


def _say_unreached(context: JobContext, edited: ItemEdited, own: OwnItem) -> None:
    """Says to the admin who chose an owner that Slack does not let that owner be asked."""
    message = unreached_message(own)
    if context.post_once("unreached", Place(user_of(edited.account)), message) is None:
        post_to_admins(context, "unreached", message, but=user_of(edited.account))


def own_item(container: Container, wave: str, key: str) -> OwnItem | None:
    """An item with its wave, or None."""
    found = container.record.waves.get(wave)
    items = container.record.readiness.of(found).items if found else []
    item = next((each for each in items if each.key == key), None)
    return OwnItem(found, item) if found and item else None


def items_of(container: Container, account: str) -> list[OwnItem]:
    """What somebody sees to that is not ready, those that are due first before the others."""
    found = [
        OwnItem(wave, item)
        for wave in planned_waves(container)
        for item in container.record.readiness.of(wave).missing
        if item.owner == account
    ]
    return sorted(found, key=lambda own: own.item.due_on)


def may_finish(container: Container, account: str, wave: str, item: str) -> bool:
    """Whether somebody owns an item, or is an admin.

    Raises:
        SlackError: Slack does not say who is an admin.
    """
    own = own_item(container, wave, item)
    owns = own is not None and own.item.owner == account
    return owns or container.admins.is_admin(account)


def _check(container: Container) -> None:
    for wave in planned_waves(container):
        found = found_by_data(container, wave)
        container.record.readiness.store_checks(wave.id, found, container.now())


def _owner_of(container: Container, wave: str, key: str) -> str:
    own = own_item(container, wave, key)
    return own.item.owner if own else ""


def _store(container: Container, edited: ItemEdited, key: str) -> None:
    readiness, now = container.record.readiness, container.now()
    if edited.remove:
        readiness.remove(edited.wave, edited.item)
        return
    readiness.assign(edited.wave, edited.item, edited.owner, edited.due_on)
    if edited.reopen:
        readiness.reopen(edited.wave, edited.item)
    elif edited.evidence:
        readiness.mark_done(edited.wave, edited.item, edited.evidence, now)


def _add(container: Container, added: ItemAdded, key: str) -> str:
    try:
        container.record.readiness.add(added.wave, f"own:{key}"[:64], added.title)
    except ItemWrong as error:
        return str(error)
    return ""


def _faster(own: OwnItem) -> Message:
    item: ChecklistItem = own.item
    text = texts("readiness")["faster"].format(evidence=plain(item.evidence, 500))
    return line(text)
