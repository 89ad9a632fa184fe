"""`uptake rollout` in the terminal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from adoption.record import Record
from adoption.rollout.wave import WavePlan
from tests.conftest import uptake


def test_it_shows_where_every_wave_is(tmp_path: Path):
    data = tmp_path / "data"
    none = uptake("rollout", cwd=tmp_path, UPTAKE_DATA_DIR=str(data))
    assert none.returncode == 0
    assert "No wave is planned" in none.stdout
    record = Record.open(f"sqlite:///{data / 'record.sqlite'}")
    today = datetime.now(UTC).date()
    begun = today - timedelta(weeks=12)
    record.waves.create("1", "One \x1b[31m", WavePlan(begun, today, helpful_least=0.5))
    record.waves.launch("1", "press", begun)
    record.waves.create("2", "Two", WavePlan(today, today + timedelta(weeks=12)))
    record.close()
    shown = uptake("rollout", cwd=tmp_path, UPTAKE_DATA_DIR=str(data)).stdout
    assert "there is not enough data for go or pause." in shown
    assert "  - Not enough data: helpful answers, target over 50 %" in shown
    assert "Two: planned for " in shown
    assert "  - The sponsor has said why in public" in shown
    assert "\x1b" not in shown
