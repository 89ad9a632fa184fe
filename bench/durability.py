"""What durability costs: the same questions answered bare, and as kept jobs.

python -m bench.durability --questions 200
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from adoption.questions.models import Surface
from bench.soak import QUESTIONS
from bot.answering.jobs import answer_now
from bot.app import build
from bot.conversation.question import Question
from bot.settings import read_settings
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from tests.conftest import write_guides


def main() -> None:
    """Measures in turn, so that both meet the same machine; prints medians and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m bench.durability", description=__doc__)
    parser.add_argument("--questions", type=int, default=200)
    count = parser.parse_args().questions
    with tempfile.TemporaryDirectory(prefix="uptake-durability-") as made:
        folder = Path(made)
        index = Index.open(folder / "index", Encoder())
        Sync(index).run([write_guides(folder / "guides")])
        container = build(read_settings(_env_file=None, data_dir=folder))
        answerer = container.answerer
        container.jobs.launch(container, f"sqlite:///{folder / 'jobs.sqlite'}", "bench")
        bare, kept = [], []
        for number in range(count):
            text = f"{QUESTIONS[number % len(QUESTIONS)]} ({number})"
            bare.append(_timed(lambda text=text: answerer.answer(answerer.find(text))))
            question = Question(
                f"b:{number}", "t:u", Surface.TERMINAL, "b", f"b:{number}", text, time.time()
            )
            kept.append(_timed(lambda question=question: answer_now(container, question)))
        container.jobs.close()
        container.record.close()
    medians = statistics.median(bare), statistics.median(kept)
    print(
        json.dumps(
            {
                "questions": count,
                "bare_ms": round(medians[0] * 1000, 2),
                "kept_ms": round(medians[1] * 1000, 2),
                "ratio": round(medians[1] / medians[0], 2),
            }
        )
    )


def _timed(call: object) -> float:
    assert callable(call)
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
