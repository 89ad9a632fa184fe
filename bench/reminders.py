"""How long messages take to many people, and whether Slack's limits are kept.

    python -m bench.reminders --people 2000 --of training

Nudges, or reminders of a training.

The app sends at its usual pace to a workspace on this machine that refuses what comes too fast, as
Slack does. What Slack allows is `UPTAKE_MESSAGES_PER_MINUTE`, less a fifth that is left for
answers; the time that this takes is printed beside the time that was taken.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from adoption.people.roster import RosterRow
from adoption.training.catalogue import Course, Plan
from adoption.training.catalogue_file import MOST_SEATS
from adoption.training.models import Tier
from adoption.usage.facts import Covered
from bot.features.nudges.jobs import CampaignApproved, approve_campaign
from bot.features.training.jobs import tidy
from bot.jobs.engine import Pace
from bot.jobs.job import Due
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from slack_emulator import LocalWorkspace
from tests.conftest import write_guides
from tests.support.app import MANIFEST, RunningApp, running_app
from tests.support.slack import PATIENCE

_TOOL = "Mars"
_POST = "chat.postMessage"


@dataclass(frozen=True)
class Taken:
    """What came of it.

    Attributes:
        sent: messages; twice: people who got more than one.
        limited: calls that were refused because they came too fast.
        busiest_minute: most messages in sixty seconds.
        seconds: from the first message to the last; allowed: the time that the pace allows.
    """

    people: int
    sent: int
    twice: int
    limited: int
    busiest_minute: int
    seconds: float
    allowed: float


def main() -> None:
    """Sends and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.reminders", description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--per-minute", type=int, default=300)
    parser.add_argument("--of", choices=sorted(_STARTS), default="nudges")
    given = parser.parse_args()
    taken = measured(_STARTS[given.of], given.people, given.per_minute)
    print(json.dumps(asdict(taken), indent=1))


def measured(start: Callable[[RunningApp], None], people: int, per_minute: int) -> Taken:
    """What came of messages to so many people that `start` has sent."""
    with (
        tempfile.TemporaryDirectory(prefix="uptake-reminders-") as made,
        LocalWorkspace(MANIFEST, patience=PATIENCE) as slack,
    ):
        data = _guides(Path(made))
        more: dict[str, Any] = {
            "working_hours": "Mon-Sun 0:00-23:59",
            "messages_per_minute": per_minute,
            "nudge_holdout": 0.0,
        }
        with running_app(data, slack, admins=("admin",), **more) as app:
            known = _company(app, people)
            start(app)
            return _taken(app, known, per_minute)


def approve_nudges(app: RunningApp) -> None:
    """An admin approves a message about a tool that nobody uses."""
    now, today = app.container.now(), app.container.now().date()
    days = [today - timedelta(days=back) for back in range(1, 60)]
    app.record.usage.store([], now, [Covered(_TOOL, "export", day) for day in days])
    approved = CampaignApproved(app.account("admin"), _TOOL)
    app.container.jobs.enqueue(approve_campaign, approved, key="bench")


def remind_of_training(app: RunningApp) -> None:
    """Everybody has a seat in a session of tomorrow, and the reminders are due."""
    training, now = app.record.training, app.container.now()
    then, begins = now - timedelta(days=6), now + timedelta(hours=20)
    training.catalogue.put_courses([Course("c", "Prompting", Tier.AWARENESS)])
    for number, (account,) in enumerate(app.rows("select account from people order by id")):
        id = f"s{number // MOST_SEATS}"
        if number % MOST_SEATS == 0:
            training.catalogue.plan(Plan(id, "c", begins, 60, "UTC", MOST_SEATS), then)
        training.seats.sign_up(id, account, then, then)
    for owed in training.notices.owed():
        notice = training.notices.notice(owed, then)
        assert notice is not None
        training.notices.set_told(owed, notice, "UTC", then)
    app.container.jobs.enqueue(tidy, Due(now), key="bench")


_STARTS: Mapping[str, Callable[[RunningApp], None]] = {
    "nudges": approve_nudges,
    "training": remind_of_training,
}


def _guides(folder: Path) -> Path:
    data = folder / "data"
    index = Index.open(data / "index", Encoder())
    Sync(index).run([write_guides(folder / "guides")])
    return data


def _company(app: RunningApp, people: int) -> set[str]:
    """So many people in Slack and on the roster; their ids."""
    since = app.container.now().date() - timedelta(days=50)
    rows, known = [], set()
    for number in range(people):
        who = app.slack.add_user(f"person{number}", f"Person {number}")
        known.add(who.id)
        rows.append(
            RosterRow(
                f"person{number}@example.com",
                team=f"Team {number % 20}",
                account=app.account(who),
                eligible_since=since,
                tools=(_TOOL,),
            )
        )
    app.record.roster.store(rows, app.container.now())
    return known


def _taken(app: RunningApp, known: set[str], per_minute: int) -> Taken:
    begun, patience = time.monotonic(), len(known) / per_minute * 60 * 4 + 300

    def posts() -> list[tuple[str, float]]:
        return [
            (str(call.arguments["channel"]), call.at)
            for call in app.slack.calls(_POST)
            if call.arguments["channel"] in known and call.answer.get("ok")
        ]

    while len(posts()) < len(known) and time.monotonic() - begun < patience:
        time.sleep(2)
    app.quiet()
    sent = posts()
    moments = sorted(at for _, at in sent)
    a_window = Pace(per_minute).reminders
    return Taken(
        len(known),
        len(sent),
        sum(count > 1 for count in Counter(who for who, _ in sent).values()),
        sum(call.answer.get("error") == "ratelimited" for call in app.slack.calls()),
        _busiest(moments),
        round(moments[-1] - moments[0], 1) if moments else 0.0,
        # The first ten seconds' messages go out at once.
        max(-(-len(known) // a_window) - 1, 0) * 10.0,
    )


def _busiest(moments: list[float]) -> int:
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= 60:
            first += 1
        most = max(most, last - first + 1)
    return most


if __name__ == "__main__":
    main()
