"""Records a history: `python -m tests.histories tests/histories/VERSION.jsonl.gz`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.histories.replay import record, save

if __name__ == "__main__":
    with TemporaryDirectory(prefix="uptake-history-") as folder:
        lines = record(Path(folder))
    save(lines, Path(sys.argv[1]))
    print(f"{sys.argv[1]}: {len(lines)} lines, {Path(sys.argv[1]).stat().st_size} bytes")
