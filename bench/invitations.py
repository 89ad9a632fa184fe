"""Invites a whole company to a pulse round, at the pace that Slack takes, while people ask.

    python -m bench.invitations --people 2000

Against the emulator with Slack's rates. Prints how long it took beside the least that the setting
`messages_per_minute` allows for reminders, how often Slack limited the rate, and how long the
questions waited that were asked meanwhile.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from adoption.people.roster import RosterRow
from bot.features.pulse.jobs import RoundPlanned, plan_round, send_message, today_of
from bot.jobs.engine import Pace
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from slack_emulator import LocalWorkspace
from slack_emulator.state.calls import Call
from tests.conftest import write_guides
from tests.support.app import BUDGET, MANIFEST, RunningApp, running_app

_ASKS_EVERY = 15.0
_WINDOW = 10.0


@dataclass(frozen=True)
class Result:
    """How a company was invited.

    Attributes:
        seconds: from the plan to the last invitation.
        least: seconds that so many reminders take at the pace that is set.
        limited: how often Slack answered 429.
        most_a_minute: invitations in the fullest minute.
        twice: people who were invited more than once.
        answered: seconds to the answers of questions asked meanwhile: the middle and the longest.
    """

    people: int
    seconds: float
    least: float
    limited: int
    most_a_minute: int
    twice: int
    missing: int
    questions: int
    answered: tuple[float, float]


def main() -> None:
    """Runs it, and prints the result as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=2000)
    with tempfile.TemporaryDirectory(prefix="uptake-") as folder:
        print(json.dumps(asdict(measured(Path(folder), parser.parse_args().people)), indent=2))


def measured(folder: Path, people: int) -> Result:
    """Invites so many people."""
    guides = write_guides(folder / "guides")
    Sync(Index.open(folder / "data" / "index", Encoder())).run([guides])
    with (
        LocalWorkspace(MANIFEST) as slack,
        running_app(folder / "data", slack, admins=("admin",)) as play,
    ):
        accounts = _company(play, people)
        play.quiet()
        started = time.time()
        plan = RoundPlanned(play.account("admin"), today_of(play.container), 7, 0)
        play.container.jobs.enqueue(plan_round, plan, key="round")
        waits = _until_done(play, people)
        return _result(play, accounts, started, waits)


def _company(play: RunningApp, people: int) -> list[str]:
    users = [play.slack.add_user(f"p{n}", f"Person {n}") for n in range(people)]
    rows = [
        RosterRow(f"p{n}@example.com", f"Team {n % 40}", wave=f"Wave {n % 4}", account=account)
        for n, account in enumerate(play.account(user) for user in users)
    ]
    play.record.roster.store(rows, play.container.now())
    return [user.id for user in users]


def _until_done(play: RunningApp, people: int) -> list[float]:
    """Asks a question now and then until everybody is invited; gives how long each took."""
    waits: list[float] = []
    while True:
        began = time.monotonic()
        asked = play.slack.user("user").says(f"{play.slack.mention} {BUDGET}", channel="general")
        play.slack.wait_for_answer(asked, 120)
        waits.append(time.monotonic() - began)
        time.sleep(max(0.0, _ASKS_EVERY - waits[-1]))
        done = [job for job in play.container.jobs.stored(send_message) if not job.is_open]
        if len(done) >= people:
            return waits


def _result(play: RunningApp, users: list[str], started: float, waits: list[float]) -> Result:
    calls = play.slack.calls("chat.postMessage")
    sent = [
        call for call in calls if call.arguments.get("channel") in set(users) and not call.error
    ]
    times = [call.at for call in sent]
    per_person = Counter(str(call.arguments["channel"]) for call in sent)
    pace = Pace(play.container.settings.messages_per_minute)
    return Result(
        people=len(users),
        seconds=round(max(times) - started, 1),
        # The first ones go out at once.
        least=(math.ceil(len(users) / pace.reminders) - 1) * _WINDOW,
        limited=sum(_is_limited(call) for call in play.slack.calls()),
        most_a_minute=max(Counter(int(at // 60) for at in times).values()),
        twice=sum(count > 1 for count in per_person.values()),
        missing=len(users) - len(per_person),
        questions=len(waits),
        answered=(round(median(waits), 2), round(max(waits), 2)),
    )


def _is_limited(call: Call) -> bool:
    return call.error == "ratelimited"


if __name__ == "__main__":
    main()
