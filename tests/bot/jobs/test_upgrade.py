"""A job of every kind, done but for its last word, is taken through an upgrade to a new version."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
import sqlite3
import time
import types
import typing
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from bot.conversation.question import Question, Withdrawal
from bot.features import all_jobs
from bot.jobs.job import Job
from bot.jobs.stored import StoredJob
from slack_emulator import LocalWorkspace
from tests.support.app import MANIFEST, RunningApp, running_app
from tests.support.slack import PATIENCE

# What a made-up payload is about may not exist: such a step is tried again for minutes. So it is
# waited only as long as jobs go on ending.
STANDSTILL_SECONDS = 15.0
DAYS = itertools.count()


def payload_for(payload: type, known: dict[str, str]) -> Any:
    """A payload of a kind; what its fields are about exists in the workspace."""
    made = get_origin(payload) or payload
    given = dict(zip(getattr(made, "__parameters__", ()), get_args(payload), strict=True))
    hints = get_type_hints(made)
    fields = [field.name for field in dataclasses.fields(made) if field.init]
    return made(**{name: value_for(name, hints[name], known, given) for name in fields})


def value_for(name: str, hint: Any, known: dict[str, str], given: dict[Any, Any]) -> Any:
    hint = given.get(hint, hint)
    origin = get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        some = next(each for each in get_args(hint) if each is not type(None))
        if some is float:
            return None
        return value_for(name, some, known, given)
    if origin in (tuple, list, frozenset, dict, set) or hint in (tuple, list, frozenset):
        return (origin or hint)()
    if origin is typing.Literal:
        return get_args(hint)[0]
    if hint is datetime:
        return datetime.now(UTC)
    if hint is date:
        # Days of one payload come after each other, in the order of their fields.
        return datetime.now(UTC).date() + timedelta(days=next(DAYS))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(origin or hint):
        return payload_for(typing.cast(type, hint), known)
    if hint is bool:
        return False
    if hint in (int, float):
        return hint(float(known.get(name, known["now"])))
    return known.get(name, "") if name != "text" else f"What about {name}?"


def world(app: RunningApp) -> dict[str, str]:
    """Values of fields by name: an admin who asked a question, and where."""
    asked, answer = app.asks("admin")
    other, _ = app.asks("admin")
    admin = app.slack.user("admin")
    return {
        "withdrawn": f"{other.channel}:{other.ts}",
        "account": app.account(admin),
        "user": admin.id,
        "person": app.account(admin),
        "channel": asked.channel,
        "home_channel": asked.channel,
        "only_for": admin.id,
        "question": f"{asked.channel}:{asked.ts}",
        "thread": asked.ts,
        "message": answer.ts,
        "ts": answer.ts,
        "at": asked.ts,
        "tool": "Claude",
        "measure": "habitual",
        "value": "0.5",
        "days": "7",
        "every": "4",
        "words": "Some words",
        "now": asked.ts,
        "week": "2026-W47",
        "zone": "Europe/Oslo",
    }


def enqueue_every_kind(app: RunningApp, known: dict[str, str]) -> None:
    # Erasing removes the finished jobs of whoever it is about, so it is about nobody else's.
    forgotten = {"account": app.account("user"), "question": f"{known['channel']}:1.000001"}
    erased = {"account": app.account("second")}
    for each in all_jobs():
        about = known | (forgotten if "privacy" in each.name else {})
        about |= erased if each.name == "privacy.erase" else {}
        payload = payload_for(typing.cast(type, each.payloads._type), about)
        if isinstance(payload, Question):
            payload = dataclasses.replace(payload, id=f"{known['channel']}:{known['now']}9")
        if isinstance(payload, Withdrawal):
            payload = dataclasses.replace(payload, question=known["withdrawn"])
        own = getattr(payload, "key", None) or getattr(payload, "id", None)
        app.container.jobs.enqueue(each, payload, key=own or f"upgrade/{each.name}")


def settled(app: RunningApp, kinds: set[str], standstill: float = STANDSTILL_SECONDS) -> set[str]:
    """Those of the kinds of which every job has ended; a step that fails is tried for minutes."""
    still, since = kinds, time.monotonic()
    while still and time.monotonic() - since < standstill:
        # A look reads the jobs of every kind, which costs more than what they do.
        time.sleep(1)
        if (now := kinds & set(open_jobs(app))) != still:
            still, since = now, time.monotonic()
    return kinds - still


def open_jobs(app: RunningApp) -> list[str]:
    """The kinds of which a job waits or runs; those with a delay wait for their time."""
    return [
        each.name
        for each in all_jobs()
        if any(job.is_open and not job.is_delayed for job in every(app, each))
    ]


def every(app: RunningApp, kind: Job[Any, Any]) -> list[StoredJob[Any, Any]]:
    return app.container.jobs.stored(kind)


def keys(app: RunningApp, kind: Job[Any, Any]) -> set[str]:
    return {job.key for job in every(app, kind)}


def posted(app: RunningApp) -> Counter[str]:
    """How often each thing that a job posts was posted, by what marks it.

    What only one person sees bears no mark, and may be seen twice.
    """
    marks = [message.body.get("metadata", {}).get("event_payload") for message in app.slack.posts()]
    return Counter(str(mark) for mark in marks if mark)


def make_pending_in_an_older_version(database: Path) -> int:
    """As if a process of an older version had died before the last word of each job."""
    with closing(sqlite3.connect(database)) as connection:
        changed = connection.execute(
            "update workflow_status set status = 'PENDING', application_version = 'uptake-0', "
            "executor_id = 'gone', completed_at = null "
            "where status = 'SUCCESS'"
        ).rowcount
        connection.execute("delete from workflow_output")
        connection.execute(
            "update application_versions set version_name = 'uptake-0' "
            "where version_name like 'uptake-%'"
        )
        connection.commit()
    return changed


def test_a_pending_job_of_every_kind_survives_an_upgrade_and_posts_nothing_twice(
    home: Path, tmp_path: Path
):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    with LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE) as slack:
        settings = {"admins": ("admin",), "admin_channel": "ai-programme"}
        with running_app(data, slack, **settings) as app:
            enqueue_every_kind(app, world(app))
            kinds = {each.name for each in all_jobs()}
            ended = settled(app, kinds)
            before = {each.name: keys(app, each) for each in all_jobs()}
            shown = posted(app)
        assert len(ended) > len(kinds) * 2 / 3
        assert all(before.values())
        assert make_pending_in_an_older_version(data / "jobs.sqlite") >= len(ended)
        with running_app(data, slack, **settings) as app:
            assert settled(app, ended, 120) == ended
            after = {each.name: every(app, each) for each in all_jobs()}
            lost = {each.name: before[each.name] - keys(app, each) for each in all_jobs()}
            assert not [name for name, missing in lost.items() if missing]
            assert not [job for jobs in after.values() for job in jobs if job.has_failed]
            # What it says of "twice" is worth something only if many kinds posted something.
            assert len(shown) > len(kinds) / 6
            assert not [mark for mark, times in posted(app).items() if times > 1]
