"""Every recorded history, sent to the app as it is now, ends in the same record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.histories.replay import differences, load

HISTORIES = sorted(Path(__file__).parent.glob("*.jsonl.gz"))


@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.name.removesuffix(".jsonl.gz"))
def test_a_recorded_day_ends_in_the_same_record(file: Path, tmp_path: Path):
    assert differences(load(file), tmp_path) == []


def test_there_is_a_history_and_it_is_small():
    assert HISTORIES
    assert sum(file.stat().st_size for file in HISTORIES) < 200_000
