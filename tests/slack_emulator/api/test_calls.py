"""What every call passes: its name, its token, its scope, its arguments, its rate."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from slack_emulator import Faults, LocalWorkspace, ManualClock
from slack_emulator.api.registry import METHODS
from tests.slack_emulator.manifests import manifest, without
from tests.slack_emulator.refusals import error, refused
from tests.support.slack_apps import client_of


def test_an_unknown_method_is_refused_as_slack_does(client: WebClient) -> None:
    answer = refused(client.api_call, api_method="chat.shout")
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.shout")


def test_the_right_token_is_told_who_it_is(slack: LocalWorkspace, client: WebClient) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == slack.bot_id
    assert answer["team"] == "Northwind"


@pytest.mark.parametrize(("token", "code"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
def test_a_call_without_a_good_token_is_refused(
    slack: LocalWorkspace, token: str, code: str
) -> None:
    assert error(WebClient(token=token, base_url=slack.api_url).auth_test) == code


def test_each_kind_of_token_opens_only_its_own_methods(slack: LocalWorkspace) -> None:
    bot, app = client_of(slack), WebClient(token=slack.app_token, base_url=slack.api_url)
    assert error(bot.apps_connections_open, app_token=slack.bot_token) == "not_allowed_token_type"
    assert error(app.auth_test) == "not_allowed_token_type"
    assert str(app.apps_connections_open(app_token=slack.app_token)["url"]).startswith("ws://127.")


def test_a_call_without_its_scope_names_what_is_needed_and_what_there_is() -> None:
    with LocalWorkspace(without("chat:write")) as slack:
        answer = refused(client_of(slack).chat_postMessage, channel="general", text="Hi")
        assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
        assert "users:read" in str(answer["provided"]).split(",")


@pytest.mark.parametrize("name", sorted(name for name, method in METHODS.items() if method.scopes))
def test_every_method_with_a_scope_is_closed_without_it(bare: WebClient, name: str) -> None:
    answer = refused(bare.api_call, api_method=name)
    assert (answer["error"], answer["needed"]) == (
        "missing_scope",
        ",".join(METHODS[name].scopes),
    )


@pytest.fixture(scope="module")
def bare() -> Iterator[WebClient]:
    with LocalWorkspace(manifest(scopes=[], agent=False), strict_rates=False) as slack:
        yield client_of(slack)


@pytest.mark.parametrize(
    "name", sorted(name for name, method in METHODS.items() if method.required)
)
def test_every_method_names_the_arguments_it_misses(free: WebClient, name: str) -> None:
    answer = refused(free.api_call, api_method=name)
    assert answer["error"] == "invalid_arguments"
    missing = [f"[ERROR] missing required field: {field}" for field in METHODS[name].required]
    assert answer["response_metadata"]["messages"] == missing


@pytest.fixture(scope="module")
def free() -> Iterator[WebClient]:
    with LocalWorkspace(manifest(), strict_rates=False) as slack:
        yield client_of(slack)


def test_an_argument_that_slack_does_not_know_is_named(client: WebClient) -> None:
    answer = refused(client.chat_postMessage, channel="general", text="Hi", thread="1.2")
    assert answer["response_metadata"]["messages"] == ["[ERROR] unknown argument: thread"]


def test_forms_and_json_say_the_same(slack: LocalWorkspace, client: WebClient) -> None:
    arguments = {"channel": slack.channel("general"), "text": "Grüße & <3"}
    client.api_call("chat.postMessage", json=arguments)
    client.api_call("chat.postMessage", data=arguments)
    client.api_call("chat.postMessage", params=arguments, http_verb="POST")
    assert [m.body["text"] for m in slack.messages("general")] == [arguments["text"]] * 3


@pytest.mark.parametrize(("body", "code"), [(b"{", "invalid_json"), (b"[1]", "json_not_object")])
def test_a_body_that_is_no_json_object_is_named(
    slack: LocalWorkspace, body: bytes, code: str
) -> None:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Authorization": f"Bearer {slack.bot_token}",
    }
    request = urllib.request.Request(f"{slack.api_url}auth.test", body, headers)
    with urllib.request.urlopen(request) as answer:
        assert code in answer.read().decode()


def test_messages_to_one_channel_come_too_fast_after_a_burst_and_later_again() -> None:
    clock = ManualClock()
    with LocalWorkspace(manifest(), clock=clock) as slack:
        client = client_of(slack)
        for _ in range(10):
            client.chat_postMessage(channel="general", text="quick")
        answer = refused(client.chat_postMessage, channel="general", text="quick")
        assert (answer.status_code, answer["error"]) == (429, "ratelimited")
        assert answer.headers["retry-after"] == "1"
        client.chat_postMessage(channel="ai-help", text="another channel")
        slack.advance(1)
        client.chat_postMessage(channel="general", text="slow")
        assert len(slack.messages("general")) == 11


@pytest.mark.parametrize(("name", "calls"), [("users.list", 20), ("conversations.info", 50)])
def test_a_tier_allows_so_many_calls_a_minute(name: str, calls: int) -> None:
    with LocalWorkspace(manifest(), clock=ManualClock()) as slack:
        client, place = client_of(slack), slack.channel("general")
        arguments = {"channel": place} if name.startswith("conversations") else {}
        for _ in range(calls):
            client.api_call(name, params=arguments)
        assert refused(client.api_call, api_method=name, params=arguments).status_code == 429
        slack.advance(60)
        client.api_call(name, params=arguments)


def test_a_server_fault_does_nothing_and_a_lost_answer_does_it() -> None:
    with LocalWorkspace(manifest(), faults=Faults({"500": 1})) as slack:
        client = client_of(slack)
        answer = refused(client.chat_postMessage, channel="general", text="one")
        assert (answer.status_code, slack.messages("general")) == (500, [])
        slack.faults.set("500", 0)
        slack.faults.set("lost", 1)
        refused(client.chat_postMessage, channel="general", text="two")
        assert [m.body["text"] for m in slack.messages("general")] == ["two"]


def test_a_429_on_demand_carries_the_seconds_to_wait() -> None:
    with LocalWorkspace(manifest(), faults=Faults({"429": 1}, retry_after=7)) as slack:
        assert refused(client_of(slack).auth_test).headers["retry-after"] == "7"


def test_a_time_out_does_the_call_and_never_answers_in_time() -> None:
    faults = Faults({"timeout": 1}, timeout_seconds=30)
    with LocalWorkspace(manifest(), faults=faults) as slack:
        client = WebClient(slack.bot_token, slack.api_url, timeout=1, retry_handlers=[])
        with pytest.raises(TimeoutError):
            client.chat_postMessage(channel="general", text="late")
        assert len(slack.messages("general")) == 1


def test_the_same_seed_gives_the_same_faults() -> None:
    first, second = Faults({"500": 0.5}, seed=4), Faults({"500": 0.5}, seed=4)
    rolls = [[faults.happens("500") for _ in range(50)] for faults in (first, second)]
    assert rolls[0] == rolls[1]
    assert 0 < sum(rolls[0]) < 50


def test_every_call_is_kept_with_its_answer(slack: LocalWorkspace, client: WebClient) -> None:
    refused(client.chat_postMessage, channel="C404", text="Hi")
    call = slack.calls("chat.postMessage")[0]
    assert (call.arguments["text"], call.error) == ("Hi", "channel_not_found")
    logged = [each for each in slack.traffic() if each.name == "chat.postMessage"]
    assert (logged[0].note, logged[0].payload["channel"]) == ("channel_not_found", "C404")
