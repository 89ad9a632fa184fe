from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_purpose_has_an_advisory_lock_of_its_own():
    numbers = Counter(
        number
        for package in ("adoption", "bot", "ingest", "knowledge")
        for file in (ROOT / package).rglob("*.py")
        for number in re.findall(r"\b7_261_\d{3}\b", file.read_text("utf-8"))
    )
    assert len(numbers) >= 5
    assert {number: count for number, count in numbers.items() if count > 1} == {}
