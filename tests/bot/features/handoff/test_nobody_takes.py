from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from adoption.people.directory import person_of
from adoption.people.models import Member, Team
from tests.bot.features.handoff.test_handoff import offer_of
from tests.support.app import WEATHER, RunningApp, running_app, said


def test_what_nobody_takes_is_offered_again_and_then_comes_to_the_admins(
    home: Path, tmp_path: Path
):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    with running_app(data, admins=("admin",)) as it:
        slack = it.slack
        _, answer = it.asks(question=WEATHER)
        it.clock.now = float(answer.ts)
        slack.user().presses("ask_person", answer)
        offer = offer_of(it, "Oslo")
        it.whisper("user", "general", "Their reply comes here")
        it.desk.help.step()
        it.clock.advance(59 * 60)
        it.desk.help.step()
        assert not slack.replies(offer)
        it.clock.advance(120)
        it.desk.help.step()
        it.desk.help.step()
        again = it.eventually(lambda: slack.replies(offer))
        assert "still open" in said(again[0])
        it.whisper("user", "general", "asked again")
        it.clock.advance(61 * 60)
        it.desk.help.step()
        priya = slack.user("admin")
        last = it.eventually(
            lambda: [m for m in priya.sees() if "Nobody has taken" in said(m)], "the admin"
        )
        it.whisper("user", "general", "with the programme team")
        it.clock.advance(61 * 60)
        it.desk.help.step()
        priya.presses("handoff_take", last[0])
        it.eventually(lambda: "takes care of it" in said(slack.message(offer)))
        assert len(slack.replies(offer)) == 1


def test_without_named_admins_what_nobody_takes_comes_to_their_channel(home: Path, tmp_path: Path):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    with running_app(data, admin_channel="ai-programme") as it:
        slack = it.slack
        _, answer = it.asks(question=WEATHER)
        it.clock.now = float(answer.ts)
        slack.user().presses("ask_person", answer)
        offer = offer_of(it, "Oslo")
        it.whisper("user", "general", "Their reply comes here")
        for told in ("asked again", "with the programme team"):
            it.clock.advance(61 * 60)
            it.desk.help.step()
            it.whisper("user", "general", told)
        priya = slack.user("admin")
        last = [m for m in priya.sees("ai-programme") if "Nobody has taken" in said(m)]
        priya.presses("handoff_take", last[0])
        it.eventually(lambda: "takes care of it" in said(slack.message(offer)))


def test_without_a_help_channel_the_teams_champion_is_asked(home: Path, tmp_path: Path):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    with running_app(data, help_channel=None) as it:
        slack = it.slack
        question, answer = it.asks(question=WEATHER)
        slack.user().presses("ask_person", answer)
        it.whisper("user", "general", "nobody I could ask")
        assert it.rows("select count(*) from handoffs") == [(0,)]

        _on_one_team(it)
        slack.user("second").presses("ask_person", answer)
        jonas = slack.user("champion")
        offer = it.eventually(
            lambda: next((m for m in jonas.sees() if "handoff_take" in said(m)), None)
        )
        jonas.says("I know.", thread=offer)
        it.eventually(lambda: [m for m in slack.replies(question) if "I know." in said(m)])
        assert not [m for m in slack.replies(offer) if m.via_app]


def _on_one_team(it: RunningApp) -> None:
    """Puts the second person and the champion on one team of the roster."""
    with it.record.engine.begin() as connection:
        team = connection.execute(insert(Team).values(key="ops", name="Ops")).inserted_primary_key
        assert team is not None
        for who, role in (("second", "user"), ("champion", "Champion")):
            person = person_of(connection, it.account(who), datetime.now(UTC))
            connection.execute(insert(Member).values(person_id=person, team_id=team[0], role=role))
