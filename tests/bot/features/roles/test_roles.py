from __future__ import annotations

from tests.support.app import RunningApp, written


def test_champions_are_named_greeted_once_and_marked_as_trained(play: RunningApp):
    priya, jonas = play.slack.user("admin"), play.slack.user("champion")
    name = {
        "champions": {"champions": [jonas.id]},
        "team": {"team": "Finance"},
    }
    priya.runs("/uptake roles")
    assert "admins and owners of this Slack workspace" in written(priya.modal or {})
    priya.submits(name)
    assert "champion of Finance" in written(play.told(jonas, "You're a champion"))
    play.quiet()
    priya.runs("/uptake champions")
    assert priya.modal is not None
    priya.presses("champion_trained", priya.modal)
    assert "✓ trained" in written(priya.modal)
    priya.submits({"champions": {"champions": []}})
    play.quiet()
    play.eventually(lambda: not play.record.roles.champions())
    priya.runs("/uptake champions")
    priya.submits(name)
    play.eventually(play.record.roles.champions)
    play.quiet()
    assert len([m for m in play.direct(jonas) if "You're a champion" in written(m)]) == 1


def test_who_is_no_admin_names_nobody(play: RunningApp):
    maya = play.slack.user("user")
    maya.runs("/uptake champions")
    assert maya.modal is None
    assert "Only an admin" in written(maya.whispers("general")[0])
