"""What the terminal prints of names and texts from outside moves no cursor and turns no line."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import say_trace
from bot.local.plain_text import PlainFormatter, as_json, shown, shown_lines
from bot.observability.logs import JsonFormatter
from tests.conftest import uptake, write_guides

HOSTILE = "zz\x1b]0;owned\x07\x9b2J\u202egnp\u2066\rx"
# Every command that prints something of what is stored, and needs no Slack.
COMMANDS = (
    ("ingest",),
    ("content",),
    ("content", "--json"),
    ("ask", "Who pays for the zebra?"),
    ("ask", "--json", "Who pays for the zebra?"),
    ("sources", "list"),
    ("sources", "check"),
    ("index", "list"),
    ("tools", "set", HOSTILE, "--owner", HOSTILE),
    ("tools", "list"),
    ("targets", "list"),
    ("token", HOSTILE),
    ("feedback",),
    ("audit",),
    ("digest",),
    ("alerts",),
    ("report",),
    ("doctor",),
    # What is wrong with a command repeats what was typed.
    (HOSTILE,),
    ("ask", f"--{HOSTILE}", "x"),
    ("rollout", HOSTILE),
    ("report", "--out", f"/nowhere/{HOSTILE}"),
)


@given(st.text())
def test_nothing_that_a_terminal_acts_on_is_left(text: str):
    assert shown(text).isprintable()
    assert all(line.isprintable() for line in shown_lines(text).split("\n"))


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_reads_back_as_it_was(value: object):
    made = as_json(value)
    assert made.isprintable()
    assert json.loads(made) == value


def test_a_log_line_ends_where_it_ends():
    record = logging.LogRecord(
        "bot", logging.WARNING, "x.py", 1, "Refused: %s", ("a\nERROR bot: erased\x1b[2J",), None
    )
    made = PlainFormatter("%(levelname)s %(name)s: %(message)s").format(record)
    assert made == "WARNING bot: Refused: a⏎ERROR bot: erased[2J"


def test_a_fault_and_a_line_for_machines_hold_nothing_that_a_terminal_acts_on(
    capsys: pytest.CaptureFixture[str],
):
    error = ValueError(HOSTILE)
    say_trace(ValueError, error)
    printed = capsys.readouterr().err
    assert "ValueError: zz" in printed
    record = logging.LogRecord("bot", logging.ERROR, "x.py", 1, "Read %s", (HOSTILE,), None)
    made = JsonFormatter().format(record)
    assert json.loads(made)["message"] == f"Read {HOSTILE}"
    for line in (*printed.split("\n"), made):
        assert line.isprintable()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    """Guides whose names, titles, owners and words would turn a terminal over."""
    root = tmp_path_factory.mktemp("hostile")
    guides = write_guides(root / "guides")
    name = HOSTILE.replace("\r", "")
    text = f"---\ntitle: Zebra\nowner: A{HOSTILE}\nreviewed: 2020-01-01\n---\n# Zebra\n\n"
    (guides / f"{name}.md").write_text(f"{text}{HOSTILE} pays for the zebra.\n", "utf-8")
    (guides / f"{name}.docx").write_bytes(b"no document")
    return root


def test_no_command_prints_what_a_terminal_acts_on(folder):
    seen = ""
    for command in COMMANDS:
        ran = uptake(*command, cwd=folder, UPTAKE_CONTENT=str(folder / "guides"))
        assert ran.returncode in (0, 1, 2), (command, ran.stderr)
        assert "Traceback" not in ran.stderr, (command, ran.stderr)
        seen += ran.stdout
        for line in (ran.stdout + ran.stderr).split("\n"):
            assert line.isprintable(), (command, line)
    # What is left of the names is printed.
    assert seen.count("zz") > 5
