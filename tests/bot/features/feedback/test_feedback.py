from __future__ import annotations

from tests.support.app import RunningApp, written

COMMENT = {
    "about": {"about": "programme"},
    "text": {"text": "More time for training, please."},
    "options": {"options": ["named"]},
}


def test_a_comment_on_the_programme_is_stored_once_and_thanked_for(shared: RunningApp):
    tom = shared.slack.user("second")
    tom.runs("/uptake feedback")
    tom.submits(COMMENT)
    assert "reads this" in written(tom.modal)
    rows = shared.eventually(lambda: shared.rows("select tool, text, named from feedback_comments"))
    assert rows == [(None, "More time for training, please.", 1)]
    tom.closes()


def test_an_empty_comment_is_asked_for_again(shared: RunningApp):
    maya = shared.slack.user()
    maya.runs("/uptake feedback")
    maya.submits(COMMENT | {"text": {"text": "  "}})
    assert maya.modal["callback_id"] == "feedback"
    shared.quiet()
    assert not shared.rows("select 1 from feedback_comments where trim(text) = ''")
    maya.closes()


def test_feedback_opens_from_home(shared: RunningApp):
    tom = shared.slack.user("second")
    tom.opens_app()
    shared.home(tom, "Give feedback")
    tom.presses("open_feedback", tom.home)
    assert tom.modal["callback_id"] == "feedback"
    tom.closes()


def test_while_slack_does_not_open_dialogs_the_person_is_told_to_try_again(shared: RunningApp):
    shared.slack.faults.plan("views.open", "internal_error")
    shared.slack.user().runs("/uptake feedback")
    shared.whisper("user", "general", "Slack didn't answer, so nothing was done")
