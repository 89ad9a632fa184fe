"""Reads thousands of made files through each loader: each is read or refused in a sentence."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.loader_files import KINDS, Made, Maker
from bench.machine import described
from ingest.errors import FileUnreadable
from ingest.sync.read import passages_of

SEED = 20261121
# A person reads it in a list of files.
_LONGEST_SENTENCE = 300


@dataclass
class Outcome:
    """What became of the files of one kind.

    Attributes:
        shapes: how many of each shape were read.
        slowest: the seconds of the file that took longest.
        unexpected: what went wrong otherwise, the first first, with the file's number and shape.
    """

    kind: str
    files: int = 0
    read: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    shapes: Counter[str] = field(default_factory=Counter)
    sentences: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)


def run(kind: str, files: int, folder: Path, seed: int = SEED) -> Outcome:
    """What becomes of so many files of a kind, as the sync of a folder would read them."""
    outcome, maker = Outcome(kind), Maker(kind, seed)
    path = folder / f"guide.{kind}"
    for number in range(files):
        made = maker.make(number)
        path.write_bytes(made.data)
        began = time.perf_counter()
        _read(path, made, number, outcome)
        spent = time.perf_counter() - began
        outcome.files += 1
        outcome.seconds += spent
        outcome.slowest = max(outcome.slowest, spent)
    return outcome


def _read(path: Path, made: Made, number: int, outcome: Outcome) -> None:
    where = f"file {number} ({made.shape})"
    try:
        passages = passages_of(path)
    except FileUnreadable as error:
        sentence = str(error)
        outcome.refused += 1
        outcome.sentences[sentence] += 1
        if not sentence or "\n" in sentence or len(sentence) > _LONGEST_SENTENCE:
            outcome.unexpected.append(f"{where} is refused with {sentence[:500]!r}")
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        outcome.unexpected.append(f"{where}: {traceback.format_exc()}")
    else:
        outcome.read += 1
        outcome.shapes[made.shape] += 1
        ids = {passage.id for passage in passages}
        if len(ids) != len(passages) or not all(each.text.strip() for each in passages):
            outcome.unexpected.append(f"{where} gives empty or equal passages")


def as_table(outcomes: list[Outcome]) -> str:
    """The outcomes as Markdown."""
    rows = [
        "| kind | files | read | refused | unexpected | seconds | slowest |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in outcomes:
        rows.append(
            f"| {each.kind} | {each.files:,} | {each.read:,} | {each.refused:,} | "
            f"{len(each.unexpected)} | {each.seconds:.0f} | {each.slowest:.2f} |"
        )
    return "\n".join(rows)


def main() -> int:
    """Runs it from the command line; 1 where a file was neither read nor refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="for each kind")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS))
    given = parser.parse_args()
    # The libraries tell at length what they think of each broken file.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="uptake-loaders-") as folder:
        for kind in given.kinds:
            outcome = run(kind, given.files, Path(folder), given.seed)
            outcomes.append(outcome)
            print(f"{kind}: {outcome.read} read, {outcome.refused} refused", file=sys.stderr)
            for sentence, count in outcome.sentences.most_common(8):
                print(f"  {count} × {sentence}", file=sys.stderr)
            if outcome.unexpected:
                print(f"  First unexpected: {outcome.unexpected[0]}", file=sys.stderr)
    print(described())
    print(as_table(outcomes))
    return 1 if any(each.unexpected for each in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
