"""Payloads as Slack never sends them: refused, never a fault of the app."""

from __future__ import annotations

import copy
import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.api.server import listening
from bot.serve import web_app
from bot.slack.payloads import fault_in
from slack_emulator import NotDelivered
from tests.servers import free_port
from tests.support.app import RunningApp, overrides, running_app
from tests.support.examples import examples

KINDS = {
    "message": "events_api",
    "app_mention": "events_api",
    "app_home_opened": "events_api",
    "block_actions": "interactive",
    "view_submission": "interactive",
    "/uptake": "slash_commands",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)


class OverHttp:
    """The app behind a port, and real payloads to change."""

    def __init__(self, it: RunningApp, port: int) -> None:
        self.it, self.url = it, f"http://127.0.0.1:{port}/slack/events"
        self.real = {name: it.slack.payload(name) for name in KINDS}

    def post(self, name: str, payload: Any) -> int:
        kind = KINDS[name]
        if kind == "slash_commands" and not isinstance(payload, dict):
            payload = {"payload": payload}
        signed = self.it.slack.signed_request(kind, payload)
        try:
            with urlopen(Request(self.url, signed.body, dict(signed.headers)), timeout=30) as got:
                return int(got.status)
        except HTTPError as error:
            return error.code


@pytest.fixture(scope="module")
def over_http(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OverHttp]:
    data = Path(shutil.copytree(home, tmp_path_factory.mktemp("payloads") / "data"))
    with running_app(data, admins=("admin",)) as it:
        maya = it.slack.user()
        _, answer = it.asks("user", channel="app")
        maya.opens_app("home")
        it.asks("user")
        overrides(maya, answer)
        maya.submits({"tool": {"other_tool": "x"}, "reason": {"reason": "none"}})
        maya.closes()
        maya.runs("/uptake help")
        it.quiet()
        port, app = free_port(), web_app(it.app, it.slack.signing_secret)
        with listening(app.routes, port, "PORT"):
            yield OverHttp(it, port)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of every value in a payload."""
    found = [here]
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in inner:
            found += paths(each, (*here, key))
    return found


def changed(payload: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A payload with another value at a place; without any where `new` is ..."""
    if not path:
        return {} if new is ... else new
    made = copy.deepcopy(payload)
    at = made
    for key in path[:-1]:
        at = at[key]
    if new is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = new
    return made


@pytest.mark.parametrize("name", KINDS)
def test_no_payload_is_a_fault_of_the_app(
    over_http: OverHttp, name: str, caplog: pytest.LogCaptureFixture
):
    real = over_http.real[name]
    places = paths(real)

    @settings(
        max_examples=examples(50),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.sampled_from(places), st.just(...) | JSON)
    @example((), [])
    @example((), {"type": "block_actions", "user": {"id": "U1"}, "actions": [{}]})
    @example((), {"type": "event_callback", "event": "x", "authorizations": "x"})
    def check(path: tuple[Any, ...], new: Any) -> None:
        status = over_http.post(name, changed(real, path, new))
        assert status == 200 or 400 <= status < 500, (path, new)

    with caplog.at_level(logging.WARNING):
        check()
    assert "A listener failed" not in caplog.text
    # It is still at work.
    assert over_http.post(name, real) == 200


def test_every_real_payload_is_well_formed(over_http: OverHttp):
    for name, payload in over_http.real.items():
        assert fault_in(payload) == "", name


def test_over_a_socket_a_malformed_payload_is_logged_and_the_app_goes_on(
    over_http: OverHttp, caplog: pytest.LogCaptureFixture
):
    slack = over_http.it.slack
    broken = over_http.real["block_actions"] | {"actions": [{"action_id": ["\x1b]0;x\x07\n"]}]}
    with caplog.at_level(logging.WARNING), pytest.raises(NotDelivered):
        slack.deliver("interactive", broken)
    assert "is no request of Slack's" in caplog.text
    assert "\x1b" not in caplog.text
    over_http.it.asks("user", channel="app")


def test_what_is_logged_of_a_payload_forges_no_line(
    over_http: OverHttp, caplog: pytest.LogCaptureFixture
):
    forged = json.loads(json.dumps(over_http.real["block_actions"]))
    forged["team"]["id"] = "T1\nERROR uptake: all data erased\x1b[2J"
    with caplog.at_level(logging.WARNING):
        assert over_http.post("block_actions", forged) == 403
    assert "another workspace" in caplog.text
    assert not any(line.startswith("ERROR uptake") for line in caplog.text.splitlines())
    assert "\x1b" not in caplog.text
