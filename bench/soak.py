"""Kills the bot over and over while it answers, and counts what was lost, doubled or late.

    python -m bench.soak sqlite --questions 1000 --kills 200
    python -m bench.soak sqlite --questions 1000 --kills 200 --restart
    python -m bench.soak postgresql --workers 3 --questions 1000 --kills 200
    python -m bench.soak postgresql --workers 3 --questions 1000 --kills 200 --database-kills 20
    python -m bench.soak postgresql --workers 3 --questions 500 --burst --warm 20
    python -m bench.soak sqlite --questions 2400 --minutes 120 --faulty

Every run prints its seed; the same seed gives the same questions, channels and fatal moments.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from adoption.record import Record
from bench.posts import busiest, disordered, posted, quantile
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from slack_emulator import LocalWorkspace
from slack_emulator.state.messages import Message
from tests.chroma_server import chroma_server
from tests.conftest import uptake, write_guides
from tests.e2e.fleet import ALWAYS, ask, crowd, fresh_database, id_of, workspace
from tests.servers import Postgres, stoppable_postgres
from tests.support.fleet import Fleet, fleet, shaky

QUESTIONS = (
    "How much of the budget should go to change management?",
    "Can I trust the numbers in an answer?",
    "When should I override a recommendation?",
    "What is the weather in Oslo?",
)
_ROUND_SECONDS, _QUIET_SECONDS = 0.02, 0.25
# Of a worker, on average: it takes one to two seconds to start and to answer.
_LIFETIME = 2.2


@dataclass(frozen=True)
class Plan:
    """What a run does."""

    database: str
    workers: int
    questions: int
    kills: int
    database_kills: int
    restart: bool
    channels: int
    people: int
    waiting: int
    burst: bool
    warm: int
    minutes: float
    faulty: bool
    chroma: bool
    per_minute: int
    seed: int
    patience: float


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        unrecorded: questions without a row; strangers: rows without a question.
        asking: seconds in which all questions were sent.
        acknowledged_p50 to answered_p99: seconds from sending.
        busiest: most messages in one channel within one second, and within ten.
        memory: MiB of all workers, at the end of each tenth of the questions.
        disordered: answers that overtook another in the same channel, which happens to
            questions of the same moment, and to one that was not acknowledged before a kill.
        database_restarts: how often PostgreSQL was killed and started again.
        processor_ms: of all workers for each question, without those that were killed.
        emulator_ms: of Slack's emulator and this program for each question.
    """

    seed: int
    questions: int
    killed: int
    unanswered: int
    doubled: int
    unrecorded: int
    strangers: int
    seconds: float
    per_second: float
    acknowledged_p50: float
    acknowledged_p99: float
    answered_p50: float
    answered_p99: float
    busiest: tuple[int, int]
    memory: list[int]
    disordered: int
    database_restarts: int = 0
    asking: float = 0.0
    processor_ms: float = 0.0
    emulator_ms: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether every question was answered exactly once and written down."""
        return not (self.unanswered or self.doubled or self.unrecorded or self.strangers)


def soak(plan: Plan, folder: Path) -> Outcome:
    """Does one run in an empty folder."""
    rng = random.Random(plan.seed)
    with ExitStack() as stack:
        slack = stack.enter_context(workspace(shaky(plan.seed + 1) if plan.faulty else None))
        server = stack.enter_context(stoppable_postgres()) if _is_shared(plan) else None
        settings = stack.enter_context(_settings(plan, folder, server))
        _index(folder, settings)
        made = stack.enter_context(_fleet(plan, slack, folder, settings))
        default = f"sqlite:///{folder / 'data' / 'record.sqlite'}"
        record = Record.open(settings.get("UPTAKE_DATABASE_URL", default))
        stack.callback(record.close)
        for _ in range(plan.workers):
            made.start()
        slack.wait_until_connected(plan.workers, 120)
        return _run(plan, rng, slack, made, record, server)


def _run(
    plan: Plan,
    rng: random.Random,
    slack: LocalWorkspace,
    made: Fleet,
    record: Record,
    server: Postgres | None,
) -> Outcome:
    town = _Town(*crowd(slack, plan.channels, plan.people))
    since, known = _warmed_up(plan, rng, slack, town, record)
    began = time.monotonic()
    asked: list[Message] = []
    killed, given_up, next_kill = 0, False, began + rng.uniform(0.2, 1.0)
    restarted, spent, here = 0, made.processor_seconds(), time.process_time()
    asking = 0.0
    memory: list[int] = []
    # Kills are spread over the questions, so that neither outlives the other by much.
    for _ in itertools.count():
        now = time.monotonic()
        replies = len({post.thread for post in posted(slack, since)})
        allowed = plan.questions if plan.burst else replies + plan.waiting
        if plan.kills:
            allowed = min(allowed, killed * plan.questions // plan.kills + plan.waiting)
        if plan.minutes:
            allowed = min(allowed, int(plan.questions * (now - began) / (plan.minutes * 60)) + 1)
        while len(asked) < min(allowed, plan.questions):
            asked.append(_ask(slack, rng, town, len(asked)))
            asking = time.monotonic() - began
        if replies * 10 // plan.questions > len(memory):
            memory.append(made.memory())
        if killed < plan.kills and now >= next_kill and made.alive:
            worker = rng.choice(made.alive)
            # In the middle, one is never started again.
            if plan.workers > 1 and not given_up and killed + 1 >= plan.kills // 2:
                made.kill(worker)
                given_up, killed = True, killed + 1
            else:
                killed += made.strike(worker)
            next_kill = now + rng.expovariate(max(plan.workers - 1, 1) / _LIFETIME) + 0.05
        due = len(asked) * (plan.database_kills + 1) // plan.questions
        if server and restarted < min(due, plan.database_kills):
            _restart(server, rng, slack, asked)
            restarted += 1
        if (
            _over(plan, asked, killed, record.questions.count() - known)
            or now - began > plan.patience
        ):
            break
        # What looks on takes processor time from what is measured.
        time.sleep(_ROUND_SECONDS if plan.kills else _QUIET_SECONDS)
    seconds = time.monotonic() - began
    spent = made.processor_seconds() - spent
    here = time.process_time() - here
    outcome = _outcome(asked, killed, memory, slack, record, since, seconds, plan.seed)
    return replace(
        outcome,
        database_restarts=restarted,
        asking=round(asking, 2),
        processor_ms=round(1000 * spent / len(asked), 1),
        emulator_ms=round(1000 * here / len(asked), 1),
    )


def _restart(
    server: Postgres, rng: random.Random, slack: LocalWorkspace, asked: list[Message]
) -> None:
    """Ends the database at once and starts it again; Slack sends again what has no answer."""
    server.stop()
    time.sleep(rng.uniform(0.0, 1.0))
    server.start()
    answered = {post.thread for post in posted(slack)}
    for question in asked:
        if question.ts not in answered:
            slack.redeliver(question)


@dataclass(frozen=True)
class _Town:
    """The channels to ask in and the people who ask, by their ids."""

    channels: list[str]
    people: list[str]


def _warmed_up(
    plan: Plan, rng: random.Random, slack: LocalWorkspace, town: _Town, record: Record
) -> tuple[float, int]:
    """Has questions answered that do not count; gives the moment after, and how many there were."""
    count = plan.warm * plan.workers
    for number in range(count):
        _ask(slack, rng, town, -number - 1)
    while record.questions.count() < count:
        time.sleep(_QUIET_SECONDS)
    slack.wait_until_quiet(60)
    slack.parts.outbox.waits.clear()
    return time.time(), count


def _ask(slack: LocalWorkspace, rng: random.Random, town: _Town, number: int) -> Message:
    channel, user = rng.choice(town.channels), rng.choice(town.people)
    # No two are the same, so that nothing is gained by remembering what was asked.
    question = ask(slack, f"{rng.choice(QUESTIONS)} ({number})", channel, user)
    if rng.random() < 0.05:
        slack.redeliver(question)
    return question


def _over(plan: Plan, asked: list[Message], killed: int, recorded: int) -> bool:
    if len(asked) < plan.questions or killed < plan.kills:
        return False
    return recorded >= plan.questions


def _outcome(
    asked: list[Message],
    killed: int,
    memory: list[int],
    slack: LocalWorkspace,
    record: Record,
    since: float,
    seconds: float,
    seed: int,
) -> Outcome:
    posts = posted(slack, since)
    replies = Counter((post.channel, post.thread) for post in posts)
    first = {post.thread: post.at for post in reversed(posts)}
    wanted = {id_of(question) for question in asked}
    measured = datetime.fromtimestamp(since, UTC), ALWAYS[1]
    rows = {row.id for row in record.questions.between(*measured)}
    waits = sorted(first[each.ts] - float(each.ts) for each in asked if each.ts in first)
    acknowledged = sorted(slack.acknowledgements())
    return Outcome(
        seed=seed,
        questions=len(asked),
        killed=killed,
        unanswered=sum(replies[(each.channel, each.ts)] == 0 for each in asked),
        doubled=sum(count > 1 for count in replies.values()),
        unrecorded=len(wanted - rows),
        strangers=len(rows - wanted),
        seconds=round(seconds, 1),
        per_second=round(len(asked) / seconds, 2),
        acknowledged_p50=quantile(acknowledged, 0.5),
        acknowledged_p99=quantile(acknowledged, 0.99),
        answered_p50=quantile(waits, 0.5),
        answered_p99=quantile(waits, 0.99),
        busiest=(busiest(posts, 1.0), busiest(posts, 10.0)),
        memory=memory,
        disordered=disordered(posts),
    )


def _is_shared(plan: Plan) -> bool:
    return plan.database == "postgresql"


def _fleet(
    plan: Plan, slack: LocalWorkspace, folder: Path, settings: dict[str, str]
) -> AbstractContextManager[Fleet]:
    data, log = folder / "data", folder / "log"
    return fleet(slack, data, log, restart=plan.restart, **settings)


@contextmanager
def _settings(plan: Plan, folder: Path, server: Postgres | None) -> Iterator[dict[str, str]]:
    settings = {"UPTAKE_MESSAGES_PER_MINUTE": str(plan.per_minute)}
    with ExitStack() as stack:
        if server is not None:
            settings["UPTAKE_DATABASE_URL"] = stack.enter_context(fresh_database(server.url))
        if plan.chroma:
            settings["UPTAKE_CHROMA_URL"] = stack.enter_context(chroma_server(folder / "chroma"))
        yield settings


def _index(folder: Path, settings: dict[str, str]) -> None:
    write_guides(folder / "guides")
    if settings.get("UPTAKE_CHROMA_URL"):
        here = {"UPTAKE_DATA_DIR": str(folder / "data")}
        guides = str(folder / "guides")
        done = uptake("ingest", guides, cwd=folder, **here, **settings)
        assert done.returncode == 0, done.stderr
    else:
        Sync(Index.open(folder / "data" / "index", Encoder())).run([folder / "guides"])


def parse(arguments: list[str] | None = None) -> Plan:
    """The plan that a command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("database", choices=["sqlite", "postgresql"])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--database-kills", type=int, default=0, help="of PostgreSQL")
    parser.add_argument("--restart", action="store_true", help="have a parent start workers anew")
    parser.add_argument("--channels", type=int, default=60)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--waiting", type=int, default=24, help="most questions on their way")
    parser.add_argument("--burst", action="store_true", help="ask all within a second")
    parser.add_argument("--warm", type=int, default=0, help="questions a worker answers before")
    parser.add_argument("--minutes", type=float, default=0, help="spread the questions over them")
    parser.add_argument("--faulty", action="store_true", help="have Slack fail now and then")
    parser.add_argument("--chroma", action="store_true", help="with a Chroma server")
    parser.add_argument("--per-minute", type=int, default=60_000, help="the limit over all")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    parser.add_argument("--patience", type=float, default=10_800, help="seconds until it gives up")
    plan = Plan(**vars(parser.parse_args(arguments)))
    if plan.database == "sqlite" and plan.workers != 1:
        parser.error("on SQLite there is one worker")
    if plan.database == "sqlite" and plan.database_kills:
        parser.error("SQLite is no server that could be killed")
    return plan


def main() -> None:
    """Runs it, prints plan and outcome, and fails unless the outcome is clean."""
    plan = parse()
    print(json.dumps({"plan": asdict(plan)}), flush=True)
    with tempfile.TemporaryDirectory(prefix="uptake-soak-") as folder:
        outcome = soak(plan, Path(folder))
        print(json.dumps({"outcome": asdict(outcome)}), flush=True)
        if not outcome.clean:
            print((Path(folder) / "log").read_text("utf-8")[-4000:], file=sys.stderr)
            sys.exit(1)


if __name__ == "__main__":
    main()
