"""The MCP Inspector, npm's `@modelcontextprotocol/inspector`, over HTTP and standard input."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bot.mcp.world import World
from tests.conftest import write_guides
from tests.support.app import BUDGET
from tests.support.processes import COMMAND, environment

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not installed"),
]
# The Inspector needs a newer Node.js than Debian has; npm has one of its own.
PACKAGES = ("node@24.21.0", "@modelcontextprotocol/inspector@2.12.0")
Inspect = Callable[..., Any]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inspector")
    (folder / "package.json").write_text('{"private": true}', "utf-8")
    command = ("npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES)
    subprocess.run(command, cwd=folder, check=True, timeout=240)
    return folder / "node_modules" / ".bin"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("local")
    write_guides(folder / "guides")
    return folder


@pytest.fixture(params=["http legacy", "http modern", "stdio legacy", "stdio modern"])
def inspect(request: pytest.FixtureRequest, programs: Path, local: Path, world: World) -> Inspect:
    way, era = request.param.split()
    if way == "http":
        token = world.token(may_write=True)
        target = ["--server-url", world.url, "--header", f"Authorization: Bearer {token}"]
    else:
        # The Inspector passes on nothing of its own environment.
        given = {"UPTAKE_DATA_DIR": local / "data", "UPTAKE_CONTENT": local / "guides"}
        given["PYTHONPATH"] = environment()["PYTHONPATH"]
        target = [part for name in given for part in ("-e", f"{name}={given[name]}")]
        target += [*COMMAND, "mcp", "--log", "log_use"]
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"

    def run(method: str, *options: str, code: int = 0) -> Any:
        asked = [
            "--connect-timeout",
            "100000",
            "--protocol-era",
            era,
            "--format",
            "json",
            "--quiet",
            "--method",
            method,
        ]
        done = subprocess.run(
            [str(programs / "mcp-inspector"), "--cli", *asked, *options, *target],
            cwd=local,
            env=environment(PATH=path),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, done.stderr + done.stdout
        assert code or not done.stderr, done.stderr
        return json.loads(done.stdout or done.stderr)

    return run


def test_what_it_lists_is_portable_and_can_be_called(inspect: Inspect):
    listed = inspect("tools/list", "--strict")["result"]["tools"]
    assert {"ask", "search_guides", "get_guide", "log_use"} <= {each["name"] for each in listed}
    asked = ("--tool-name", "ask", "--tool-args-json", json.dumps({"question": BUDGET}))
    called = inspect("tools/call", *asked)["result"]
    assert called["structuredContent"]["outcome"] == "answered"
    resources = inspect("resources/list")["result"]["resources"]
    assert "Budget and sponsor" in {each["name"] for each in resources}
    read = inspect("resources/read", "--uri", resources[0]["uri"])["result"]["contents"]
    assert resources[0]["name"] in read[0]["text"]
    [template] = inspect("resources/templates/list")["result"]["resourceTemplates"]
    assert template["uriTemplate"] == "uptake://guides/{guide}"


def test_prompts_are_filled_in_and_wrong_calls_are_told(inspect: Inspect):
    prompts = inspect("prompts/list")["result"]["prompts"]
    assert {each["name"] for each in prompts} == {"check_answer", "plan_wave"}
    filled = ("--prompt-name", "check_answer", "--prompt-args", "answer=Yes, always.")
    [message] = inspect("prompts/get", *filled)["result"]["messages"]
    assert "Yes, always." in message["content"]["text"]
    empty = ("--tool-name", "ask", "--tool-args-json", '{"question": ""}')
    [said] = inspect("tools/call", *empty, code=5)["result"]["content"]
    assert "question" in said["text"]
