"""A decision that is cut off by a crash is carried out once, and said once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adoption.record import Record
from adoption.rollout.wave import WavePlan
from slack_emulator import LocalWorkspace
from tests.bot.features.test_process import killed_at
from tests.support.app import written

pytestmark = pytest.mark.soak

TODAY = datetime.now(UTC).date()


def planted(data_dir: Path) -> None:
    """A wave whose gate is today, and one that follows."""
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    begun = TODAY - timedelta(weeks=12)
    record.waves.create("One", "One", WavePlan(begun, TODAY))
    record.waves.launch("One", "press", begun)
    later = WavePlan(TODAY + timedelta(weeks=3), TODAY + timedelta(weeks=15))
    record.waves.create("Two", "Two", later)
    record.close()


@pytest.mark.parametrize("point", ["within:decide", "after:decide", "within:decided"])
def test_a_pause_moves_later_waves_once_though_the_bot_dies(
    slack: LocalWorkspace, places: tuple[Path, Path], point: str
):
    planted(places[0])
    priya = slack.user("admin")
    with killed_at(point, slack, places[0]) as bot:
        due = slack.wait_for(
            lambda: [m for m in priya.sees("app") if "The gate of *One*" in written(m)], 60
        )[0]
        priya.presses("rollout_decide", due)
        again = (TODAY + timedelta(days=10)).isoformat()
        filled = {"choice": {"choice": "pause"}, "reason": {"reason": "We wait."}}
        priya.submits(filled | {"until": {"until": again}})
        bot.dies()

        def said() -> list[str]:
            shown = map(written, priya.sees("app"))
            return [words for words in shown if "*paused* the rollout at *One*" in words]

        slack.wait_for(said, 90, "what was decided")
        # Where it was pressed, and nowhere else.
        assert len(said()) == 1
    record = Record.open(f"sqlite:///{places[0] / 'record.sqlite'}")
    moved = {wave.name: wave.plan.go_live for wave in record.waves.all()}
    assert moved["Two"] == TODAY + timedelta(weeks=3, days=10)
    assert len(record.waves.all()[0].decisions) == 1
    record.close()
