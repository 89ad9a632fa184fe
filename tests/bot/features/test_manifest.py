from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.answering.answered import answered_question, finished
from bot.errors import SettingsWrong
from bot.slack.manifest import manifest_for
from bot.slack.receiving.missed import take_in_missed
from slack_emulator.api.method import Api
from slack_emulator.platform.events import Events
from tests.bot.features.handoff.test_handoff import offer_of
from tests.bot.features.overrides.test_overrides import filled
from tests.conftest import uptake
from tests.support.app import (
    BUDGET,
    MANIFEST,
    WEATHER,
    RunningApp,
    overrides,
    running_app,
    said,
)

# What stories and digests need; tests/programme drives those with the same manifest.
OF_THE_PROGRAMME = {"files:read", "reactions:read"}
# What the roster from Slack needs; tests/bot/cli/test_workforce.py takes each of them away.
OF_THE_ROSTER = {"usergroups:read", "users:read.email"}


@contextmanager
def scopes_used(patch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The scopes that the workspace looked for: to let a call through, or to tell an event."""
    used: set[str] = set()
    need, send = Api.need_scope, Events._send

    def needed(self: Api, *scopes: str) -> None:
        need(self, *scopes)
        used.update(self.manifest.scopes.intersection(scopes))

    def sent(self: Events, event, subscription, scope, channel=None) -> None:
        if subscription in self._manifest.events:
            used.add(scope)
        send(self, event, subscription, scope, channel)

    with patch.context() as changed:
        changed.setattr(Api, "need_scope", needed)
        changed.setattr(Events, "_send", sent)
        yield used


def tour(it: RunningApp) -> None:
    """Everything that people do, once."""
    slack, maya, priya = it.slack, it.slack.user(), it.slack.user("admin")
    question, answer = it.asks()
    id = f"{question.channel}:{question.ts}"
    maya.presses("thumbs", answer, f"positive:{id}")
    maya.presses("saving_hour", it.whisper("user", "general", "save you?"))
    maya.presses("thumbs", answer, f"negative:{id}")
    maya.submits({"reason": {"reason": "outdated"}})
    overrides(maya, answer)
    maya.submits(filled())
    maya.closes()
    maya.uses_shortcut("override")
    maya.closes()
    maya.uses_shortcut("override_message", question)
    maya.closes()
    maya.uses_shortcut("ask_about", question)
    for word in ("help", f"ask {BUDGET}", "override", "feedback", "privacy"):
        maya.runs(f"/uptake {word}")
        if maya.modal is not None and word != "privacy":
            maya.closes()
    maya.presses("data_export", maya.modal)
    it.eventually(lambda: [m for m in maya.sees() if m.body.get("files")], "the file")
    maya.closes()
    it.asks("user", WEATHER, "app")
    _, unknown = it.asks(question=WEATHER)
    maya.presses("ask_person", unknown)
    offer = offer_of(it, "Oslo")
    jonas = slack.user("champion")
    jonas.presses("handoff_take", offer)
    jonas.says("Rain.", channel="ai-help", thread=offer)
    it.eventually(lambda: [m for m in slack.replies(unknown) if "Rain." in said(m)], "the reply")

    slack.add_channel("secret", [maya, priya], private=True)
    tom = slack.user("second")
    slack.parts.state.directory.channels[slack.channel("secret")].members.append(tom.id)
    priya.runs("/uptake channel", channel="secret")
    priya.submits({"mode": {"mode": "every"}, "visible_to": {"visible_to": "everyone"}})
    tom.runs("/uptake channel", channel="secret")
    tom.runs("/uptake channel", channel="general")
    it.whisper("admin", "secret", "This channel is set to")
    overheard = maya.says(BUDGET, channel="secret")
    slack.wait_for_answer(overheard, 60)

    group = slack.parts.state.directory.direct(maya.id, tom.id, slack.bot_id)
    places = [question, overheard, maya.says(f"{slack.mention} {BUDGET}", channel=group.id)]
    delivery = it.container.delivery
    for each in places:
        slack.wait_for_answer(each, 60)
        name = f"{each.channel}:{each.ts}"
        it.eventually(lambda name=name: finished(it.container.jobs, [name]))
        case = answered_question(it.container.jobs, name)
        assert case is not None
        assert case.answer is not None
        # After a crash it looks whether the answer is there.
        delivery.post(case.question, case.answer, is_retry=True)
        assert len(slack.answers(each)) >= 1
    # Whether a colleague sees what was answered in a group is looked up.
    overrides(tom, slack.answers(places[-1])[0])
    tom.closes()
    # After an outage it reads what was written meanwhile, everywhere.
    take_in_missed(it.container.slack, it.app.dispatch, it.clock())


def test_every_scope_event_and_command_is_used_and_none_is_missing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    declared = json.loads(MANIFEST.read_text("utf-8"))
    scopes = set(declared["oauth_config"]["scopes"]["bot"])
    data = Path(shutil.copytree(home, tmp_path / "data"))
    with scopes_used(monkeypatch) as used, running_app(data) as it:
        tour(it)
        assert [call for call in it.slack.calls() if call.error == "missing_scope"] == []
        heard = {each.name for each in it.slack.traffic() if each.to_app}
        shortcuts = {
            sent["callback_id"]
            for name in ("shortcut", "message_action")
            for sent in it.slack.sent(name)
        }
        kinds = {sent["event"].get("channel_type") for sent in it.slack.sent("message")}
    # Two need no call: commands are delivered by it, and an agent's tab brings the other.
    assert scopes - used == {"commands", "assistant:write"} | OF_THE_PROGRAMME | OF_THE_ROSTER
    assert "/uptake" in heard
    declared_shortcuts = {each["callback_id"] for each in declared["features"]["shortcuts"]}
    assert shortcuts == declared_shortcuts - {"uptake_story"}
    assert "app_mention" in heard
    assert kinds == {"channel", "group", "im", "mpim"}
    assert set(declared["settings"]["event_subscriptions"]["bot_events"]) == {
        "agent_session_stopped",
        "app_context_changed",
        "app_home_opened",
        "app_mention",
        "message.mpim",
        "reaction_added",
        "reaction_removed",
        "message.channels",
        "message.groups",
        "message.im",
    }


@pytest.mark.parametrize("scope", ["files:write", "users:read", "groups:read", "channels:history"])
def test_with_a_scope_less_the_workspace_says_so(home: Path, tmp_path: Path, scope: str):
    less = json.loads(MANIFEST.read_text("utf-8"))
    less["oauth_config"]["scopes"]["bot"].remove(scope)
    data = Path(shutil.copytree(home, tmp_path / "data"))
    with running_app(data, manifest=less) as it:
        slack, tom = it.slack, it.slack.user("second")
        slack.add_channel("secret", [slack.user(), tom], private=True)
        _, answer = it.asks()
        if scope == "files:write":
            tom.runs("/uptake override")
            tom.submits(filled())
            tom.closes()
            it.eventually(lambda: it.rows("select 1 from overrides"))
            tom.runs("/uptake privacy")
            tom.presses("data_export", tom.modal)
        elif scope == "channels:history":
            case = answered_question(it.container.jobs, f"{answer.channel}:{answer.root}")
            assert case is not None
            assert case.answer is not None
            with pytest.raises(Exception, match="missing_scope"):
                it.container.delivery.post(case.question, case.answer, is_retry=True)
        else:
            tom.runs("/uptake channel", channel="secret")
        it.eventually(lambda: [c for c in slack.calls() if c.error == "missing_scope"])


def test_the_manifest_is_printed_for_both_ways(tmp_path: Path):
    printed = uptake("manifest", cwd=tmp_path)
    assert json.loads(printed.stdout) == json.loads(MANIFEST.read_text("utf-8"))
    made = manifest_for("https://uptake.example.com/")
    url = "https://uptake.example.com/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == url
    assert made["settings"]["interactivity"]["request_url"] == url
    assert made["features"]["slash_commands"][0]["url"] == url
    assert not made["settings"]["socket_mode_enabled"]
    with pytest.raises(SettingsWrong, match="https://"):
        manifest_for("uptake.example.com")


def test_slackbot_is_given_the_address_for_mcp():
    made = manifest_for("https://uptake.example.com", "https://uptake.example.com")
    server = {"url": "https://uptake.example.com/mcp", "auth_type": "slack_identity_auth"}
    assert made["mcp_servers"] == {"uptake": server}
    assert "mcp:connect" in made["oauth_config"]["scopes"]["bot"]
    assert "mcp_servers" not in manifest_for("https://uptake.example.com")
    with pytest.raises(SettingsWrong):
        manifest_for(None, "http://uptake.example.com/mcp")
