"""Writes to the owners of guides that were hidden or could not be read, once for each fault."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bot.container import Container, JobContext
from bot.features.sources.blocks import owner_message
from bot.guides.owners import slack_owner
from bot.jobs.job import Due, job
from bot.slack.messages import Place
from ingest.sync.report import STATE, Problem, from_state

_NOTICE = "guide:"


@dataclass(frozen=True)
class Owed:
    """What an owner is still to be told of.

    Attributes:
        user: their Slack id.
        faults: each guide's file with what is wrong with it.
        keys: of the notices that say that it was told.
    """

    user: str
    faults: tuple[str, ...]
    keys: tuple[str, ...]


@job("sources.tell_owners", version=1)
def tell_owners(context: JobContext, due: Due) -> None:
    """Writes to each owner about the guides that cannot be answered from since the last time."""
    for owed in context.step(_owed, context.container):
        message = owner_message(owed.faults)
        context.post_once(f"owner {owed.user}", Place(owed.user), message)
        context.step(_remember, context.container, owed.keys)


def _owed(container: Container) -> list[Owed]:
    """What owners were not told yet; what is mended may be told again should it come back."""
    notices = container.record.notices
    problems = {_key(each): each for each in from_state(container.index.catalog.state(STATE))}
    told = set(notices.all(_NOTICE))
    for key in told - problems.keys():
        notices.remove(key)
    by_user: dict[str, list[str]] = {}
    for key in problems.keys() - told:
        user = slack_owner(container.record, problems[key].owner)
        if user:
            by_user.setdefault(user, []).append(key)
    return [
        Owed(user, tuple(_fault(problems[key]) for key in keys), tuple(keys))
        for user, keys in sorted((user, sorted(keys)) for user, keys in by_user.items())
    ]


def _remember(container: Container, keys: tuple[str, ...]) -> None:
    for key in keys:
        container.record.notices.add(key, container.now())


def _fault(problem: Problem) -> str:
    return f"{Path(problem.source).name}: {problem.says}"


def _key(problem: Problem) -> str:
    """The key of the message about a fault to a guide's owner, who gets it once."""
    said = "\0".join((problem.source, problem.owner, problem.reason))
    return _NOTICE + hashlib.sha256(said.encode()).hexdigest()[:32]
