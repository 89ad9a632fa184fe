"""Which events count from which kind of person, whatever the payload says of them."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from slack_emulator import LocalWorkspace, Message
from slack_emulator.state.users import PersonKind
from tests.bot.features.handoff.test_handoff import offer_of
from tests.support.app import MANIFEST, WEATHER, RunningApp, running_app, said
from tests.support.slack import PATIENCE

KINDS: tuple[PersonKind, ...] = get_args(PersonKind)
# Guests are answered from what everyone may read; they decide and answer nothing themselves.
COLLEAGUES = {"member", "admin", "owner"}
ASKERS = COLLEAGUES | {"guest", "single_channel_guest"}


@dataclass
class Office:
    """An app, a person of every kind, and real events to forge others from."""

    it: RunningApp
    asked: Message
    offer: Message
    numbers: Iterator[int]

    def account(self, kind: str) -> str:
        return self.it.account(f"the {kind}")

    def send(self, event: str, kind: str, **changed: Any) -> str:
        """Sends an event as if somebody had caused it; Slack's payload says nothing more of them.

        Returns:
            The event's ts.
        """
        slack, ts = self.it.slack, f"1900{next(self.numbers):06}.000100"
        payload = slack.payload(event)
        for named in ("user_team", "source_team", "user_profile", "thread_ts", "blocks"):
            payload["event"].pop(named, None)
        user = slack.user(f"the {kind}").id
        payload["event"] |= {"user": user, "ts": ts, "event_ts": ts, **changed}
        payload["event_id"] = f"Ev0FORGED{ts}"
        slack.deliver("events_api", payload)
        self.it.quiet()
        return ts

    def questions_of(self, kind: str) -> int:
        account = self.account(kind)
        persons = f"select id from people where account = '{account}'"
        found = self.it.rows(f"select count(*) from interactions where person_id in ({persons})")
        return int(found[0][0])


@pytest.fixture(scope="module")
def office(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    data = Path(shutil.copytree(home, tmp_path_factory.mktemp("events") / "data"))
    with LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE) as slack:
        for kind in KINDS:
            slack.add_user(f"the {kind}", f"The {kind.replace('_', ' ').title()}", kind=kind)
        with running_app(data, slack) as it:
            slack.user().opens_app("home")
            slack.user().opens_app("messages")
            asked, answer = it.asks(question=f"{WEATHER} by kind")
            slack.user().presses("ask_person", answer)
            offer = offer_of(it, "by kind")
            slack.user("champion").says("Rain.", channel="ai-help", thread=offer)
            it.quiet()
            yield Office(it, asked, offer, itertools.count(1))


def of_tab(it: RunningApp, tab: str) -> dict[str, Any]:
    opened = it.slack.sent("app_home_opened")
    return next(each["event"] for each in opened if each["event"].get("tab") == tab)


@pytest.mark.parametrize("kind", KINDS)
def test_colleagues_and_guests_are_answered(office: Office, kind: str):
    slack, general = office.it.slack, office.asked.channel
    for event, changed in (
        ("app_mention", {"text": f"{slack.mention} {WEATHER}", "channel": general}),
        ("message", {"text": WEATHER, "channel": "D0FORGED", "channel_type": "im"}),
        (
            "message",
            {
                "text": "And what is the weather in Bergen?",
                "channel": general,
                "channel_type": "channel",
                "thread_ts": office.asked.ts,
            },
        ),
    ):
        before, seen = office.questions_of(kind), len(slack.messages(general))
        replies = len(slack.replies(office.asked))
        office.send(event, kind, **changed)
        assert office.questions_of(kind) - before == (kind in ASKERS), changed
        if kind not in ASKERS:
            assert len(slack.messages(general)) == seen
            assert len(slack.replies(office.asked)) == replies


@pytest.mark.parametrize("kind", KINDS)
def test_home_and_a_greeting_are_for_colleagues_and_guests(office: Office, kind: str):
    person = office.it.slack.user(f"the {kind}")
    greeted = f"select 1 from notices where key like '%{office.account(kind)}'"
    for tab in ("home", "messages"):
        office.send("app_home_opened", kind, **(of_tab(office.it, tab) | {"user": person.id}))
    assert bool(person.home) is (kind in ASKERS)
    assert bool(office.it.rows(greeted)) is (kind in ASKERS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_champion_of_the_roster_is_greeted_as_one_if_a_colleague(office: Office, kind: str):
    roles, account = office.it.record.roles, office.account(kind)
    roles.add_champion(account, None, office.it.container.now())
    tab = of_tab(office.it, "home") | {"user": office.it.slack.user(f"the {kind}").id}
    office.send("app_home_opened", kind, **tab)
    roles.remove_champion(account)
    greeted = f"select 1 from notices where key = 'champion:{account}'"
    assert bool(office.it.rows(greeted)) is (kind in COLLEAGUES)


@pytest.mark.parametrize("kind", KINDS)
def test_replies_of_colleagues_are_brought_to_whoever_asked(office: Office, kind: str):
    slack = office.it.slack
    words = f"It is for {kind} to say."
    changed = {"text": words, "channel": office.offer.channel, "channel_type": "channel"}
    office.send("message", kind, thread_ts=office.offer.ts, **changed)
    brought = [m for m in slack.replies(office.asked) if words in said(m)]
    assert bool(brought) is (kind in COLLEAGUES)
