"""Commands start fast: none of them imports a package that takes seconds."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.fleet import eventually
from tests.support.processes import environment, start

SLOW = {"torch", "sentence_transformers", "transformers", "sklearn", "pandas", "matplotlib"}
# Writes down what the command has imported by its end.
WATCHED = """
import atexit, json, os, pathlib, sys
modules = pathlib.Path(os.environ["MODULES"])
atexit.register(lambda: modules.write_text(json.dumps(sorted(sys.modules))))
from bot.cli import main
main()
"""


@pytest.mark.parametrize(
    "arguments",
    [("ask", "What share of the budget is for change management?"), ("ingest", "guides")],
)
def test_a_command_imports_no_slow_package(data_dir: Path, guides: Path, arguments: list[str]):
    (guides / "new.md").write_text("# New\n\nThe pilot lasts six weeks.\n", "utf-8")
    modules = data_dir.parent / "modules.json"
    settings = environment(UPTAKE_DATA_DIR=str(data_dir), MODULES=str(modules))
    command = [sys.executable, "-c", WATCHED, *arguments]
    done = subprocess.run(command, env=settings, cwd=guides.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    imported = {name.partition(".")[0] for name in json.loads(modules.read_text("utf-8"))}
    assert {"onnxruntime", "tokenizers"} <= imported
    assert imported & SLOW == set()


def test_the_bot_loads_no_slow_package(data_dir: Path):
    log = data_dir.parent / "log"
    settings = {"UPTAKE_DATA_DIR": str(data_dir), "BROWSER": "true %s &"}
    bot = start(settings, log, ["--port", "0"], cwd=data_dir.parent)
    try:
        eventually(lambda: not bot.alive or "is ready" in log.read_text("utf-8"), 180)
        assert bot.alive, log.read_text("utf-8")
        eventually(lambda: "onnxruntime" in loaded(bot.pid))
        assert loaded(bot.pid) & SLOW == set()
    finally:
        bot.send(signal.SIGKILL)


def loaded(pid: int) -> set[str]:
    """The installed packages of which a process has compiled parts in memory."""
    lines = Path(f"/proc/{pid}/maps").read_text("utf-8").splitlines()
    inside = (line.partition("/site-packages/")[2] for line in lines)
    return {path.partition("/")[0] for path in inside}
