from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from slack_sdk import WebClient
from typer.testing import CliRunner

from adoption.people.slack_roster import SlackMember
from adoption.record import Record
from adoption.usage.queries import UseReader
from bot.app import slack_gateway
from bot.cli.record.imports import app
from bot.errors import SettingsWrong, SlackUnreachable
from bot.settings import read_settings
from bot.slack.directory import people_in
from slack_emulator import LocalWorkspace
from tests.support.slack import PATIENCE

MANIFEST = Path(__file__).parents[3] / "bot" / "slack" / "manifest.json"


@pytest.fixture
def slack() -> Iterator[LocalWorkspace]:
    with LocalWorkspace(MANIFEST, patience=PATIENCE) as workspace:
        yield workspace


def client_of(slack: LocalWorkspace) -> WebClient:
    settings = read_settings(
        _env_file=None, slack_api_url=slack.api_url, SLACK_BOT_TOKEN=slack.bot_token
    )
    return slack_gateway(settings)


def by_name(found: list[SlackMember]) -> dict[str, SlackMember]:
    return {each.name: each for each in found}


def group(slack: LocalWorkspace, handle: str, *people: str) -> None:
    """A user group of those people."""
    groups = slack.parts.state.directory.groups
    made: dict[str, Any] = dict(next(iter(groups.values())))
    made |= {"id": f"S{len(groups)}{handle.upper()}", "handle": handle, "users": list(people)}
    groups[made["id"]] = made


def test_everybody_is_found_but_bots_and_strangers_a_page_at_a_time(slack: LocalWorkspace):
    for n in range(230):
        slack.add_user(f"p{n}", f"Person {n}")
    stranger = slack.add_user("guest", "Gus Guest", team="T0OTHER")
    gone = slack.add_user("gone", "Greta Gone")
    slack.parts.state.directory.users[gone.id]["deleted"] = True
    slack.parts.faults.plan("users.list", "429")
    found = people_in(client_of(slack), {})
    pages = [call for call in slack.calls() if call.method == "users.list" and not call.error]
    assert len(pages) == 2
    names = by_name(found)
    assert {f"Person {n}" for n in range(230)} <= names.keys()
    maya = slack.user()
    told = next(each for each in found if each.account == f"{slack.team_id}:{maya.id}")
    assert told.email
    assert not told.gone
    assert names["Greta Gone"].gone
    accounts = {each.account.split(":")[1] for each in found}
    assert accounts.isdisjoint({stranger.id, slack.bot_id, "USLACKBOT"})


def test_user_groups_are_teams_and_the_first_named_wins(slack: LocalWorkspace):
    maya, tom = slack.user().id, slack.user("second").id
    group(slack, "sales-eu", maya)
    group(slack, "eng", maya, tom)
    team = slack.team_id
    for order, of_maya in ((("sales-eu", "eng"), "Sales"), (("eng", "sales-eu"), "Engineering")):
        named = {"sales-eu": "Sales", "eng": "Engineering"}
        found = people_in(client_of(slack), {handle: named[handle] for handle in order})
        teams = {each.account: each.team for each in found if each.team}
        assert teams == {f"{team}:{maya}": of_maya, f"{team}:{tom}": "Engineering"}


def test_a_group_that_is_not_there_is_named_with_those_that_are(slack: LocalWorkspace):
    with pytest.raises(SettingsWrong, match=r"no user group @sales.*ai-champions"):
        people_in(client_of(slack), {"sales": "Sales"})


@pytest.mark.parametrize("scope", ["users:read", "usergroups:read", "users:read.email"])
def test_a_scope_that_is_missing_is_said(scope: str):
    less = json.loads(MANIFEST.read_text("utf-8"))
    less["oauth_config"]["scopes"]["bot"].remove(scope)
    with LocalWorkspace(less, patience=PATIENCE) as slack:
        teams = {"ai-champions": "Champions"}
        if scope == "users:read.email":
            # Nobody is turned away for it; they are only not tied to their address.
            found = people_in(client_of(slack), teams)
            assert found
            assert not any(each.email for each in found)
        else:
            with pytest.raises(SlackUnreachable, match=f"{scope}.*install the app again"):
                people_in(client_of(slack), teams)


def run(patch: pytest.MonkeyPatch, place: Path, *arguments: str, **env: str) -> Result:
    """The command in this process; as one of its own it would load everything twice."""
    patch.chdir(place)
    return CliRunner().invoke(app, ["roster", *arguments], env=env)


def test_the_roster_comes_from_slack_and_again_changes_nothing(
    slack: LocalWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    env = {"SLACK_BOT_TOKEN": slack.bot_token, "UPTAKE_SLACK_API_URL": slack.api_url}
    command = ("--from-slack", "--group", "@ai-champions=Champions")
    first = run(monkeypatch, tmp_path, *command, **env)
    assert first.exit_code == 0, first.output
    people = first.stdout.split()[0]
    assert f"{people} new on the roster, 0 changed" in first.stdout
    again = run(monkeypatch, tmp_path, *command, **env)
    assert f"{people} people in Slack: 0 new on the roster, 0 changed, {people}" in again.stdout
    record = Record.open(f"sqlite:///{tmp_path / '.uptake' / 'record.sqlite'}")
    roster = UseReader(record.engine).roster()
    record.close()
    assert len(roster.people) == int(people)
    assert [team for team in roster.teams.values() if team] == ["Champions"]


@pytest.mark.parametrize(
    "arguments", [[], ["people.csv", "--from-slack"], ["people.csv", "--group", "a=b"]]
)
def test_a_file_or_slack_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
):
    assert run(monkeypatch, tmp_path, *arguments).exit_code == 2
