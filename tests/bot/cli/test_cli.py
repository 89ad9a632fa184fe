from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adoption.feedback.feedback import Comment, Override
from adoption.feedback.models import OverrideReason
from adoption.record import Record
from adoption.usage.tokens import ToolTokens
from bot.cli.doctor import PARTS
from bot.settings import read_settings
from tests.conftest import environment, uptake
from tests.support.schemas import command_output

BUDGET = "How much of the budget should go to change management?"
WEATHER = "What is the weather in Oslo?"


def run(*arguments: str, data_dir: Path, typed: str | None = None, **settings: str):
    settings = {"UPTAKE_DATA_DIR": str(data_dir)} | settings
    return uptake(*arguments, cwd=data_dir.parent, typed=typed, **settings)


def one_sentence(text: str) -> bool:
    return text.startswith("uptake: ") and text.count("\n") == 1 and "Traceback" not in text


def test_feedback_and_tools_are_listed(tmp_path: Path):
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    with closing(Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")) as record:
        now = datetime.now(UTC)
        record.feedback.add_comment(
            Comment("1", "T1:U1", now, "Mail ada@x.example \x1b[31m", "Mars")
        )
        reason = OverrideReason.WRONG_DATA
        given = Override(
            "2", "T1:U2", "Mars", now, reason, did_instead="rang", consent=True, named=True
        )
        silent = Override("3", "T1:U3", "Mars", now, OverrideReason.DISAGREES)
        record.feedback.add_overrides([given, silent])
    said = run("feedback", "--json", data_dir=data_dir).stdout.splitlines()
    override, comment = sorted(
        (command_output("feedback", line) for line in said),
        key=lambda row: row["kind"],
        reverse=True,
    )
    assert (comment["text"], comment["by"]) == ("Mail [address] \x1b[31m", None)
    assert (override["did_instead"], override["by"]) == ("rang", "T1:U2")
    assert comment["at"] == f"{now:%Y-%m-%d}"
    table = run("feedback", data_dir=data_dir).stdout
    assert "[address]" in table
    assert f"{now:%Y-%m-%d}  override" in table
    assert "\x1b" not in table
    assert run("tools", "set", "Mars", "--owner", "Ada", data_dir=data_dir).returncode == 0
    assert run("tools", "set", "Mars", "--seat-cost", "30", data_dir=data_dir).returncode == 0
    listed = run("tools", "list", data_dir=data_dir).stdout
    assert "Ada" in listed
    assert "30" in listed
    refused = run("tools", "set", "Mars", data_dir=data_dir)
    assert refused.returncode == 2
    assert "give --owner or --seat-cost" in refused.stderr


def test_a_question_is_answered_with_its_source(data_dir: Path):
    done = run("ask", BUDGET, data_dir=data_dir)
    assert done.returncode == 0
    assert "15–20 %" in done.stdout
    assert "[1] Budget and sponsor" in done.stdout


def test_a_terminal_answers_and_measures_from_guides_for_a_few_as_well(tmp_path: Path):
    guide = tmp_path / "codes.md"
    guide.write_text(
        "---\naudience: admins\n---\n# Door codes\n\nThe door code of the lab is 4471.\n"
    )
    data_dir = tmp_path / "data"
    assert run("ingest", "codes.md", data_dir=data_dir).returncode == 0
    asked = run("ask", "What is the door code of the lab?", "--json", data_dir=data_dir)
    answer = json.loads(asked.stdout)
    assert "4471" in answer["text"]
    assert answer["sections"][0]["title"] == "Door codes"
    questions = tmp_path / "own.csv"
    questions.write_text("question,source,words\nWhat is the door code?,codes.md,4471\n")
    measured = run("eval", "--questions", str(questions), "--json", data_dir=data_dir)
    assert json.loads(measured.stdout)["hit@1"] == 1.0


def test_questions_from_standard_input_become_one_object_a_line(data_dir: Path):
    typed = f"{BUDGET}\n\n{WEATHER}\n\xff\udcff?\n"
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "ask", "-", "--json"],
        cwd=data_dir.parent,
        env=environment(UPTAKE_DATA_DIR=str(data_dir)),
        input=typed.encode("utf-8", "surrogateescape"),
        capture_output=True,
        timeout=180,
    )
    assert done.returncode == 0
    answers = [command_output("ask", line) for line in done.stdout.decode().splitlines()]
    assert [answer["question"] for answer in answers[:2]] == [BUDGET, WEATHER]
    assert [answer["outcome"] for answer in answers[:2]] == ["answered", "abstained"]
    assert len(answers) == 3
    first = answers[0]
    assert first["sections"][0]["source"] == first["citations"][0]["source"]
    assert first["citations"][0]["source"].endswith("budget.md")
    assert 0 < first["seconds"] < 60


