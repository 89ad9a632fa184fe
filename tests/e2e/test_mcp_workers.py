"""`/mcp` of two workers, each a process of its own, on one PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from adoption.access.access_tokens import AccessToken
from adoption.record import Record
from slack_emulator import LocalWorkspace, SignedRequest, slackbot_request
from tests.e2e.fleet import ALWAYS, Worker, fresh_database, workspace
from tests.servers import free_port
from tests.support.app import BUDGET, MANIFEST, WEATHER

pytestmark = pytest.mark.soak

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
A_MINUTE = 20


@dataclass(frozen=True)
class Pair:
    """Two workers at work, and the record that they share."""

    slack: LocalWorkspace
    record: Record
    urls: list[str]

    @property
    def account(self) -> str:
        return f"{self.slack.team_id}:{self.slack.user().id}"

    def lists(self, url: str, token: str) -> int:
        """The status of a request for the tools with a token."""
        headers = {"Authorization": f"Bearer {token}"}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        return httpx.post(url, json=message, headers=headers, trust_env=False).status_code

    def token(self, client: str) -> str:
        return self.record.access_tokens.make(self.account, client, False, datetime.now(UTC))

    def tokens_of(self, client: str) -> list[AccessToken]:
        own = self.record.access_tokens.of(self.account, datetime.now(UTC))
        return [each for each in own if each.client == client]


@pytest.fixture(scope="module")
def pair(postgres: str, home: Path) -> Iterator[Pair]:
    ports = [free_port(), free_port()]
    with fresh_database(postgres) as database, workspace(manifest=MANIFEST) as slack:
        settings = {
            "UPTAKE_DATABASE_URL": database,
            "UPTAKE_MCP_URL": "https://uptake.example.com/mcp",
            "UPTAKE_MCP_CALLS_PER_MINUTE": str(A_MINUTE),
            "SLACK_SIGNING_SECRET": SECRET,
        }
        workers = [Worker(slack, home, UPTAKE_MCP_PORT=str(port), **settings) for port in ports]
        slack.wait_until_connected(2, 120)
        record = Record.open(database)
        yield Pair(slack, record, [f"http://127.0.0.1:{port}/mcp" for port in ports])
        record.close()
        assert [worker.stop() for worker in workers] == [0, 0]


def test_a_signed_call_that_both_get_at_once_is_answered_once(pair: Pair):
    person = pair.slack.user()

    def sent(to: tuple[str, SignedRequest]) -> int:
        url, request = to
        return httpx.post(
            url, content=request.body, headers=dict(request.headers), trust_env=False, timeout=60
        ).status_code

    with ThreadPoolExecutor(4) as pool:
        for words in (BUDGET, WEATHER, "Who is the sponsor?"):
            params = {"name": "ask", "arguments": {"question": words}}
            request = slackbot_request(
                pair.slack, "tools/call", params, person=person, secret=SECRET
            )
            statuses = list(pool.map(sent, [(url, request) for url in pair.urls * 2]))
            assert sorted(statuses) == [200, 401, 401, 401]
    assert len(pair.record.questions.between(*ALWAYS)) == 3


def test_a_token_revoked_in_slack_is_refused_by_both_at_once(pair: Pair):
    kept, revoked = pair.token("Other"), pair.token("Editor")
    assert [pair.lists(url, revoked) for url in pair.urls] == [200, 200]
    maya = pair.slack.user()
    maya.runs("/uptake privacy")
    # The newest token comes first.
    maya.presses("token_revoke", maya.modal)
    pair.slack.wait_for(lambda: not pair.tokens_of("Editor"), 60)
    assert [pair.lists(url, revoked) for url in pair.urls] == [401, 401]
    assert [pair.lists(url, kept) for url in pair.urls] == [200, 200]


def test_each_worker_holds_a_person_to_the_pace(pair: Pair):
    pair.slack.add_user("eager", "Eva Eager")
    account = f"{pair.slack.team_id}:{pair.slack.user('eager').id}"
    make, now = pair.record.access_tokens.make, datetime.now(UTC)
    tokens = [make(account, client, False, now) for client in ("One", "Two")]
    for url in pair.urls:
        statuses = [pair.lists(url, tokens[n % 2]) for n in range(2 * A_MINUTE)]
        assert statuses[:A_MINUTE] == [200] * A_MINUTE
        assert 429 in statuses[A_MINUTE:]
