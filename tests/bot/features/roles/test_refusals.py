"""Whoever may not do a thing is told, nothing changes, and the try is in the audit log."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest
from sqlalchemy import delete, select

from adoption.db.base import Base
from adoption.privacy.audit import RefusedAction
from adoption.privacy.models import RefusedActionRow, RestrictedAction
from adoption.reports.actions import ActionBook
from adoption.reports.recommendations import Recommendation
from adoption.reports.weeks import Week
from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields, StoryFields, faq_id
from bot.access import Attempt, turn_away
from bot.cli.record.audit import audit
from bot.features.digest.blocks import value_of
from slack_emulator import Person
from tests.support.app import RunningApp, running_app, written
from tests.support.schemas import command_output

STORY, QUESTION, WEEK = "s" * 32, "C0HELP:1795000000.000100", Week(2026, 46)
ENTRY, GUIDE = faq_id(QUESTION), "0" * 32
FIELDS = StoryFields(title="T", tool="Copilot", team="F", hard="H", changed="C", consent=True)
# Of somebody else each time; and what jobs note that the clock starts every ten minutes.
TABLES_OF_ACTS = {"refused_actions", "people", "handles", "notices"}


@pytest.fixture(scope="module")
def play(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """An app whose record holds one of everything that an admin may decide."""
    root = tmp_path_factory.mktemp("refusals")
    shutil.copytree(home, root / "data")
    shutil.copytree(home.parent / "guides", root / "guides")
    with running_app(root / "data", admins=("admin",)) as running:
        filled(running)
        yield running


def filled(play: RunningApp) -> None:
    record, now = play.record, play.container.now()
    maya, jonas = (play.account(play.slack.user(name)) for name in ("user", "champion"))
    record.stories.save_draft(STORY, jonas, FIELDS, now)
    assert record.stories.submit(STORY, jonas, now)
    assert record.faqs.submit_fields(ENTRY, jonas, FaqFields("Q?", "A."), False, now)
    record.roles.add_champion(jonas, "Finance", now)
    recommended = Recommendation("gym", ("Write a guide.",), (), "")
    ActionBook(record.engine).recommend(WEEK, [recommended])
    record.handoffs.open(QUESTION, maya, now, (play.slack.channel("general"), "1.0"))
    record.handoffs.set_message(QUESTION, play.slack.channel("ai-help"), "2.0")
    record.handoffs.take(QUESTION, play.slack.user("champion").id, now)


def kept(play: RunningApp) -> dict[str, list[Any]]:
    """Everything in the record but who is known and what was refused."""
    with play.record.engine.connect() as connection:
        return {
            table.name: sorted(map(str, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name not in TABLES_OF_ACTS
        }


@dataclass(frozen=True)
class Forged:
    """What somebody sends who was never shown the button or dialog.

    Attributes:
        says: what they are told.
    """

    name: str
    value: str
    act: RestrictedAction
    about: str
    says: str = "Only an admin"
    values: Any = None


def pressed(play: RunningApp, person: Person, forged: Forged) -> dict[str, Any]:
    channel = play.slack.channel("general")
    place = {"channel_id": channel, "message_ts": "3.0", "type": "message", "is_ephemeral": True}
    action = {"type": "button", "action_id": forged.name, "block_id": "b", "value": forged.value}
    return sender(play, person) | {
        "type": "block_actions",
        "channel": {"id": channel, "name": "general"},
        "container": place,
        "message": {"ts": "3.0"},
        "view": {"id": "V0FORGED"},
        "actions": [action | {"action_ts": "1795000001.000100"}],
    }


def submitted(play: RunningApp, person: Person, forged: Forged) -> dict[str, Any]:
    values = {block: {block: value} for block, value in (forged.values or {}).items()}
    view = {
        "type": "modal",
        "id": f"V0{uuid.uuid4().hex}",
        "hash": "1",
        "callback_id": forged.name,
        "private_metadata": forged.value,
        "state": {"values": values},
    }
    return sender(play, person) | {"type": "view_submission", "view": view}


def sender(play: RunningApp, person: Person) -> dict[str, Any]:
    team = {"id": play.slack.team_id, "domain": "northwind"}
    user = {"id": person.id, "username": "x", "team_id": play.slack.team_id}
    return {"user": user, "team": team, "api_app_id": "A0", "trigger_id": "1.1.forged"}


PRESSES = [
    Forged("story_approve", STORY, RestrictedAction.STORY, STORY),
    Forged("story_review", STORY, RestrictedAction.STORY, STORY),
    Forged("faq_approve", ENTRY, RestrictedAction.FAQ, ENTRY),
    Forged("faq_review", ENTRY, RestrictedAction.FAQ, ENTRY),
    Forged(
        "handoff_save", QUESTION, RestrictedAction.FAQ, ENTRY, "a champion or an admin can save it"
    ),
    Forged("handoff_take", QUESTION, RestrictedAction.HELP, "general", "Only the people who help"),
    Forged("handoff_solve", QUESTION, RestrictedAction.HELP, "general", "Only the people who help"),
    Forged("digest_take", "point", RestrictedAction.DIGEST, str(WEEK)),
    Forged("digest_done", "point", RestrictedAction.DIGEST, str(WEEK)),
    Forged("lesson_approve", "0" * 32, RestrictedAction.LESSONS, ""),
    Forged("champion_trained", "champion", RestrictedAction.ROLES, ""),
    Forged("open_roles", "", RestrictedAction.ROLES, ""),
    Forged("open_roster", "", RestrictedAction.ROSTER, ""),
    Forged("open_targets", "", RestrictedAction.TARGETS, ""),
    Forged("target_remove", "weekly:team:Sales", RestrictedAction.TARGETS, "Sales"),
    Forged("setup:usage", "", RestrictedAction.SETUP, ""),
    Forged("ai_tools_open", "", RestrictedAction.AI_TOOLS, ""),
]
WORDS = {"type": "plain_text_input", "value": "Mine."}
PEOPLE = {"type": "multi_users_select", "selected_users": []}
EXCLUDE = {"decision": {"type": "radio_buttons", "selected_option": {"value": "excluded"}}}


TARGET = {
    "measure": {"type": "static_select", "selected_option": {"value": "weekly"}},
    "value": {"type": "plain_text_input", "value": "60"},
}


def decision(state: State) -> dict[str, Any]:
    """The dialog of a review, filled in."""
    chosen = {"type": "radio_buttons", "selected_option": {"value": state.value}}
    return {"decision": chosen, "note": WORDS, "question": WORDS, "answer": WORDS}


DIALOGS = [
    *(
        Forged("story_review", STORY, RestrictedAction.STORY, STORY, values=decision(state))
        for state in (State.PUBLISHED, State.CHANGES, State.DECLINED)
    ),
    *(
        Forged("faq_review", ENTRY, RestrictedAction.FAQ, ENTRY, values=decision(state))
        for state in (State.PUBLISHED, State.DECLINED)
    ),
    Forged("guide", GUIDE, RestrictedAction.GUIDE, GUIDE, values=EXCLUDE),
    Forged("digest_done", "point", RestrictedAction.DIGEST, str(WEEK), values={"did": WORDS}),
    Forged("roles", "champion", RestrictedAction.ROLES, "", values={"champions": PEOPLE}),
    Forged(
        "channel",
        "general",
        RestrictedAction.CHANNEL_RULE,
        "general",
        "Only the person",
    ),
    Forged("roster_import", "", RestrictedAction.ROSTER, ""),
    Forged("targets", "", RestrictedAction.TARGETS, "all", values=TARGET),
    Forged("ai_tools", "", RestrictedAction.AI_TOOLS, ""),
]


def tried(play: RunningApp, person: Person) -> RefusedAction:
    """The one try of somebody, as soon as it is written down."""
    account = play.account(person)

    def found() -> list[RefusedAction]:
        return [r for r in play.record.refused_actions.last(99) if r.account == account]

    play.eventually(found)
    play.quiet()
    assert len(found()) == 1
    return found()[0]


def told(play: RunningApp, person: Person, words: str) -> None:
    play.slack.wait_for(
        lambda: [
            message
            for message in [*play.direct(person), *person.whispers("general")]
            if words in written(message)
        ],
        30,
        f"“{words}”",
    )


def real(play: RunningApp, forged: Forged) -> Forged:
    """With the ids of this workspace, as somebody who knows them would forge them."""
    point = ActionBook(play.record.engine).of(WEEK)[0]
    done = forged.name == "digest_done" and forged.values
    values = {
        "point": f"\n\n{value_of(point)}" if done else value_of(point),
        "champion": play.account(play.slack.user("champion")),
        "general": play.slack.channel("general"),
    }
    if forged.name == "roles":
        values["champion"] = play.slack.user("champion").id
    about = values.get(forged.about, forged.about)
    value = values.get(forged.value, forged.value)
    return Forged(forged.name, value, forged.act, about, forged.says, forged.values)


def stranger(play: RunningApp, name: str) -> Person:
    """Somebody whom nobody gave a role, and who has tried nothing yet."""
    with play.record.engine.begin() as connection:
        connection.execute(delete(RefusedActionRow))
    handle = f"{name.replace('_', '-')}-{uuid.uuid4().hex[:6]}"
    person = play.slack.add_user(handle, "Sam Stranger")
    person.joins("general")
    return person


@pytest.mark.parametrize("forged", PRESSES, ids=lambda f: f.name)
def test_a_forged_press_changes_nothing_and_is_in_the_log(play: RunningApp, forged: Forged):
    sam, forged = stranger(play, forged.name), real(play, forged)
    before = kept(play)
    body = pressed(play, sam, forged)
    assert play.app.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200
    found = tried(play, sam)
    assert (found.action, found.about) == (forged.act, forged.about)
    told(play, sam, forged.says)
    assert sam.modal is None
    assert not play.slack.calls("views.open")
    assert kept(play) == before


@pytest.mark.parametrize("forged", DIALOGS, ids=lambda f: f"{f.name}:{f.value[:8]}")
def test_a_forged_dialog_changes_nothing_and_is_in_the_log(play: RunningApp, forged: Forged):
    sam, forged = stranger(play, forged.name), real(play, forged)
    before = kept(play)
    body = submitted(play, sam, forged)
    assert play.app.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200
    found = tried(play, sam)
    assert (found.action, found.about) == (forged.act, forged.about)
    told(play, sam, forged.says)
    assert kept(play) == before


@pytest.mark.parametrize(
    ("command", "act"),
    [
        ("roles", RestrictedAction.ROLES),
        ("champions", RestrictedAction.ROLES),
        (f"digest {WEEK} here", RestrictedAction.DIGEST),
        ("channel", RestrictedAction.CHANNEL_RULE),
    ],
)
def test_a_command_for_admins_is_refused_kindly_and_is_in_the_log(
    play: RunningApp, command: str, act: RestrictedAction
):
    sam, before = stranger(play, command.split()[0]), kept(play)
    sam.runs(f"/uptake {command}")
    assert tried(play, sam).action is act
    told(play, sam, "Only ")
    assert sam.modal is None
    assert kept(play) == before


def test_the_terminal_prints_the_last_tries(
    play: RunningApp, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    sam = stranger(play, "audit")
    sam.runs("/uptake roles")
    tried(play, sam)
    turn_away(play.container, Attempt("T1:\x1b[31m", RestrictedAction.FAQ, "[red]x\n"), "evil")
    play.eventually(lambda: len(play.record.refused_actions.last(9)) == 2)
    monkeypatch.chdir(play.container.settings.data_dir)
    monkeypatch.setenv("UPTAKE_DATA_DIR", ".")
    audit(last=50, as_json=True)
    lines = [command_output("audit", line) for line in capsys.readouterr().out.splitlines()]
    assert [line["act"] for line in lines] == ["faq", "roles"]
    assert lines[1]["account"] == play.account(sam)
    audit(last=1, as_json=False)
    table = capsys.readouterr().out
    assert "[red]x" in table
    assert "\x1b" not in table
    assert sam.id not in table
