"""What AI tools log, and what admins let them log."""

from __future__ import annotations

from dataclasses import replace

from adoption.feedback.models import OverrideReason, Weight
from bot.access import logs_allowed
from bot.api.mcp_settings import WriteTool
from bot.features.ai_tools.blocks import logs_dialog
from tests.bot.mcp.world import World
from tests.support.app import written


def test_overrides_feedback_and_use_are_the_callers_own(world: World):
    world.app.slack.add_user("logger", "Lou Logger")
    with world.session(world.token("logger", may_write=True)) as client:
        override = {"tool": "Copilot", "reason": "wrong data", "did_instead": "I asked Ada"}
        assert client.gives("log_override", weight="high", **override)["logged"]
        assert "no such reason" in client.refuses("log_override", tool="X", reason="because")
        assert client.gives("log_feedback", text="Faster than before.", tool="Copilot")["logged"]
        for count in (2, 3):
            client.gives("log_use", tool="Copilot", event="edited", count=count, id="a")
    world.app.quiet()
    data = world.app.record.personal_data.export(world.app.account("logger"))
    [override] = data["overrides"]
    assert override["reason"] == OverrideReason.WRONG_DATA
    assert override["weight"] == Weight.HIGH
    assert (override["consent"], override["named"]) == (False, False)
    assert data["feedback_comments"][0]["text"] == "Faster than before."
    assert [row["count"] for row in data["usage"]] == [3]


def test_a_token_that_may_only_read_logs_nothing(world: World):
    with world.session(world.token()) as client:
        assert not any(name.startswith("log_") for name in client.tools())
        assert "only read" in client.refuses("log_feedback", text="Hi")


def test_an_admin_switches_each_log_on_in_slack(world: World):
    admin, token = world.app.slack.user("admin"), world.token("second", may_write=True)
    logs = {each.value for each in WriteTool}

    def listed() -> set[str]:
        with world.session(token) as client:
            return {name for name in client.tools() if name in logs}

    def choose(*names: str) -> None:
        assert admin.submits({"logs": {"logs": list(names)}}) == {}
        world.app.quiet()

    assert listed() == logs
    admin.runs("/uptake mcp")
    assert world.url in written(admin.modal)
    assert "switched on by <@" in written(admin.modal)
    choose()
    assert listed() == set()
    with world.session(token) as client:
        assert "switch this on" in client.refuses("log_feedback", text="Hi")
    admin.opens_app()
    home = world.app.home(admin, "may log: nothing")
    assert "may write" not in written(home)
    admin.presses("ai_tools_open", home)
    choose("log_use", "log_feedback")
    assert listed() == {"log_use", "log_feedback"}
    assert "may log: feedback and use" in written(world.app.home(admin, "feedback and use"))
    admin.runs("/uptake mcp")
    choose(*logs)
    assert listed() == logs


def test_the_settings_say_what_admins_can_switch_on(world: World):
    container = world.app.container
    only = container.settings.model_copy(update={"mcp_writes": frozenset({WriteTool.LOG_USE})})
    assert logs_allowed(replace(container, settings=only)) == {WriteTool.LOG_USE}
    assert logs_allowed(container) == set(WriteTool)
    view = str(logs_dialog(world.url, only.mcp_writes, {}).to_dict())
    assert "log_use" in view
    assert "log_feedback" not in view
    none = str(logs_dialog(world.url, (), {}).to_dict())
    assert "UPTAKE_MCP_WRITES" in none
    assert "Save" not in none
