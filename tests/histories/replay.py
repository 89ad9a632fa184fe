"""Records what Slack sends on a day, and sends it again to the app as it is now.

A history is JSON lines: first the guides, then each payload that Slack sent and each message and
dialog that the app made of it, and last the record at the end. On a replay the app gives its
messages and dialogs other ids; what comes after is sent with those in place of the recorded ones.
"""

from __future__ import annotations

import difflib
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from slack_bolt import BoltRequest
from sqlalchemy import Table, select

from adoption.people.models import Person
from adoption.tables import METADATA
from ingest.sync.sync import Sync
from knowledge.index.index import Index
from slack_emulator import LocalWorkspace
from slack_emulator.state.clock import ManualClock
from slack_emulator.state.messages import Message
from tests.conftest import GUIDES
from tests.histories.day import DAY
from tests.support.app import MANIFEST, RunningApp, encoder, running_app
from tests.support.slack import PATIENCE

Json = dict[str, Any]
# A Monday, at ten in Berlin.
BEGINNING = datetime.fromisoformat("2026-11-23T09:00:00+00:00").timestamp()
PEOPLE = ("user", "champion", "admin", "second")
# What is drawn at random, or told by the machine's own clock.
_HASH = re.compile(r"\b[0-9a-f]{16,64}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_RANDOM = re.compile(r"seconds|secret|salt|hash|token|version", re.I)


@contextmanager
def company(folder: Path, guides: dict[str, str]) -> Iterator[tuple[RunningApp, Listener]]:
    """The app in a new workspace at the beginning of the day, and what is heard of both."""
    for name, text in guides.items():
        path = folder / "guides" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    Sync(Index.open(folder / "data" / "index", encoder())).run([folder / "guides"])
    slack = LocalWorkspace(
        MANIFEST, strict_rates=False, patience=PATIENCE, clock=ManualClock(BEGINNING)
    )
    heard = Listener(slack)
    with slack, running_app(folder / "data", slack=slack, admins=("admin",)) as it:
        for who in PEOPLE:
            slack.user(who).place("app")
        yield it, heard


def set_time(it: RunningApp, moment: float) -> None:
    """Moves the workspace and the app to a moment of the day."""
    it.slack.advance(max(moment - it.slack.parts.core.clock(), 0))
    it.clock.ahead = moment - time.time()


class Listener:
    """Keeps what goes both ways, in the order in which it happens."""

    def __init__(self, slack: LocalWorkspace) -> None:
        self.lines: list[Json] = []
        parts = slack.parts
        send, post, call = parts.outbox.send, parts.writing.post, parts.calls.add

        def sent(kind: Any, payload: Json, name: str) -> Any:
            at = parts.core.clock()
            self.lines.append({"at": at, "kind": kind, "payload": json.loads(json.dumps(payload))})
            return send(kind, payload, name)

        def posted(*given: Any, **more: Any) -> Message:
            message = post(*given, **more)
            if message.via_app:
                thread = message.root if message.is_reply else ""
                self._made(f"{message.channel} {thread} {message.only_for}", message.ts)
            return message

        def called(method: str, arguments: Json, answer: Json, at: float) -> None:
            if method in ("views.open", "views.push") and answer.get("ok"):
                self._made(f"dialog {answer['view']['callback_id']}", answer["view"]["id"])
            call(method, arguments, answer, at)

        # Whoever sends, posts or calls finds these in place of the workspace's own.
        parts.outbox.send, parts.writing.post, parts.calls.add = sent, posted, called

    def _made(self, place: str, id: str) -> None:
        self.lines.append({"made": id, "place": place})

    def shows(self, channel: str, user: str) -> None:
        """Notes what one person alone sees in a channel."""
        self._made(f"{channel}  {user}", "")

    def made(self, place: str) -> list[str]:
        """The ids of the messages or dialogs that the app made there."""
        return [line["made"] for line in self.lines if line.get("place") == place]


def record(folder: Path) -> list[Json]:
    """Plays the day and gives its history."""
    with company(folder, GUIDES) as (it, heard):
        for minute, act in DAY:
            set_time(it, BEGINNING + 60 * minute)
            act(it)
            it.quiet()
        return [{"guides": GUIDES}, *heard.lines, {"record": tables_of(it)}]


@dataclass
class Replay:
    """One replay of a history.

    Attributes:
        ids: of what the app made now, by the recorded ones.
    """

    it: RunningApp
    heard: Listener
    ids: dict[str, str] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def now(self, line: Json) -> Json:
        """A recorded line with the ids of now."""
        text = json.dumps(line)
        for old, new in self.ids.items():
            text = text.replace(old, new)
        found: Json = json.loads(text)
        return found

    def take(self, line: Json) -> None:
        """Sends a payload, or finds what the app made in place of what it made then."""
        if "made" in line:
            place = self.now(line)["place"]
            made = self.heard.made(place)
            number = self.seen[place]
            assert len(made) > number, f"the app made no {number + 1}. in {place}"
            self.seen[place] += 1
            self.ids[line["made"]] = made[number]
            return
        set_time(self.it, line["at"])
        payload = self.now(line["payload"])
        self._prepare(payload)
        response = self.it.app.dispatch(BoltRequest(mode="socket_mode", body=payload))
        assert response.status == 200, payload
        if "command" in payload and response.body:
            # Slack would show it to whoever gave the command.
            self.heard.shows(payload["channel_id"], payload["user_id"])
        self.it.quiet()

    def _prepare(self, payload: Json) -> None:
        """Makes true in the workspace what a payload says of it."""
        parts = self.it.slack.parts
        if "event" in payload:
            self._keep(payload["event"])
            return
        user = payload.get("user_id") or payload["user"]["id"]
        if "trigger_id" in payload:
            payload["trigger_id"] = parts.triggers.new(user)
        if "response_url" in payload:
            channel = payload.get("channel_id") or payload["channel"]["id"]
            place = payload.get("container") or {}
            ts, thread = place.get("message_ts") or "", place.get("thread_ts") or ""
            key = parts.triggers.new_place(user, channel, ts, thread)
            payload["response_url"] = f"{parts.address}/response/{key}"

    def _keep(self, event: Json) -> None:
        parts, channel = self.it.slack.parts, event.get("channel")
        messages = parts.state.messages
        kind = event.get("subtype")
        if event["type"] not in ("message", "app_mention") or not channel:
            return
        if kind == "message_changed":
            messages.get(channel, event["message"]["ts"]).body.update(event["message"])
        elif kind == "message_deleted":
            messages.remove(messages.get(channel, event["deleted_ts"]))
        elif messages.find(channel, event["ts"]) is None:
            own = ("channel", "channel_type", "event_ts", "app_context")
            body = {name: value for name, value in event.items() if name not in own}
            messages.add(Message(channel, {**body, "type": "message"}))
            # What the app answers comes later.
            parts.core._last_ts = max(parts.core._last_ts, int(event["ts"].replace(".", "")))


def differences(history: list[Json], folder: Path) -> list[str]:
    """What is otherwise in the record after the app of now has taken a history."""
    first, *lines, last = history
    with company(folder, first["guides"]) as (it, heard):
        replay = Replay(it, heard)
        for line in lines:
            replay.take(line)
        expected, found = replay.now(last["record"]), tables_of(it)
    names = sorted({*expected, *found})
    return [
        f"{name}: {line}"
        for name in names
        for line in difflib.unified_diff(
            expected.get(name, []), found.get(name, []), "then", "now", lineterm="", n=0
        )
    ]


def tables_of(it: RunningApp) -> dict[str, list[str]]:
    """The rows of every table that has any, without moments and what is drawn at random."""
    with it.container.engine.connect() as connection:
        people = connection.execute(select(Person.id, Person.account)).all()
        found = {
            table.name: [_row(table, row) for row in connection.execute(select(table))]
            for table in METADATA.sorted_tables
        }
    folder = str(it.container.settings.data_dir.parent)
    known = {row.id: row.account or "nobody" for row in people} | {folder: "folder"}
    plain = {name: sorted(_plain(row, known) for row in rows) for name, rows in found.items()}
    return {name: rows for name, rows in plain.items() if rows}


def _plain(row: str, known: dict[str, str]) -> str:
    """A row with accounts in place of pseudonyms, and without ids that are drawn or hashed."""
    for id, name in known.items():
        row = row.replace(id, name)
    return _HASH.sub("…", row)


def _row(table: Table, row: Any) -> str:
    values = {
        column.name: _shown(column.name, value)
        for column, value in zip(table.columns, row, strict=True)
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)


def _shown(name: str, value: Any) -> Any:
    if value is None or _RANDOM.search(name):
        return None
    return "a moment" if isinstance(value, (date, datetime, float)) else value


def save(lines: list[Json], file: Path) -> None:
    """Writes a history, the same bytes for the same lines."""
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def load(file: Path) -> list[Json]:
    """Reads a history."""
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
