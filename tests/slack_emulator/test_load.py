"""Two hundred people write at once while twenty sockets break: nothing is lost or mixed up."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from slack_emulator import LocalWorkspace
from tests.slack_emulator.manifests import manifest
from tests.support.slack_apps import client_of, hang_up, look_often

PEOPLE, CHANNELS, SOCKETS, BREAKS = 200, 10, 10, 20


class Listener:
    """Several sockets of one app that acknowledge and write down every message."""

    def __init__(self, slack: LocalWorkspace) -> None:
        self.heard: dict[str, str] = {}
        self._lock = threading.Lock()
        self.clients = [self._client(slack) for _ in range(SOCKETS)]

    def _client(self, slack: LocalWorkspace) -> SocketModeClient:
        made = SocketModeClient(slack.app_token, web_client=client_of(slack))
        look_often(made)
        made.socket_mode_request_listeners.append(self._hear)
        made.connect()
        return made

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        event = request.payload["event"]
        with self._lock:
            self.heard[event["client_msg_id"]] = event["text"]
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id))


def test_nothing_is_lost_and_every_channel_keeps_its_order() -> None:
    with LocalWorkspace(manifest(), strict_rates=False) as slack:
        people = [slack.add_user(f"p{n}", f"Person {n}") for n in range(PEOPLE)]
        for n in range(CHANNELS):
            slack.add_channel(f"room-{n}", people[n::CHANNELS])
        listener = Listener(slack)
        slack.wait_until_connected(SOCKETS)
        broken, together = 0, threading.Barrier(PEOPLE)

        def write(number: int) -> tuple[str, str]:
            together.wait(30)
            said = people[number].says(f"words of {number}", f"room-{number % CHANNELS}")
            return f"room-{number % CHANNELS}", said.body["client_msg_id"]

        with ThreadPoolExecutor(PEOPLE) as pool:
            written = [pool.submit(write, number) for number in range(PEOPLE)]
            while broken < BREAKS:
                slack.wait_until_connected(1)
                broken += slack.drop_sockets()
        rooms: dict[str, set[str]] = defaultdict(set)
        for room, message in (each.result() for each in written):
            rooms[room].add(message)
        slack.wait_until_connected(SOCKETS)
        slack.wait_until_quiet(15)
        every = set().union(*rooms.values())
        assert len(every) == PEOPLE
        assert set(listener.heard) == every
        sent = [event["event"] for event in slack.sent("message")]
        for room, wanted in rooms.items():
            kept = slack.messages(room)
            assert {m.body["client_msg_id"] for m in kept} == wanted
            told = [event["ts"] for event in sent if event["channel"] == slack.channel(room)]
            assert told == [m.ts for m in kept] == sorted(m.ts for m in kept)
        assert slack.given_up() == []
        with ThreadPoolExecutor(SOCKETS) as pool:
            list(pool.map(hang_up, listener.clients))
