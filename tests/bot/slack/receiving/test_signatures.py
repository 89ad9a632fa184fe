"""Requests of Slack's are refused when they are old, and a wrong clock is said."""

from __future__ import annotations

import logging

import pytest

from bot.slack.receiving.signatures import Signatures
from slack_emulator.transport.http_sender import signature_headers

SECRET, NOW, BODY = "s3cret", 1_800_000_000, b"payload=1"


def headers(sent: int, secret: str = SECRET) -> dict[str, str]:
    made = signature_headers(secret, sent, BODY)
    return {name.lower(): value for name, value in made.items()}


@pytest.mark.parametrize("off", [0, 299, -299])
def test_a_request_of_this_moment_is_taken(off: int, caplog: pytest.LogCaptureFixture):
    assert Signatures(SECRET, lambda: float(NOW)).hold(BODY, headers(NOW + off))
    assert caplog.records == []


@pytest.mark.parametrize("off", [3600, -3600])
def test_while_the_clock_is_off_by_an_hour_the_log_says_so(
    off: int, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR):
        assert not Signatures(SECRET, lambda: float(NOW - off)).hold(BODY, headers(NOW))
    assert [each.getMessage() for each in caplog.records] == [
        "A request of Slack's was refused: its time and this machine's clock are 3600 s apart. "
        "Correct the clock."
    ]


def test_who_does_not_know_the_secret_writes_no_line(caplog: pytest.LogCaptureFixture):
    signatures = Signatures(SECRET, lambda: float(NOW))
    for sent in (NOW, NOW - 3600, 0):
        assert not signatures.hold(BODY, headers(sent, "guessed"))
    assert not signatures.hold(BODY, {})
    assert caplog.records == []
