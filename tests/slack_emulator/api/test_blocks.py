"""blocks.validate, and blocks that are refused as where Slack rolls them out in steps."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from slack_emulator import LocalWorkspace
from tests.slack_emulator.page.gallery import LINE, PEOPLE, plain
from tests.slack_emulator.refusals import error, refused

HEADER = {"type": "header", "text": plain("Fine")}
MODAL = {"type": "modal", "title": plain("Fine"), "blocks": [HEADER]}


@pytest.mark.parametrize(
    "given", [{"blocks": [HEADER]}, {"message": {"blocks": [HEADER]}}, {"view": MODAL}], ids=str
)
def test_what_is_right_is_said_to_be(client: WebClient, given: dict[str, Any]) -> None:
    assert client.api_call("blocks.validate", json=given)["ok"]


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ({"blocks": [{"type": "shout"}]}, "invalid_blocks", "/0/type"),
        ({"message": {"blocks": [{"type": "shout"}]}}, "invalid_message", "/blocks/0/type"),
        ({"view": MODAL | {"blocks": [{"type": "shout"}]}}, "invalid_view", "/blocks/0/type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said_with_its_place(
    client: WebClient, given: dict[str, Any], code: str, pointer: str
) -> None:
    answer = refused(lambda: client.api_call("blocks.validate", json=given))
    assert answer["error"] == code
    assert [each["pointer"] for each in answer["errors"]] == [pointer]


def test_exactly_one_payload_is_validated(client: WebClient) -> None:
    assert error(lambda: client.api_call("blocks.validate", json={})) == "invalid_arguments"
    both = {"blocks": [HEADER], "view": MODAL}
    assert error(lambda: client.api_call("blocks.validate", json=both)) == "invalid_arguments"


def test_a_block_that_is_not_rolled_out_is_refused_and_the_same_message_without_it_is_posted(
    slack: LocalWorkspace, client: WebClient
) -> None:
    slack.faults.refused_blocks.add("data_visualization")
    sent: dict[str, Any] = {"channel": slack.channel("general"), "text": "Digest"}
    answer = refused(lambda: client.chat_postMessage(**sent, blocks=[HEADER, LINE]))
    assert answer["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/1/type]" in answer["response_metadata"]["messages"][0]
    assert client.chat_postMessage(**sent, blocks=[HEADER, PEOPLE])["ok"]
    slack.faults.refused_blocks.clear()
    assert client.chat_postMessage(**sent, blocks=[HEADER, LINE])["ok"]
