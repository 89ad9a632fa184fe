"""Only this computer may use the workspace, and no other site's page."""

from __future__ import annotations

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from slack_emulator import LocalWorkspace
from slack_emulator.transport.loopback import refusal
from tests.support.slack_apps import client_of

PATHS = ["/", "/api/auth.test", "/response/x", "/upload/x", "/files-pri/F1/a", "/static/icon.svg"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_nothing_answers_a_foreign_host_or_page(
    open_workspace: LocalWorkspace, path: str, headers: dict[str, str]
) -> None:
    answer = httpx.post(open_workspace.url.rstrip("/") + path, headers=headers)
    assert answer.status_code == 403
    assert httpx.get(open_workspace.url.rstrip("/") + path, headers=headers).status_code == 403


def test_a_foreign_page_opens_no_socket(open_workspace: LocalWorkspace) -> None:
    token = open_workspace.app_token
    address = client_of(open_workspace).apps_connections_open(app_token=token)["url"]
    with pytest.raises(InvalidStatus):
        connect(address, additional_headers={"Origin": "https://evil.example"})
    with connect(address) as socket:
        assert "hello" in str(socket.recv(5))


def test_an_app_on_this_computer_passes_under_each_of_its_names() -> None:
    for host in ("127.0.0.1:1", "localhost", "[::1]:80"):
        assert refusal({"host": host}) is None
        assert refusal({"host": host, "origin": f"http://{host}"}) is None


def test_it_listens_on_loopback_alone(open_workspace: LocalWorkspace) -> None:
    assert open_workspace.url.startswith("http://127.0.0.1:")


def test_two_workspaces_have_different_secrets(open_workspace: LocalWorkspace) -> None:
    with LocalWorkspace() as other:
        mine = {open_workspace.bot_token, open_workspace.app_token, open_workspace.signing_secret}
        assert not mine & {other.bot_token, other.app_token, other.signing_secret}


def test_people_cannot_form_a_mention_or_a_link_by_typing_it(
    open_workspace: LocalWorkspace,
) -> None:
    said = open_workspace.user().says("<!channel> <@U1> <https://evil.example|bank>", "general")
    assert said.body["text"] == ("&lt;!channel&gt; &lt;@U1&gt; &lt;<https://evil.example>|bank&gt;")
