from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bench.loader_files import KINDS
from bench.loaders import as_table, run


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", list(KINDS))
def test_broken_files_of_each_kind_are_read_or_refused_in_a_sentence(kind: str, tmp_path: Path):
    logging.disable(logging.CRITICAL)
    try:
        outcome = run(kind, 20, tmp_path)
    finally:
        logging.disable(logging.NOTSET)
    assert outcome.unexpected == []
    assert outcome.read + outcome.refused == outcome.files == 20
    assert outcome.read
    assert f"| {kind} | 20 |" in as_table([outcome])
