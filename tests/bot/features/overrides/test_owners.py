from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason
from adoption.reports.recommendations import override_in
from adoption.reports.weeks import Week
from bot.features.overrides.jobs import find_owned
from bot.jobs.job import Due
from slack_emulator import LocalWorkspace, Message
from tests.bot.features.overrides.test_overrides import filled
from tests.support.app import RunningApp, running_app, said, written

WEEK = Week(2026, 46)


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(places[0], slack, admins=("admin",)) as made:
        made.record.tools.store("Copilot", owner=made.account("second"))
        yield made


def overridden(play: RunningApp, people: int, reason: OverrideReason) -> None:
    """So many people overrode Copilot for one reason; the first may be quoted."""
    start, _ = WEEK.bounds(ZoneInfo("UTC"))
    given = [
        Override(
            f"o{reason}{n}",
            f"T9:U{n}",
            "Copilot",
            start + timedelta(hours=50 + n),
            reason,
            recommended="Order 400 pieces",
            did_instead="I ordered 250" if n == 0 else "A secret of mine",
            consent=n == 0,
        )
        for n in range(people)
    ]
    play.record.feedback.add_overrides(given)


def digest(play: RunningApp) -> Message:
    priya = play.slack.user("admin")
    priya.runs(f"/uptake digest {WEEK}")
    found = play.told(priya, f"Week of {WEEK.in_words}", 60)
    play.quiet()
    return found


def test_an_override_reaches_the_tools_owner_only_with_consent_and_without_a_name(
    play: RunningApp,
):
    maya, owner = play.slack.user(), play.slack.user("second")
    maya.runs("/uptake override Copilot")
    maya.submits(filled("Copilot", options=["consent"], did_instead="I waited"))
    maya.closes()
    play.quiet()
    assert not [m for m in play.direct(owner) if "overrode" in written(m)]
    maya.runs("/uptake override Copilot")
    maya.submits(filled("Copilot", options=["for_owner", "named"]))
    maya.closes()
    sent = play.told(owner, "Somebody overrode Copilot")
    for words in (
        "I know something that it does not",
        "Send the offer today",
        "I called first",
        "on holiday",
    ):
        assert words in written(sent)
    assert maya.id not in said(sent)
    assert maya.name not in said(sent)


def test_without_an_owner_in_slack_it_goes_to_the_admins(play: RunningApp):
    maya = play.slack.user()
    play.record.tools.store("Forecast", owner="Planning team")
    maya.runs("/uptake override Forecast")
    maya.submits(filled("Forecast", options=["for_owner"]))
    maya.closes()
    play.told(play.slack.user("admin"), "Somebody overrode Forecast")


def test_overrides_that_come_again_become_a_change_request_to_the_owner(play: RunningApp):
    priya, owner = play.slack.user("admin"), play.slack.user("second")
    overridden(play, 5, OverrideReason.WRONG_DATA)
    week = digest(play)
    assert "of about 5 overrides" in written(week) or "Have its data corrected" in written(week)
    priya.presses("digest_request_change", week)
    request = play.told(owner, "Change request for Copilot")
    assert "of about 5 overrides in the week of 9 November 2026 gave this reason" in written(
        request
    )
    # Only what its person agreed to.
    assert "Order 400 pieces" in written(request)
    assert "I ordered 250" in written(request)
    assert "secret" not in written(request)
    play.eventually(
        lambda: "Sent a change request to the owner of Copilot" in written(play.slack.message(week))
    )
    assert "digest_request_change" not in said(play.slack.message(week))


def weekly(play: RunningApp, key: str) -> list[Message]:
    """What the owner of Copilot got of the week once the clock said that it is over."""
    due = Due(WEEK.bounds(ZoneInfo("UTC"))[1] + timedelta(hours=8))
    play.container.jobs.enqueue_and_wait(find_owned, due, key=key)
    play.quiet()
    owner = play.slack.user("second")
    return [m for m in play.direct(owner) if "were overridden in the week of" in written(m)]


def test_the_owner_of_a_tool_gets_the_reasons_of_a_week_once_and_only_of_enough_people(
    play: RunningApp,
):
    overridden(play, 4, OverrideReason.WRONG_DATA)
    assert weekly(play, "few") == []
    overridden(play, 6, OverrideReason.DOES_NOT_APPLY)
    (sent,) = weekly(play, "enough")
    assert "of Copilot were overridden in the week of 9 November 2026" in written(sent)
    assert "I ordered 250" in written(sent)
    assert "secret" not in written(sent)
    assert "T9:U" not in said(sent)
    assert len(weekly(play, "again")) == 1


def test_where_slack_refuses_the_owner_the_admins_get_the_reasons_of_the_week(play: RunningApp):
    overridden(play, 6, OverrideReason.DOES_NOT_APPLY)
    priya, owner = play.slack.user("admin"), play.slack.user("second")
    play.slack.faults.plan("chat.postMessage", "cannot_dm_bot")
    assert weekly(play, "refused") == []
    [sent] = [m for m in play.direct(priya) if "who owns Copilot" in written(m)]
    assert f"<@{owner.id}>" in said(sent)
    assert "of Copilot were overridden in the week of 9 November" in written(sent)
    assert "I ordered 250" in written(sent)
    assert "because you own the tool" not in written(sent)


def test_what_an_answer_helps_with_opens_the_dialog_for_one(play: RunningApp):
    priya = play.slack.user("admin")
    overridden(play, 6, OverrideReason.DOES_NOT_APPLY)
    priya.presses("faq_write", digest(play))
    asked = {b["block_id"]: b["element"] for b in priya.modal["blocks"] if b["type"] == "input"}
    question = "When does what Copilot recommends not apply?"
    assert asked["question"]["initial_value"] == question
    assert asked["tool"]["initial_option"]["value"] == "tool:Copilot"


def test_fewer_people_than_may_be_shown_are_never_suggested(play: RunningApp):
    overridden(play, 4, OverrideReason.WRONG_DATA)
    overridden(play, 4, OverrideReason.DOES_NOT_APPLY)
    shown = said(digest(play))
    assert "digest_request_change" not in shown
    assert "recommends not apply" not in shown


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("override:Copilot:wrong data", ("Copilot", "wrong data")),
        ("override:A: B:not possible: policy", ("A: B", "not possible: policy")),
        ("overrides:Copilot", None),
        ("team:override:x", None),
        ("override:Copilot:nothing", None),
    ],
)
def test_a_subject_names_tool_and_reason(subject: str, found: tuple[str, str] | None):
    assert override_in(subject) == found
