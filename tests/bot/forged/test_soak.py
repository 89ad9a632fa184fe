"""10,000 hostile payloads and files, by every way in: none is a fault, and none shows a secret."""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_bolt import BoltRequest, BoltResponse

from adoption.usage.importers.load import load_roster, load_usage
from adoption.usage.tokens import ToolTokens
from bench.loader_files import KINDS
from bench.loaders import run
from bot.api.server import listening
from bot.api.usage import usage_routes
from bot.mcp.endpoint import mcp_service
from bot.serve import web_app
from bot.slack.payloads import cleaned
from tests.bot.forged.cases import cases
from tests.bot.forged.malformed import malformed
from tests.bot.forged.sending import Post, shown_in
from tests.bot.forged.test_forged import colleague, failures, post, world
from tests.bot.forged.world import SECRET, World
from tests.bot.mcp.test_hostile import HOSTILE_WORDS, hostile_calls
from tests.bot.slack.test_payloads import changed, paths
from tests.servers import free_port
from uptake import UptakeError

__all__ = ["post", "world"]

pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]
SEED, SENT = 20261127, Counter[str]()
# Shapes that a value may have which the app does not expect there.
ODD: tuple[Any, ...] = (None, True, -1, 1e308, "", [], {}, [[]], {"x": {}}, 2**70, *HOSTILE_WORDS)
# Whoever sends is told these for faults of the app.
FAULTS = ("Traceback", "Internal Server Error", "Something went wrong")


def is_unhandled(caplog: pytest.LogCaptureFixture) -> bool:
    found = any(each.levelno >= logging.ERROR for each in caplog.records)
    caplog.clear()
    return found


def _delivered(post: Post, payload: Any) -> BoltResponse:
    """What the app answers; what Bolt can't read at all, the endpoint answers 400."""
    try:
        request = BoltRequest(body=payload, mode="socket_mode")
    except (ValueError, TypeError, AttributeError, LookupError):
        return BoltResponse(status=400)
    return post.world.it.app.dispatch(request)


def _odd(body: dict[str, Any], rng: random.Random, count: int) -> Iterator[tuple[str, Any]]:
    """A payload with odd values at some of its places."""
    places = [each for each in paths(body) if each]
    for _ in range(count):
        path, value = rng.choice(places), rng.choice([..., *ODD])
        yield f"{path}: {value!r}"[:200], changed(body, path, value)


def test_http(world: World, post: Post, caplog: pytest.LogCaptureFixture):
    rng, it, port = random.Random(SEED), world.it, free_port()
    usage = usage_routes(it.record.engine, it.container.now)
    app = web_app(it.app, it.slack.signing_secret, usage)
    token = ToolTokens(it.record.engine).make("Helper", it.container.now())
    known = cases(world)
    with (
        listening(app.routes, port, "PORT"),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
    ):
        for _ in range(2000):
            path, body, headers = _request(world, post, rng, known, token)
            answer = client.post(path, content=body, headers=headers)
            assert answer.status_code < 500, (path, body[:500])
            assert SECRET not in answer.text
            assert not any(each in answer.text for each in FAULTS)
            SENT["HTTP"] += 1
        it.quiet()
    assert not is_unhandled(caplog)
    assert failures() == []


def _request(
    world: World, post: Post, rng: random.Random, known: Any, token: str
) -> tuple[str, bytes, dict[str, str]]:
    if rng.random() < 0.5:
        event = {"id": "1", "day": "2026-11-16", "event": "accepted", "person": "a@x.example"}
        place = rng.choice([*event, "tool", "more"])
        body = {"events": [event | {place: rng.choice(ODD)}] * rng.choice((1, 3))}
        sent = rng.choice((json.dumps(body), json.dumps(rng.choice(ODD)), "[" * 50_000, "\0"))
        headers = {"Authorization": rng.choice((f"Bearer {token}", "Bearer x", "x"))}
        return "/v1/usage", sent.encode("utf-8", "replace"), headers
    case = rng.choice(known)
    sender = colleague(world, "second")
    _, payload = next(_odd(post.body(sender, case), rng, 1))
    # Sent as a form, in which there is no lone surrogate.
    payload = cleaned(payload)
    kind = "slash_commands" if case.kind == "command" else "interactive"
    signed = world.it.slack.signed_request(kind, payload)
    body, headers = signed.body, dict(signed.headers)
    fault = rng.random()
    if fault < 0.1:
        headers["X-Slack-Signature"] = rng.choice(("", "v0=0", "x" * 999))
    elif fault < 0.2:
        headers["X-Slack-Request-Timestamp"] = rng.choice(("", "x", "0", "9" * 40))
    elif fault < 0.3:
        body = body[: rng.randrange(len(body) + 1)]
    return "/slack/events", body, headers


