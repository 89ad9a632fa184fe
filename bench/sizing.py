"""How many questions a minute 1, 2 and 4 workers answer on PostgreSQL, and what they wait for.

    python -m bench.sizing [QUESTIONS]

Each row is a burst of so many questions, asked within a second, in a database of its own, with the
limit over all messages lifted, after each worker has answered some already. The cores that are
busy are those of the workers and of Slack's emulator; PostgreSQL's are not counted. Where both
come close to the machine's, more workers on it bring nothing.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from bench.machine import described
from bench.soak import Outcome, parse, soak

WORKERS = (1, 2, 4)
# Questions that each worker answers before: the first ones load what the later ones use.
_WARM = 20
HEADINGS = (
    "Workers",
    "questions a minute",
    "acknowledged, p99",
    "workers' processor time for a question",
    "the emulator's",
    "cores busy",
    "memory",
)


def measured(workers: int, questions: int) -> Outcome:
    """What came of a burst on a number of workers."""
    line = (
        f"postgresql --workers {workers} --questions {questions} --channels 200 --burst "
        f"--warm {_WARM} --seed 4"
    )
    with tempfile.TemporaryDirectory(prefix="uptake-sizing-") as folder:
        outcome = soak(parse(line.split()), Path(folder))
    if not outcome.clean:
        sys.exit(f"Not every question was answered once: {outcome}")
    return outcome


def row(workers: int, outcome: Outcome) -> str:
    """A line of the table."""
    busy = outcome.per_second * (outcome.processor_ms + outcome.emulator_ms) / 1000
    cells = (
        workers,
        round(outcome.per_second * 60),
        f"{outcome.acknowledged_p99:.2f} s",
        f"{outcome.processor_ms:.0f} ms",
        f"{outcome.emulator_ms:.0f} ms",
        f"{busy:.1f} of {os.cpu_count()}",
        f"{outcome.memory[-1]} MiB",
    )
    return f"| {' | '.join(map(str, cells))} |"


def main(questions: str = "500") -> None:
    """Prints the table, row by row."""
    print(described())
    print(f"| {' | '.join(HEADINGS)} |")
    print("|" + " --- |" * len(HEADINGS))
    for workers in WORKERS:
        print(row(workers, measured(workers, int(questions))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
