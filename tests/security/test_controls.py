"""Each control has a test that fails without it: shown in a copy of the project (`make soak`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.controls import CONTROLS, Control
from tests.supply.lock import ROOT

PACKAGES = ("bot", "ingest", "knowledge", "adoption", "slack_emulator", "tests", "docs", "deploy")
FILES = ("uptake.py", "pyproject.toml", "README.md")
EACH = pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.file)


@EACH
def test_the_control_stands_where_it_is_said_to_be(control: Control):
    assert (ROOT / control.file).read_text("utf-8").count(control.line) == 1
    assert (ROOT / control.test.partition("::")[0]).is_file()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("copy")
    for name in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in FILES:
        shutil.copyfile(ROOT / name, folder / name)
    yield folder
    shutil.rmtree(folder)


def outcome(folder: Path, test: str) -> int:
    """Pytest's exit code: 0 where the test passes, 1 where it fails."""
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, test],
        cwd=folder,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return done.returncode


@pytest.mark.soak
@EACH
def test_without_the_control_its_test_fails(control: Control, copy: Path):
    file = copy / control.file
    whole = file.read_text("utf-8")
    assert outcome(copy, control.test) == 0
    file.write_text(whole.replace(control.line, control.without), "utf-8")
    try:
        assert outcome(copy, control.test) == 1
    finally:
        file.write_text(whole, "utf-8")
