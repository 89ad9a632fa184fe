"""`/mcp` over HTTP, beside the app at work in a workspace: tokens, limits, cancellation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from adoption.questions.models import Outcome, Surface
from adoption.usage.tokens import ToolTokens
from bot.api.server import listening
from bot.conversation.question import STOP
from bot.mcp.caller import Caller
from bot.mcp.endpoint import mcp_service
from bot.mcp.server import UptakeServer
from bot.mcp.tool import Arguments, Result
from bot.mcp.tools import tools_of
from tests.bot.mcp.world import COSTS, World, ask_with, rejected
from tests.conftest import uptake
from tests.servers import free_port
from tests.support.app import BUDGET, WEATHER, written
from tests.support.mcp import session


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_person_asks_by_a_token_in_both_revisions(world: World, mode: str):
    with world.session(world.token(client="Cursor"), mode=mode) as client:
        found = client.gives("ask", question=BUDGET)
        assert found["outcome"] == "answered"
        assert found["sources"][0]["title"] == "Budget and sponsor"
        assert {"search_guides", "list_training", "my_open_points"} <= set(client.tools())
    row = world.asked("budget")
    assert (row.surface, row.client, row.outcome) == (Surface.MCP, "Cursor", Outcome.ANSWERED)


def test_a_call_does_not_describe_the_tools_again(world: World, monkeypatch: pytest.MonkeyPatch):
    with world.session(world.token()) as client:
        client.tools()

        def described(*_: Any, **__: Any) -> Any:
            raise AssertionError("a schema was made for a call")

        monkeypatch.setattr(Arguments, "model_json_schema", described)
        monkeypatch.setattr(Result, "model_json_schema", described)
        assert client.gives("search_guides", query="budget")["sections"]


def test_nothing_of_it_is_posted_in_slack(world: World):
    before = len(world.app.slack.calls("chat.postMessage"))
    with world.session(world.token()) as client:
        client.gives("ask", question="Who is the sponsor?")
        # Whoever asks through an AI tool is not written to later, unasked.
        assert "let you know" not in client.gives("ask", question=WEATHER)["note"]
    assert len(world.app.slack.calls("chat.postMessage")) == before


def test_what_a_person_cannot_read_in_slack_does_not_exist_for_them(world: World):
    with world.session(world.token("admin")) as admin:
        costs = admin.gives("search_guides", query=COSTS, limit=1)["sections"][0]
        assert costs["title"] == "Licence costs"
        assert "30 dollars" in admin.gives("ask", question=COSTS)["text"]
    with world.session(world.token("user")) as user:
        for found in (
            user.gives("ask", question=COSTS),
            user.gives("search_guides", query=COSTS, limit=20),
        ):
            assert "30 dollars" not in json.dumps(found)
        hidden = user.refuses("get_guide", guide=costs["guide"])
        assert hidden == user.refuses("get_guide", guide="no such guide")
        assert hidden == user.refuses("get_guide", guide="Licence costs")
        names = {r.name for r in user.portal.call(user.client.list_resources).resources}
        assert "Licence costs" not in names


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer upp_x", "Bearer upt_x", "Basic abc"])
def test_without_a_known_token_nothing_is_read(world: World, header: str | None):
    headers = {"Authorization": header} if header else {}
    answer = httpx.post(world.url, content=b"x", headers=headers, trust_env=False)
    rejected(answer, 401, "token")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_tokens_are_revoked_and_expire(world: World):
    world.app.slack.add_user("owner", "Ola Owner")
    account, tokens = world.app.account("owner"), world.app.record.access_tokens
    revoked, kept = world.token("owner", "Claude"), world.token("owner", "Cursor")
    assert tokens.revoke(account, client="Claude") == 1
    now = world.app.container.now()
    assert tokens.find(revoked, now) is None
    assert tokens.find(kept, now).account == account
    assert tokens.find(kept, now.replace(year=now.year + 2)) is None
    [left] = tokens.of(account, now)
    assert left.last_used_on == now.date()
    # Nobody revokes what is somebody else's.
    assert tokens.revoke(world.app.account("user"), id=left.id) == 0


def test_a_tools_own_token_reads_what_everyone_may_and_asks_nothing(world: World):
    token = ToolTokens(world.app.container.engine).make("Copilot", world.app.container.now())
    with world.session(token) as client:
        assert set(client.tools()) == {"search_guides", "get_guide", "log_use"}
        assert "needs a person" in client.refuses("ask", question=BUDGET)
        assert client.gives("log_use", tool="Copilot", event="accepted", id="1")["logged"]
        assert "Copilot only" in client.refuses("log_use", tool="Other", event="accepted")


def test_requests_are_limited_in_size_origin_and_number(world: World):
    headers = {"Authorization": f"Bearer {world.token()}"}
    large = httpx.post(world.url, content=b"x" * 300_000, headers=headers, trust_env=False)
    rejected(large, 413, "larger than 256000 bytes")
    foreign = headers | {"Origin": "https://evil.example"}
    rejected(httpx.post(world.url, json={}, headers=foreign, trust_env=False), 403, "web pages")
    for method in ("GET", "DELETE", "PUT"):
        assert httpx.request(method, world.url, trust_env=False).status_code == 405


def test_a_client_that_gives_up_ends_its_question(world: World, monkeypatch: pytest.MonkeyPatch):
    answerer = world.app.container.answerer
    find_first: Callable[..., Any] = answerer.find_first
    started: list[str] = []

    def slow(text: str, scopes: Any) -> Any:
        started.append(text)
        world.app.eventually(
            lambda: world.app.container.jobs.stored(STOP, prefix="mcp:"), "the stop"
        )
        return find_first(text, scopes)

    monkeypatch.setattr(answerer, "find_first", slow)
    with world.session(world.token()) as client:

        async def give_up() -> None:
            async with anyio.create_task_group() as group:
                group.start_soon(client.client.call_tool, "ask", {"question": "Who is asking?"})
                while not started:
                    await anyio.sleep(0.01)
                group.cancel_scope.cancel()

        client.portal.call(give_up)
    world.app.quiet()
    assert world.asked("Who is asking?").outcome is Outcome.STOPPED


def test_a_person_connects_a_tool_in_slack_and_revokes_it(world: World):
    maya, before = world.app.slack.user(), written_in(world, "user")
    assert "Cursor 9" not in before
    maya.presses("token_connect", maya.modal)
    maya.submits({"client": {"client": "Cursor 9"}})
    shown = written(maya.modal)
    token = next(word.strip("`") for word in shown.split() if word.startswith("`upp_"))
    assert world.url in shown
    maya.closes()
    with world.session(token) as client:
        assert client.gives("ask", question=BUDGET)["outcome"] == "answered"
    assert world.asked("budget").client == "Cursor 9"
    assert "*Cursor 9* may ask" in written_in(world, "user")
    [own] = [
        each
        for each in world.app.record.access_tokens.of(
            world.app.account("user"), world.app.container.now()
        )
        if each.client == "Cursor 9"
    ]
    maya.presses("token_revoke", maya.modal, own.id)
    world.app.quiet()
    assert "*Cursor 9* may ask" not in written(maya.modal)
    rejected(ask_with(world, token), 401, "revoked")


def written_in(world: World, who: str) -> str:
    """What somebody reads in their privacy dialog."""
    person = world.app.slack.user(who)
    person.runs("/uptake privacy")
    return written(person.modal)


def test_what_ai_tools_asked_is_erased_with_the_rest(world: World):
    world.app.slack.add_user("leaver", "Lea Leaver")
    account, data = world.app.account("leaver"), world.app.record.personal_data
    with world.session(world.token("leaver", "Claude")) as client:
        client.gives("ask", question=BUDGET)
    exported = data.export(account)
    assert {row["client"] for row in exported["interactions"]} == {"Claude"}
    assert "digest" not in exported["access_tokens"][0]
    assert data.summary(account).counts["tokens of AI tools that ask in your name"]
    data.erase(account)
    assert world.app.record.access_tokens.of(account, world.app.container.now()) == []
    assert "access_tokens" not in data.export(account)


def test_a_token_made_at_the_terminal_asks_for_its_person(world: World, tmp_path: Path):
    slack, settings = world.app.slack, world.app.container.settings
    place = {
        "UPTAKE_DATA_DIR": str(settings.data_dir),
        "UPTAKE_SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
    }
    command = ("token", "Zed", "--person", slack.user("champion").id)
    token = uptake(*command, cwd=tmp_path, **place).stdout.strip()
    with world.session(token) as client:
        assert client.gives("ask", question=BUDGET)["outcome"] == "answered"
        assert "log_use" not in client.tools()
    asked = world.app.record.personal_data.export(world.app.account("champion"))["interactions"]
    assert "Zed" in {row["client"] for row in asked}
    writes = uptake(*command, "--write", cwd=tmp_path, **place).stdout.strip()
    with world.session(writes) as client:
        assert "log_use" in client.tools()
    assert "Revoked of Zed: 2." in uptake(*command, "--revoke", cwd=tmp_path, **place).stdout
    rejected(ask_with(world, token), 401, "revoked")
    for user, says in (("maya", "not a Slack user id"), ("U0NOBODY99", "nobody with the id")):
        wrong = uptake("token", "Zed", "--person", user, cwd=tmp_path, **place)
        assert (wrong.returncode, says in wrong.stderr) == (2, True), wrong.stderr


@pytest.fixture
def slow(world: World) -> Iterator[World]:
    """The same app behind an endpoint that lets each call three times a minute."""
    port = free_port()
    settings = world.app.container.settings.model_copy(update={"mcp_calls_per_minute": 3})
    service = mcp_service(replace(world.app.container, settings=settings))
    with listening(service.routes, port, "PORT", 1, service.endpoint.running):
        yield World(world.app, f"http://127.0.0.1:{port}/mcp")


def test_a_person_is_held_back_whichever_token_they_use(slow: World):
    tokens = [slow.token("second", client) for client in ("One", "Two")]
    answers = [ask_with(slow, tokens[number % 2]) for number in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    rejected(answers[3], 429, "Too many requests")
    assert 1 <= int(answers[3].headers["retry-after"]) <= 21
    # Nobody waits for somebody else's calls.
    assert ask_with(slow, slow.token("user")).status_code == 200


def test_a_tools_own_token_is_held_back_too(slow: World):
    tools, now = ToolTokens(slow.app.container.engine), slow.app.container.now()
    one, other = tools.make("Cody", now), tools.make("Cody", now)
    assert [ask_with(slow, one).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert ask_with(slow, other).status_code == 200


def test_a_call_that_takes_too_long_is_ended(world: World, monkeypatch: pytest.MonkeyPatch):
    answerer, jobs = world.app.container.answerer, world.app.container.jobs
    find_first: Callable[..., Any] = answerer.find_first
    before = len(jobs.stored(STOP, prefix="mcp:"))

    def hanging(text: str, scopes: Any) -> Any:
        world.app.eventually(lambda: len(jobs.stored(STOP, prefix="mcp:")) > before, "the stop")
        return find_first(text, scopes)

    monkeypatch.setattr(answerer, "find_first", hanging)
    caller = Caller(world.app.account("user"), "Editor")
    tools = tools_of(world.app.container.settings)
    server = UptakeServer(world.app.container, lambda _: (caller, ""), tools, list, longest=0.2)
    with session(server.protocol) as client:
        assert "took too long" in client.refuses("ask", question="Who hangs?")
        monkeypatch.undo()
        world.app.quiet()
        assert world.asked("Who hangs?").outcome is Outcome.STOPPED
    patient = UptakeServer(world.app.container, lambda _: (caller, ""), tools, list)
    with session(patient.protocol) as client:
        assert client.gives("ask", question=BUDGET)["outcome"] == "answered"