def test_a_guide_that_nobody_reviewed_for_long_is_marked(data_dir: Path):
    old = data_dir.parent / "guides" / "pilots.md"
    old.parent.mkdir()
    old.write_text("---\nreviewed: 2025-05-03\n---\n# Pilots\n\nA pilot lasts six weeks.\n")
    assert run("ingest", str(old), data_dir=data_dir).returncode == 0
    done = run("ask", "-", "--json", data_dir=data_dir, typed="How long does a pilot last?\n")
    (cited,) = command_output("ask", done.stdout)["citations"]
    assert (cited["reviewed"], cited["stale"]) == ("2025-05-03", True)
    assert cited["warning"] == "not reviewed since May 2025"
    lenient = run(
        "ask", "How long does a pilot last?", data_dir=data_dir, UPTAKE_REVIEW_AFTER="3650"
    )
    assert "(reviewed 2025-05-03)" in lenient.stdout
    listed = command_output("content", run("content", "--json", data_dir=data_dir).stdout)
    assert [guide["title"] for guide in listed["stale"][""]] == ["Pilots"]


def test_a_conversation_without_a_terminal_answers_every_line(data_dir: Path):
    done = run("run", data_dir=data_dir, typed=f"{BUDGET}\n{WEATHER}\n")
    assert done.returncode == 0
    assert "15–20 %" in done.stdout
    assert "I don't know" in done.stdout


def test_in_a_conversation_a_question_may_lean_on_the_one_before(data_dir: Path):
    done = run("run", data_dir=data_dir, typed="Who is the sponsor?\nand what does he ask about?\n")
    assert done.stdout.count("vice president") == 2


def test_the_doctor_says_what_the_model_used(data_dir: Path):
    settings = {"UPTAKE_MODEL": "openai:small", "OPENAI_API_KEY": "sk-test"}
    assert "Used today: 0 tokens" in run("doctor", data_dir=data_dir, **settings).stdout


def test_the_doctor_says_whether_tools_can_report_their_use(tmp_path: Path):
    look = dict(PARTS)["usage"]
    assert look(read_settings(_env_file=None, data_dir=tmp_path)).fine is None
    settings = read_settings(_env_file=None, data_dir=tmp_path, usage_port=8090)
    found = look(settings)
    assert (found.fine, "uptake token TOOL" in found.says) == (False, True)
    record = Record.open(settings.record_url)
    ToolTokens(record.engine).make("Helper", datetime.now(UTC))
    record.close()
    found = look(settings)
    made = datetime.now(UTC).date()
    says = f"POST /v1/usage on port 8090; tokens for Helper ({made})"
    assert (found.fine, found.says) == (True, says)


def test_what_was_asked_is_in_the_digest_of_a_week_that_is_not_over(data_dir: Path):
    run("ask", BUDGET, data_dir=data_dir)
    run("ask", WEATHER, data_dir=data_dir)
    done = run("digest", "--format", "json", data_dir=data_dir)
    digest = json.loads(done.stdout)
    # One person asked: how often, and how many got an answer, is not said.
    assert digest["questions"]["questions"] is None
    assert digest["questions"]["answered"] is None
    assert digest["gaps"] == [{"name": WEATHER, "count": None, "wordings": [WEATHER]}]
    assert WEATHER in run("digest", data_dir=data_dir).stdout


@pytest.mark.parametrize("week", ["2026-W54", "last", "2026-47", ""])
def test_a_week_that_is_none_is_one_sentence(week: str, data_dir: Path):
    done = run("digest", "--week", week, data_dir=data_dir)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_doctor_finds_everything_in_order(data_dir: Path):
    done = run("doctor", data_dir=data_dir)
    assert done.returncode == 0
    assert "FAIL" not in done.stdout
    assert "passages" in done.stdout


def test_the_doctor_says_nothing_that_grows_with_each_question(data_dir: Path):
    settings = read_settings(_env_file=None, data_dir=data_dir)
    looks = {name: look for name, look in PARTS if name in ("record", "index", "usage")}
    before = {name: look(settings) for name, look in looks.items()}
    assert len(before) == 3
    run("ask", BUDGET, data_dir=data_dir)
    assert {name: look(settings) for name, look in looks.items()} == before


