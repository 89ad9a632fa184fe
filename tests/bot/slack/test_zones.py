from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from slack_sdk import WebClient

from bot.slack.errors import SlackUnavailable
from bot.slack.gateway import SlackGateway
from bot.slack.zones import zone_of
from slack_emulator import LocalWorkspace
from tests.support.app import MANIFEST
from tests.support.slack import PATIENCE

TOKYO, UTC = ZoneInfo("Asia/Tokyo"), ZoneInfo("UTC")


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalWorkspace]:
    with LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE) as workspace:
        yield workspace


def test_the_zone_is_the_profiles(slack: LocalWorkspace):
    gateway = SlackGateway(WebClient(slack.bot_token, slack.api_url))
    kim = slack.add_user("kim", "Kim Kind", timezone="America/New_York")
    assert zone_of(gateway, f"T1:{kim.id}", TOKYO) == ZoneInfo("America/New_York")
    assert zone_of(gateway, f"T1:{slack.user().id}", TOKYO) == ZoneInfo("Europe/Berlin")


def test_who_is_not_in_slack_has_the_usual_zone(slack: LocalWorkspace):
    gateway = SlackGateway(WebClient(slack.bot_token, slack.api_url))
    assert zone_of(gateway, "T1:U0NOBODY", TOKYO) == TOKYO
    assert zone_of(gateway, "kim@example.com", UTC) == UTC


def test_an_outage_is_no_answer(slack: LocalWorkspace):
    gateway = SlackGateway(WebClient(slack.bot_token, slack.api_url))
    slack.faults.plan("users.info", "500")
    with pytest.raises(SlackUnavailable):
        zone_of(gateway, f"T1:{slack.user().id}", TOKYO)
