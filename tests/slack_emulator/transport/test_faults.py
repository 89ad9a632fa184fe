"""Faults that are planned for single calls, and what the workspace tells of deliveries."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError

from slack_emulator import Faults, LocalWorkspace
from slack_emulator.errors import WorkspaceError
from tests.slack_emulator.manifests import manifest
from tests.support.slack_apps import bolt_app, client_of, ear, running


def posts(slack: LocalWorkspace) -> list[str]:
    return [message.body["text"] for message in slack.posts()]


def failure(slack: LocalWorkspace, text: str, channel: str = "general") -> tuple[int, str]:
    """Status and words of the answer to a message, 200 and nothing where it was taken."""
    try:
        client_of(slack).chat_postMessage(channel=slack.channel(channel), text=text)
    except SlackApiError as fault:
        found = fault.response.data
        return fault.response.status_code, str(found["error"]) if isinstance(found, dict) else ""
    return 200, ""


def test_a_planned_fault_meets_the_next_call_of_its_method_alone(slack: LocalWorkspace) -> None:
    slack.faults.plan("chat.postMessage", "is_archived")
    assert client_of(slack).auth_test()["ok"]
    assert slack.faults.planned == 1
    assert failure(slack, "first") == (200, "is_archived")
    assert slack.faults.planned == 0
    assert failure(slack, "second") == (200, "")
    assert posts(slack) == ["second"]


def test_planned_faults_come_in_their_order_and_as_often_as_planned(slack: LocalWorkspace) -> None:
    slack.faults.plan("chat.postMessage", "500", times=2)
    slack.faults.plan("chat.postMessage", "429")
    assert [failure(slack, str(n))[0] for n in range(4)] == [500, 500, 429, 200]
    assert posts(slack) == ["3"]


def test_a_call_whose_answer_is_lost_was_done(slack: LocalWorkspace) -> None:
    slack.faults.plan("chat.postMessage", "lost")
    assert failure(slack, "here")[0] == 500
    assert posts(slack) == ["here"]


def test_a_slow_answer_comes_all_the_same(slack: LocalWorkspace) -> None:
    slack.faults.slow_seconds = 0.01
    slack.faults.plan("chat.postMessage", "slow")
    assert failure(slack, "late") == (200, "")
    assert slack.faults.planned == 0


def test_an_answer_of_nonsense_comes_after_the_deed(slack: LocalWorkspace) -> None:
    slack.faults.plan("chat.postMessage", "nonsense")
    with pytest.raises(AttributeError):
        failure(slack, "here")
    assert posts(slack) == ["here"]


def test_planned_faults_can_be_forgotten(slack: LocalWorkspace) -> None:
    slack.faults.plan("chat.postMessage", "500", times=5)
    slack.faults.forget()
    assert failure(slack, "fine") == (200, "")


def test_a_fault_of_events_cannot_be_planned_for_calls() -> None:
    with pytest.raises(WorkspaceError, match="happens to events"):
        Faults().plan("chat.postMessage", "drop")


def test_rates_can_spare_methods() -> None:
    with LocalWorkspace(manifest(), faults=Faults({"500": 1}, methods=("chat.",))) as slack:
        assert client_of(slack).auth_test()["ok"]
        assert failure(slack, "no")[0] == 500


def test_a_message_can_be_told_of_again(slack: LocalWorkspace) -> None:
    with ear(slack) as app:
        said = slack.user().says(f"{slack.mention} hello", channel="general")
        slack.user().says("something else", channel="general")
        first = [app.next().payload["event_id"] for _ in range(3)]
        assert slack.redeliver(said) == 2
        assert sorted(app.next().payload["event_id"] for _ in range(2)) == sorted(first[:2])
        assert slack.redeliver(said) == 2


def test_it_knows_how_long_each_acknowledgement_took(slack: LocalWorkspace) -> None:
    app = bolt_app(slack)
    app.event("message")(lambda: None)
    with running(app, slack):
        for number in range(3):
            slack.user().says(str(number))
        slack.wait_until_quiet()
    waits = slack.acknowledgements()
    assert len(waits) == 3
    assert all(wait >= 0 for wait in waits)


def test_what_the_app_wrote_anywhere_stands_in_one_list(slack: LocalWorkspace) -> None:
    slack.user().says("of a person", channel="general")
    for channel in ("general", "ai-help", "general"):
        assert failure(slack, channel, channel) == (200, "")
    assert posts(slack) == ["general", "ai-help", "general"]
