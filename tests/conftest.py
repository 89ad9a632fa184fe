from __future__ import annotations

import contextlib
import gc
import logging
import os
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings
from typer.testing import CliRunner

# There is a test process for each core: more threads would only wait for cores that the others
# have. Child processes inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bot.cli import COLLECTED_AFTER
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from tests.support.examples import examples
from tests.support.memory import write_in_memory
from tests.support.processes import COMMAND, environment

write_in_memory()
# A busy machine is no fault of the code.
settings.register_profile("patient", deadline=None, max_examples=examples(100))
settings.load_profile("patient")
# Seconds that a command may take.
_LONGEST = 180
GUIDES = {
    "playbook/budget.md": """---
title: Budget and sponsor
kind: playbook
tool: any
audience: everyone
owner: AI programme team
reviewed: 2026-11-02
---
# Budget and sponsor

## Shares of the budget

Plan 15–20 % of the project budget for change management. Data work takes 40–50 % of the
engineering effort.

## Sponsor

The sponsor is a director or a vice president who asks about results every month.
""",
    "faq/accuracy.md": """---
title: Accuracy and trust
kind: faq
tool: any
audience: everyone
owner: AI programme team
reviewed: 2026-11-02
---
# Accuracy and trust

## Can I trust the numbers in an answer?

Not unseen. Compare every number with its source before you pass it on.

## Why does the tool contradict itself?

Small differences in wording lead to different answers. Ask again with more context.
""",
    "quick-starts/override.md": """---
title: When and how to override
kind: quick-start
tool: any
audience: everyone
owner: AI programme team
reviewed: 2026-11-02
---
# When and how to override

Override a recommendation when you know something that the tool does not.

1. Read the criteria that led to the recommendation.
2. Decide what you would do instead.
3. Note the reason in one sentence.
""",
}


def write_guides(folder: Path) -> Path:
    for name, text in GUIDES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two workers more than cores: tests wait for other processes for half of their time."""
    return (os.cpu_count() or 1) + 2


def pytest_configure() -> None:
    """Searches for cycles as seldom as `bot.cli` does."""
    gc.set_threshold(*COLLECTED_AFTER)


def pytest_collection_finish() -> None:
    """Searches no more for cycles in what was imported."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Orders files so that the cores always have work, and no worker has a long one at the end."""
    files = list(dict.fromkeys(item.path for item in items))
    order = {file: at for at, file in enumerate(in_turns(files))}
    items.sort(key=lambda item: order[item.path])


def in_turns(files: list[Path]) -> list[Path]:
    """Files that start processes and those that wait in turns, then the others, long ones first."""
    starting = [file for file in files if _is_of(file, _STARTING)]
    waiting = [file for file in files if _is_of(file, _WAITING)]
    turns = [each for pair in zip_longest(starting, waiting) for each in pair if each]
    left = [file for file in files if file not in {*turns}]
    return turns + sorted(left, key=lambda file: not _is_of(file, _LONG))


def _is_of(file: Path, places: tuple[str, ...]) -> bool:
    return file.relative_to(_TESTS).as_posix().startswith(places)


_TESTS = Path(__file__).parent
# Each of these has a bot or a browser in a process of its own, which keeps the cores busy.
_STARTING = ("e2e/", "slack_emulator/page/", "test_start.py")
# For most of their time these wait: for a time to come, or for another process.
_WAITING = (
    "bench/",
    "bot/features/handoff/",
    "bot/features/questions/",
    "bot/slack/",
    "bot/test_visibility_matrix.py",
    "knowledge/answers/",
    "slack_emulator/transport/",
)
# Of the others, those with files that take long.
_LONG = ("adoption/reports/", "bot/", "disclosure/", "histories/", "knowledge/encoding/", "supply/")


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    from tests.support.app import encoder

    return encoder()


@pytest.fixture
def guides(tmp_path: Path) -> Path:
    return write_guides(tmp_path / "guides")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A data folder whose record is empty and whose index holds the guides.

    What the clock starts was done a moment ago: no app that opens a copy has to catch up with it.
    Whoever writes to it copies it.
    """
    from bot.app import build, jobs_running
    from bot.features import all_schedules
    from bot.serve import LONE_WORKER
    from bot.settings import read_settings
    from tests.support.app import has_no_job

    place = tmp_path_factory.mktemp("home")
    write_guides(place / "guides")
    settings = read_settings(_env_file=None, data_dir=place / "data")
    made = build(settings, encoder=encoder)
    Sync(made.index).run([place / "guides"])
    with jobs_running(made, settings.jobs_url, LONE_WORKER):
        made.jobs.schedule(all_schedules(settings), settings.zone)
        while not has_no_job(made.jobs):
            time.sleep(0.02)
    made.record.close()
    return place / "data"


@pytest.fixture
def data_dir(home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(home, tmp_path / "data"))


@pytest.fixture(scope="session")
def index(home: Path, encoder: Encoder) -> Index:
    return Index.open(home / "index", encoder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL, started for this run."""
    from tests.servers import postgres_server

    with postgres_server() as url:
        yield url


def uptake(
    *arguments: str, cwd: Path, typed: str | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Runs a command with nobody at the keyboard unless it is `typed`.

    It runs in this process, which has all it imports; what goes on until it is stopped, in its own.
    """
    from bot.cli import main

    if "run" in arguments[:1]:
        return uptake_process(*arguments, cwd=cwd, typed=typed, **settings)

    left_out = dict.fromkeys(key for key in os.environ if key.startswith(("UPTAKE_", "SLACK_")))
    with (
        patch.object(sys, "argv", ["uptake", *arguments]),
        contextlib.chdir(cwd),
        _logging_as_before(),
        CliRunner().isolation(typed, env=left_out | settings) as (out, err, _),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        except Exception:
            code = 1
            sys.stderr.write(traceback.format_exc())
        sys.stdout.flush()
        sys.stderr.flush()
        shown = [each.getvalue().decode() for each in (out, err)]
    return subprocess.CompletedProcess(arguments, code, *shown)


@contextlib.contextmanager
def _logging_as_before() -> Iterator[None]:
    """A command sets up the log of its process; here it is set back."""
    level, before = logging.root.level, {each: each.handlers[:] for each in _loggers()}
    yield
    logging.root.setLevel(level)
    for each in _loggers():
        each.handlers[:] = before.get(each, [])


def _loggers() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict.values()
    return [logging.root, *(each for each in known if isinstance(each, logging.Logger))]


def uptake_process(
    *arguments: str, cwd: Path, typed: str | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a process of its own."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**settings),
        **({"input": typed} if typed is not None else {"stdin": subprocess.DEVNULL}),
        capture_output=True,
        text=True,
        timeout=_LONGEST,
    )
