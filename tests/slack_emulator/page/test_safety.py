"""The page answers only this computer, and only its own pages may write."""

from __future__ import annotations

import pytest

from slack_emulator.page.safety import CONTENT_POLICY, refusal

HOST = "127.0.0.1:8765"
OWN = {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}


def test_a_read_under_a_loopback_name_passes() -> None:
    for host in (HOST, "localhost:1", "[::1]:80", "LOCALHOST"):
        assert refusal("GET", {"host": host}) is None


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "10.0.0.1", "[::1"])
def test_a_foreign_host_is_refused_even_for_reading(host: str) -> None:
    assert refusal("GET", {"host": host})


def test_the_page_itself_may_write() -> None:
    assert refusal("POST", OWN) is None


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:1"},
        {"origin": f"http://{HOST}.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_write_from_elsewhere_is_refused(change: dict[str, str]) -> None:
    assert refusal("POST", OWN | change)


def test_the_content_rules_allow_no_inline_code() -> None:
    assert "unsafe" not in CONTENT_POLICY
    assert "script-src 'self';" in CONTENT_POLICY
