"""A process that is killed is started anew at once; the parent ends as its child ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux starts it anew")

BEGIN = """
import os, signal, sys, time
from pathlib import Path
from bot.cli.supervisor import KeepsDying, supervise
mark = Path(sys.argv[1])
try:
    supervise(["json"])
except KeepsDying as error:
    sys.exit(str(error))
"""


def begun(program: str, mark: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + program, str(mark)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


RESTARTING = "The bot was ended by SIGKILL; restarting it."


def test_what_was_killed_begins_anew_and_what_ends_by_itself_does_not(tmp_path: Path):
    program = """
if not mark.exists():
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
print("second", flush=True)
sys.exit(0)
"""
    process = begun(program, tmp_path / "mark")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output.splitlines() == [RESTARTING, "second"]


FAILS_AFTER_A_KILL = """
if not mark.exists():
    mark.write_text("")
    os.kill(os.getpid(), signal.SIGKILL)
tries = mark.read_text()
mark.write_text(tries + "x")
sys.exit(0 if tries == "xx" else 2)
"""


def test_what_was_killed_and_fails_at_its_next_start_is_tried_until_it_starts(tmp_path: Path):
    process = begun(FAILS_AFTER_A_KILL, tmp_path / "mark")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output.splitlines() == [
        RESTARTING,
        "The bot failed at its start; trying again in 1 s.",
        "The bot failed at its start; trying again in 2 s.",
    ]


def test_one_that_waits_to_be_tried_again_can_be_stopped(tmp_path: Path):
    process = begun(FAILS_AFTER_A_KILL.replace("0 if", "3 if"), tmp_path / "mark")
    assert process.stdout is not None
    while "in 4 s" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM


def test_a_signal_to_stop_reaches_the_child(tmp_path: Path):
    program = """
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("ready", flush=True)
time.sleep(60)
"""
    process = begun(program, tmp_path / "mark")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (0, "", "")


def test_a_child_ends_with_its_parent(tmp_path: Path):
    process = begun("print('ready', flush=True)\ntime.sleep(60)\n", tmp_path / "mark")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.kill()
    # Its output ends only with the last process that holds it.
    assert process.communicate(timeout=30)[0] == ""


def test_one_that_is_killed_again_and_again_is_given_up(tmp_path: Path):
    process = begun("os.kill(os.getpid(), signal.SIGKILL)\n", tmp_path / "mark")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output.count("restarting it") == 20
    assert errors.startswith("The bot was killed 20 times in 10 seconds.")


FAILS = """
import atexit, os, sys
from bot.cli import app, main
from bot.cli.supervisor import supervise
from uptake import UptakeError

@app.command("fails")
def fails(how: str):
    supervise(["json"])
    # As PyTorch does in a process that ends while it is loaded.
    atexit.register(os.abort)
    if how == "mistake":
        raise UptakeError("A token is missing.")
    if how == "fault":
        raise ValueError("no such thing")
    sys.exit(7)

main()
"""


@pytest.mark.parametrize(
    ("how", "code", "words"),
    [
        ("mistake", 2, "uptake: A token is missing."),
        ("fault", 1, "ValueError: no such thing"),
        ("exit", 7, ""),
    ],
)
def test_one_that_fails_at_its_start_ends_once_with_its_error(how: str, code: int, words: str):
    command = [sys.executable, "-c", FAILS, "fails", how]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.strip().endswith(words)