def test_the_doctor_says_what_to_do_about_each_fault(data_dir: Path, tmp_path: Path):
    (data_dir / "record.sqlite").write_bytes(b"not a database, but long enough to look at" * 50)
    done = run(
        "doctor",
        data_dir=data_dir,
        SLACK_BOT_TOKEN="xoxb-x",
        UPTAKE_SLACK_API_URL="http://127.0.0.1:9/api/",
        UPTAKE_MODEL="nosuchprovider:nosuchmodel",
    )
    assert done.returncode == 1
    failing = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert {line.split()[1] for line in failing} == {"record", "model", "slack"}
    assert "Traceback" not in done.stdout + done.stderr


def test_new_guides_are_indexed_and_a_broken_one_fails_alone(data_dir: Path, tmp_path: Path):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "vpn.md").write_text("# VPN\n\nThe assistant works only inside the company network.")
    (folder / "broken.docx").write_bytes(b"this is no docx")
    done = run("ingest", str(folder), data_dir=data_dir)
    assert done.returncode == 1
    assert "broken.docx" in "".join(done.stdout.split())
    assert (
        "company network"
        in run("ask", "Does it work outside the company network?", data_dir=data_dir).stdout
    )
    (folder / "broken.docx").unlink()
    assert run("ingest", str(folder), data_dir=data_dir).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (["ingest", "nowhere/at/all"], {}),
        (["ask", "x"], {"UPTAKE_TIMEZONE": "Mars"}),
        (["doctor"], {"UPTAKE_MODEL_TIMEOUT": "soon"}),
        (["ask", "x"], {"UPTAKE_DATA_DIR": "/proc/uptake"}),
        (["digest"], {"UPTAKE_DATABASE_URL": "postgresql+psycopg://127.0.0.1:9/none"}),
        (["digest"], {"UPTAKE_DATABASE_URL": "no address"}),
        (["run"], {"SLACK_BOT_TOKEN": "xoxb-x", "UPTAKE_SLACK_API_URL": "http://127.0.0.1:9/"}),
        (["run", "--http", "0"], {}),
        (["run", "--http", "3000"], {"SLACK_BOT_TOKEN": "xoxb-x"}),
        (["ask", "x"], {"UPTAKE_MODEL": "nosuchprovider:x"}),
        (["digest", "--format", "pdf"], {}),
    ],
)
def test_a_persons_mistake_is_said_plainly_with_exit_code_2(
    arguments: list[str], settings: dict[str, str], data_dir: Path
):
    done = run(*arguments, data_dir=data_dir, **settings)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_an_unreadable_database_is_one_sentence(data_dir: Path):
    (data_dir / "record.sqlite").write_bytes(os.urandom(4096))
    done = run("ask", BUDGET, data_dir=data_dir)
    assert done.returncode == 2
    assert one_sentence(done.stderr)


def test_a_damaged_index_is_one_sentence(data_dir: Path):
    for file in (data_dir / "index" / "snapshots").glob("*/vectors.npy"):
        file.write_bytes(b"broken")
    done = run("ask", BUDGET, data_dir=data_dir)
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "--rebuild" in done.stderr


def test_a_record_of_a_newer_version_is_not_touched(data_dir: Path):
    run("digest", data_dir=data_dir)
    with sqlite3.connect(data_dir / "record.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    connection.close()
    done = run("digest", data_dir=data_dir)
    assert done.returncode == 2
    assert one_sentence(done.stderr)


def imported_by(*arguments: str, data_dir: Path) -> set[str]:
    program = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=data_dir.parent,
        env=environment(UPTAKE_DATA_DIR=str(data_dir)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    return set(done.stderr.split())


def test_help_loads_nothing_heavy(data_dir: Path):
    loaded = imported_by("--help", data_dir=data_dir)
    heavy = {"torch", "chromadb", "langchain", "langchain_core", "dbos", "sqlalchemy", "slack_bolt"}
    assert not loaded & heavy
    assert "bot.cli.run" in loaded


def test_importing_does_no_work(tmp_path: Path):
    program = (
        "import socket, threading, pkgutil, importlib\n"
        "def refuse(*a, **k): raise AssertionError('connected at import')\n"
        "socket.socket.connect = refuse\n"
        "import bot, knowledge, ingest, adoption\n"
        "for package in (bot, knowledge, ingest, adoption):\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if 'migrations.' not in module.name and '__main__' not in module.name:\n"
        "            importlib.import_module(module.name)\n"
        "ours = [t.name for t in threading.enumerate() if t is not threading.main_thread()]\n"
        "assert 'encoder' not in ours, ours\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
