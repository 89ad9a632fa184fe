"""Every button, dialog, command and shortcut, sent by whoever may not, broken, and once more."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS

from bot.jobs import context
from tests.bot.forged.cases import Case, cases
from tests.bot.forged.handlers import handlers
from tests.bot.forged.malformed import malformed
from tests.bot.forged.sending import Post, Sender, shown_in
from tests.bot.forged.world import SECRET, World, filled
from tests.support import app as support
from tests.support.app import running_app

# One for each case, in turn. `make soak` sends all and many more: tests/bot/forged/test_soak.py.
FEW = ("a\nb c", "\0\ud800")
ALWAYS = "Mon-Sun 0:00-23:59"


@pytest.fixture(scope="module")
def world(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("forged")
    shutil.copytree(home, root / "data")
    shutil.copytree(home.parent / "guides", root / "guides")
    with pytest.MonkeyPatch.context() as patch:
        # What the clock starts would change the record between two looks at it.
        patch.setattr(support, "all_schedules", lambda settings: ())
        # A step that fails is a fault of the app here, and is not tried for minutes.
        patch.setitem(context._PATIENT, "max_attempts", 1)
        more: dict[str, Any] = {
            "working_hours": ALWAYS,
            "mcp_url": "http://127.0.0.1:1/mcp",
            "mcp_calls_per_minute": 10_000,
            "mcp_writes": "log_override,log_feedback,log_use",
        }
        with running_app(root / "data", admins=("admin",), **more) as it:
            yield filled(it)


@pytest.fixture(scope="module")
def post(world: World) -> Post:
    return Post(world)


def colleague(world: World, who: str) -> Sender:
    return Sender(world.it.slack.user(who), world.it.slack.team_id)


def outsiders(world: World) -> dict[str, Sender]:
    """People who may send nothing at all."""
    slack = world.it.slack
    gone = slack.add_user("gone", "Gone Away")
    slack.deactivate(gone)
    made = {
        "guest": slack.add_user("guest", "Gus Guest", kind="guest"),
        "bot": slack.add_user("robot", "Robot", kind="bot"),
        "external": slack.add_user("external", "Eve Else", kind="external"),
        "gone": gone,
    }
    found = {name: Sender(person, slack.team_id) for name, person in made.items()}
    admin = slack.user("admin")
    return found | {
        "admin's id in another workspace": Sender(admin, "T0OTHER"),
        "admin's id from another workspace": Sender(admin, slack.team_id, home="T0OTHER"),
    }


def failures() -> list[str]:
    """The jobs that ended with an error, each with it."""
    found = DBOS.list_workflows(status=["ERROR"])
    return [f"{each.input} {each.error!r}" for each in found]


def differing(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[str]:
    """The tables that are not the same."""
    return [name for name in one if one[name] != other[name]]


def called(world: World, since: int) -> str:
    """Everything that the app sent to Slack since so many calls."""
    calls = world.it.slack.calls()[since:]
    return "\n".join(json.dumps(each.arguments) for each in calls)


def test_every_button_and_dialog_has_a_case(world: World):
    known = cases(world)
    missing = [
        f"{kind} {pattern}"
        for (kind, pattern), name in handlers(world.it.container).items()
        if not any(_is_for(each, kind, name) for each in known)
    ]
    assert missing == []


def _is_for(case: Case, kind: str, name: Any) -> bool:
    if case.kind == "command":
        return kind == "command" and bool(name.search(case.name.partition(" ")[2]))
    kinds = {case.kind, "view_submission"} if case.kind == "view" else {case.kind}
    return kind in kinds and bool(name.search(case.name))


def test_who_is_no_colleague_changes_and_sees_nothing(world: World, post: Post):
    for who, sender in outsiders(world).items():
        before, since = world.kept(), len(world.it.slack.calls())
        # A command has no place for where a person is from.
        for case in (each for each in cases(world) if each.kind != "command" or not sender.home):
            answer = post.send(sender, case)
            assert answer.status < 500, (who, case)
            assert SECRET not in shown_in(answer), (who, case)
        world.it.quiet()
        assert differing(before, world.kept()) == [], who
        assert SECRET not in called(world, since), who
    assert failures() == []


def test_a_colleague_changes_and_sees_nothing_of_others(world: World, post: Post):
    sender = Sender(world.it.slack.add_user("sam", "Sam Stranger"), world.it.slack.team_id)
    sender.person.joins("general")
    for own in (False, True):
        before, since = world.kept(), len(world.it.slack.calls())
        for case in (each for each in cases(world) if each.own is own):
            answer = post.send(sender, case)
            assert answer.status < 500, case
            assert SECRET not in shown_in(answer), case
        world.it.quiet()
        after = world.kept()
        lost = {name: Counter(rows) - Counter(after[name]) for name, rows in before.items()}
        assert not any(lost.values()), lost
        assert own or after == before, differing(before, after)
        assert SECRET not in called(world, since)
    assert failures() == []


def test_what_is_sent_again_after_it_was_done_changes_nothing_more(world: World, post: Post):
    wrong, after = [], world.kept()
    for case in cases(world):
        sender = colleague(world, case.by)
        seen = [after]
        for _ in range(2):
            since = len(world.it.slack.calls())
            answer = post.send(sender, case)
            assert answer.status < 400, (case, answer.status)
            world.it.quiet()
            seen.append(world.kept())
            if len(seen) == 2 and seen[0] == seen[1] and not (case.shows and called(world, since)):
                wrong.append(f"does nothing: {case}")
        if seen[1] != seen[2] and not case.again:
            wrong.append(f"does more again: {case}, {differing(*seen[1:])}")
        after = seen[-1]
    assert not wrong, "\n".join(wrong)
    assert failures() == []


def test_what_is_malformed_is_no_fault_of_the_app(
    world: World, post: Post, caplog: pytest.LogCaptureFixture
):
    wrong = []
    for number, case in enumerate(cases(world)):
        sender, word = colleague(world, case.by), FEW[number % len(FEW)]
        for name, body in malformed(post.body(sender, case), (word,), ("view", "state")):
            answer = post.deliver(body)
            if answer.status >= 500 or "A listener failed" in caplog.text:
                wrong.append(f"{name}: {case}\n{caplog.text[-300:]}")
            caplog.clear()
    world.it.quiet()
    assert not wrong, "\n".join(wrong)
    assert failures() == []
