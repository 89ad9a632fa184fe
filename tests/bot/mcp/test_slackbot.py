"""Slackbot as a client: its signed requests, made by the emulator."""

from __future__ import annotations

import time

import pytest

from adoption.questions.models import Surface
from bot.mcp.identity import Identity, Refused
from slack_emulator import SignedRequest, slackbot_request
from tests.bot.mcp.world import COSTS, SECRET, World, rejected
from tests.support.app import BUDGET


def test_slackbot_lists_the_tools_and_asks_for_a_person(world: World):
    request = slackbot_request(world.app.slack, "tools/list", secret=SECRET)
    tools = {each["name"] for each in world.send(request).json()["result"]["tools"]}
    assert {"ask", "search_guides"} <= tools
    answer = world.slackbot("ask", "second", {"question": BUDGET})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["result"]["structuredContent"]["outcome"] == "answered"
    row = world.asked("budget")
    assert (row.client, row.surface) == ("Slackbot", Surface.MCP)


def test_slackbots_requests_are_checked(world: World):
    ask = {"question": BUDGET}
    rejected(world.slackbot("ask", "user", ask, secret="wrong"), 401, "signature")
    old = int(time.time()) - 301
    rejected(world.slackbot("ask", "user", ask, timestamp=old), 401, "older than five minutes")
    rejected(world.slackbot("ask", "user", ask, team="T0OTHER"), 403, "this Slack workspace")
    assert world.slackbot("ask", "user", ask, person=None).json()["result"]["isError"]
    signed = slackbot_request(
        world.app.slack,
        "tools/call",
        {"name": "ask", "arguments": ask},
        person=world.app.slack.user(),
        secret=SECRET,
        id=77,
    )
    assert world.send(signed).status_code == 200
    rejected(world.send(signed), 401, "already sent")
    headers = dict(signed.headers) | {"X-Slack-Request-Timestamp": "1e9"}
    rejected(world.send(SignedRequest(headers, signed.body)), 401, "signature")


def test_a_guest_reads_what_everyone_may_and_does_nothing_else(world: World):
    answer = world.slackbot("ask", "guest", {"question": BUDGET}).json()["result"]
    assert answer["structuredContent"]["outcome"] == "answered"
    hidden = world.slackbot("ask", "guest", {"question": COSTS}).text
    assert "30 dollars" not in hidden
    for tool in ("list_training", "my_open_points"):
        refused = world.slackbot(tool, "guest", {}).json()["result"]
        assert "Guests" in refused["content"][0]["text"]
    refused = world.slackbot("log_feedback", "guest", {"text": "Hi"}).json()["result"]
    assert refused["isError"]


def test_a_call_that_one_worker_answered_no_other_answers_again(world: World):
    signed = slackbot_request(
        world.app.slack,
        "tools/call",
        {"name": "search_guides", "arguments": {"query": "budget"}},
        person=world.app.slack.user(),
        secret=SECRET,
        id=78,
    )
    assert world.send(signed).status_code == 200
    other_worker = Identity(world.app.container)
    headers = {name.lower(): value for name, value in signed.headers.items()}
    with pytest.raises(Refused, match="already sent"):
        other_worker.known(headers, signed.body)