def test_mcp(world: World, caplog: pytest.LogCaptureFixture):
    rng, port = random.Random(SEED), free_port()
    service = mcp_service(world.it.container)
    assert service is not None
    tokens, now = world.it.record.access_tokens, world.it.container.now()
    with (
        listening(service.routes, port, "PORT", 1, service.endpoint.running),
        httpx.Client(trust_env=False, timeout=60) as client,
    ):
        calls = list(hostile_calls())
        token = tokens.make(world.account("second"), "Cursor", True, now)
        for _ in range(2200):
            body, headers = _message(rng, calls, token)
            answer = client.post(f"http://127.0.0.1:{port}/mcp", content=body, headers=headers)
            assert answer.status_code < 500, body[:500]
            assert SECRET not in answer.text
            assert not any(each in answer.text for each in FAULTS), body[:500]
            SENT["MCP"] += 1
        world.it.quiet()
    assert not is_unhandled(caplog)
    assert failures() == []


def _message(rng: random.Random, calls: Any, token: str) -> tuple[bytes, dict[str, str]]:
    tool, arguments = rng.choice(calls)
    method = rng.choice(("tools/call", "tools/call", "resources/read", "prompts/get", "x"))
    params = {"name": tool, "arguments": arguments, "uri": rng.choice(ODD)}
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    if rng.random() < 0.3:
        message = changed(message, rng.choice(paths(message)[1:]), rng.choice([..., *ODD]))
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": rng.choice(("2025-11-25", "2025-06-18", "x")),
        "Content-Type": "application/json",
    }
    return json.dumps(message).encode(), headers


def test_guides(tmp_path: Path):
    for kind in KINDS:
        outcome = run(kind, 100, tmp_path)
        SENT["guides"] += outcome.files
        assert outcome.unexpected == []


def test_imports(world: World, tmp_path: Path):
    rng, record, now = random.Random(SEED), world.it.record, world.it.container.now()
    zone, refused = world.it.container.settings.zone, []
    for number in range(1000):
        path = tmp_path / f"file.{rng.choice(('csv', 'json', 'jsonl', 'xlsx'))}"
        path.write_bytes(_rows(rng))
        try:
            if number % 2:
                load_roster(path, record.roster, now)
            else:
                load_usage(path, None, record.usage, zone, now)
        except UptakeError as error:
            refused.append(str(error))
        SENT["imports"] += 1
    assert all(refused)
    assert "\x1b" not in "".join(refused)


def _rows(rng: random.Random) -> bytes:
    """A roster or an export with something wrong in it."""
    names = ["person", "email", "team", "wave", "day", "tool", "event", "count", "left_on"]
    columns = rng.sample(names, rng.randint(1, 6))
    good = ("a@x.example", "2026-11-16", "Sales", "accepted", "3", "=1+1", "")
    odd = tuple(str(each) for each in ODD)
    cells = [[rng.choice(good + odd) for _ in columns] for _ in range(rng.randint(0, 8))]
    shape = rng.random()
    if shape < 0.3:
        text = json.dumps([dict(zip(columns, row, strict=True)) for row in cells])
    elif shape < 0.5:
        text = "\n".join(json.dumps(dict(zip(columns, row, strict=True))) for row in cells)
    else:
        split = rng.choice((",", ";", "\t"))
        text = "\n".join(split.join(row) for row in [columns, *cells])
    data = text.encode(rng.choice(("utf-8", "utf-16", "utf-8-sig")), "replace")
    return data[: rng.randrange(len(data) + 1)] if rng.random() < 0.2 else data


# The last one: what admins approve in it is public.
def test_slack(world: World, post: Post, caplog: pytest.LogCaptureFixture):
    rng, wrong = random.Random(SEED), []
    for case in cases(world):
        sender = colleague(world, rng.choice(("second", case.by)))
        body = post.body(sender, case)
        sent = [*malformed(body), *_odd(body, rng, 14)]
        for name, payload in sent:
            answer = _delivered(post, payload)
            if answer.status >= 500 or is_unhandled(caplog):
                wrong.append(f"{case.name}: {name}")
            if SECRET in shown_in(answer) and sender.person.id == world.it.slack.user("second").id:
                wrong.append(f"{case.name}: {name} shows a secret")
        SENT["Slack"] += len(sent)
        world.it.quiet()
    assert not wrong, "\n".join(wrong)
    assert failures() == []


def test_ten_thousand_were_sent():
    print(dict(SENT))
    assert SENT.total() >= 10_000
