"""Buttons, menus, modals, commands and shortcuts between people and a real Bolt app."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from slack_emulator import LocalWorkspace, ManualClock, NotDelivered, WorkspaceError
from slack_emulator.people.inputs import elements_of
from tests.slack_emulator.manifests import manifest, without
from tests.slack_emulator.page.gallery import option, plain
from tests.slack_emulator.refusals import error
from tests.support.slack_apps import bolt_app, client_of, running

Json = dict[str, Any]
NAME = {"type": "plain_text_input", "action_id": "name"}
ASK = {"type": "input", "block_id": "who", "label": plain("Name"), "element": NAME}


def form(title: str = "Form", **more: Any) -> Json:
    made = {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": [ASK]}
    return made | more


def button(action_id: str = "go") -> list[Json]:
    element = {"type": "button", "action_id": action_id, "text": plain("Go"), "value": "v1"}
    return [{"type": "actions", "block_id": "row", "elements": [element]}]


@pytest.fixture
def app(slack: LocalWorkspace) -> App:
    return bolt_app(slack)


def opens(app: App, view: Json) -> None:
    """Let the app open a modal at the shortcut tiny_form."""

    @app.shortcut("tiny_form")
    def open_it(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=view)


def shown(slack: LocalWorkspace) -> Json:
    """Give the modal the user sees, once there is one."""
    view = slack.wait_for(lambda: slack.user().modal)
    assert view is not None
    return view


def test_a_press_carries_the_button_and_where_it_stands(slack: LocalWorkspace, app: App) -> None:
    bodies: list[Json] = []

    @app.action("go")
    def pressed(ack: Ack, body: Json) -> None:
        ack()
        bodies.append(body)

    client_of(slack).chat_postMessage(channel="general", text="x", blocks=button())
    with running(app, slack):
        slack.user().presses("go", slack.messages("general")[0])
        slack.wait_until_quiet()
    action = bodies[0]["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("go", "row", "v1")
    assert bodies[0]["container"]["channel_id"] == slack.channel("general")
    assert bodies[0]["user"]["id"] == slack.user().id


def test_a_button_that_was_redrawn_meanwhile_is_pressed_all_the_same(
    slack: LocalWorkspace, app: App
) -> None:
    bodies: list[Json] = []

    @app.action("go")
    def pressed(ack: Ack, body: Json) -> None:
        ack()
        bodies.append(body)

    nameless = [{k: v for k, v in block.items() if k != "block_id"} for block in button()]
    made = client_of(slack).chat_postMessage(channel="general", text="x", blocks=nameless)
    with running(app, slack):
        maya, seen = slack.user(), slack.messages("general")[0]
        actions = slack.parts.actions(maya.id)
        before = next(elements_of(seen.body["blocks"]))[0]
        again = {"channel": made["channel"], "ts": made["ts"], "text": "y", "blocks": nameless}
        client_of(slack).chat_update(**again)
        place = actions.place_of(seen.channel, seen.ts)
        actions.interactions.press(maya.id, place, (before, "go"), "", {})
        slack.wait_until_quiet()
        twice = [*nameless, *nameless]
        client_of(slack).chat_update(**(again | {"blocks": twice}))
        place = actions.place_of(seen.channel, seen.ts)
        with pytest.raises(WorkspaceError, match="no longer there"):
            actions.interactions.press(maya.id, place, (before, "go"), "", {})
    now = bodies[0]["actions"][0]["block_id"]
    assert now != before
    assert bodies[0]["message"]["blocks"][0]["block_id"] == now


def test_what_is_not_there_cannot_be_pressed(slack: LocalWorkspace) -> None:
    client_of(slack).chat_postMessage(channel="general", text="x", blocks=button())
    with pytest.raises(WorkspaceError, match="There is no stop here; there is: go"):
        slack.user().presses("stop", slack.messages("general")[0])


def test_an_act_that_nobody_answers_says_so() -> None:
    with LocalWorkspace(manifest(), patience=0.1) as slack:
        client_of(slack).chat_postMessage(channel="general", text="x", blocks=button())
        with pytest.raises(NotDelivered, match="did not respond in time"):
            slack.user().presses("go", slack.messages("general")[0])
        given_up = slack.wait_for(slack.given_up)
        assert [envelope.name for envelope in given_up] == ["block_actions"]


def test_a_select_sends_its_option_and_the_state_of_all(slack: LocalWorkspace, app: App) -> None:
    bodies: list[Json] = []

    @app.action("tool")
    def chosen(ack: Ack, body: Json) -> None:
        ack()
        bodies.append(body)

    menu = {"type": "static_select", "action_id": "tool", "options": [option("Mail", "mail")]}
    day = {"type": "datepicker", "action_id": "day"}
    blocks = [{"type": "actions", "block_id": "row", "elements": [menu, day]}]
    client_of(slack).chat_postMessage(channel="general", text="x", blocks=blocks)
    with running(app, slack):
        on = slack.messages("general")[0]
        filled = {"row": {"tool": "mail", "day": "2026-12-01"}}
        slack.user().presses("tool", on, "mail", values=filled)
        slack.wait_until_quiet()
    assert bodies[0]["actions"][0]["selected_option"]["value"] == "mail"
    assert bodies[0]["state"]["values"]["row"]["day"]["selected_date"] == "2026-12-01"


def test_an_external_menu_asks_the_app(slack: LocalWorkspace, app: App) -> None:
    @app.options("find")
    def offer(ack: Ack, body: Json) -> None:
        ack(options=[option(body["value"].upper(), "1")])

    menu = {"type": "external_select", "action_id": "find"}
    blocks = [{"type": "actions", "block_id": "row", "elements": [menu]}]
    client_of(slack).chat_postMessage(channel="general", text="x", blocks=blocks)
    with running(app, slack):
        found = slack.user().searches("find", slack.messages("general")[0], "abc")
    assert found[0]["text"]["text"] == "ABC"


def test_a_submission_brings_the_values_and_closes_the_form(
    slack: LocalWorkspace, app: App
) -> None:
    got: list[Json] = []
    opens(app, form(callback_id="form", private_metadata="kept"))

    @app.view("form")
    def submitted(ack: Ack, view: Json) -> None:
        ack()
        got.append(view)

    with running(app, slack):
        slack.user().uses_shortcut("tiny_form")
        shown(slack)
        assert slack.user().submits({"who": {"name": "Ada"}}) == {}
        assert slack.user().modal is None
    assert got[0]["state"]["values"]["who"]["name"]["value"] == "Ada"
    assert got[0]["private_metadata"] == "kept"


def test_a_submission_is_answered_with_errors_then_another_form_then_one_on_top(
    slack: LocalWorkspace, app: App
) -> None:
    answers = iter(
        [
            {"response_action": "errors", "errors": {"who": "Who is that?"}},
            {"response_action": "update", "view": form("Second", callback_id="form")},
            {"response_action": "push", "view": form("Third", callback_id="form")},
            {"response_action": "clear"},
        ]
    )
    opens(app, form("First", callback_id="form"))
    app.view("form")(lambda ack: ack(next(answers)))
    with running(app, slack):
        maya, filled = slack.user(), {"who": {"name": "Ada"}}
        maya.uses_shortcut("tiny_form")
        shown(slack)
        assert maya.submits(filled) == {"who": "Who is that?"}
        maya.submits(filled)
        maya.submits(filled)
        assert [view["title"]["text"] for view in maya.modals] == ["Second", "Third"]
        assert maya.modals[1]["previous_view_id"] == maya.modals[0]["id"]
        maya.submits(filled)
        assert maya.modals == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "explode"},
        {"response_action": "errors", "errors": {"nobody": "?"}},
        {"response_action": "update", "view": {"blocks": []}},
    ],
)
def test_an_answer_slack_refuses_leaves_the_form_open(
    slack: LocalWorkspace, app: App, answer: Json
) -> None:
    opens(app, form(callback_id="form"))
    app.view("form")(lambda ack: ack(answer))
    with running(app, slack):
        slack.user().uses_shortcut("tiny_form")
        shown(slack)
        with pytest.raises(NotDelivered, match="was not valid"):
            slack.user().submits({"who": {"name": "Ada"}})
        assert slack.user().modal is not None


def test_closing_is_told_where_the_form_asks_for_it(slack: LocalWorkspace, app: App) -> None:
    closed: list[str] = []
    opens(app, form(callback_id="form", notify_on_close=True))

    @app.view_closed("form")
    def told(ack: Ack, view: Json) -> None:
        ack()
        closed.append(view["id"])

    with running(app, slack):
        slack.user().uses_shortcut("tiny_form")
        view = shown(slack)
        slack.user().closes()
        assert slack.user().modal is None
        slack.wait_until_quiet()
    assert closed == [view["id"]]


def test_a_command_is_answered_at_once_and_later_over_its_address(
    slack: LocalWorkspace, app: App
) -> None:
    @app.command("/tiny")
    def said(ack: Ack, command: Json, respond: Any) -> None:
        ack(f"Working on {command['text']}")
        respond("Done", response_type="in_channel")

    with running(app, slack):
        slack.user().runs("/tiny the list")
        slack.wait_for(lambda: slack.calls("response_url"))
    whispers = [m.body["text"] for m in slack.user().whispers("general")]
    assert whispers == ["Working on the list"]
    assert [m.body["text"] for m in slack.user("second").sees("general")] == ["Done"]


def test_an_unknown_command_is_explained(slack: LocalWorkspace) -> None:
    with pytest.raises(WorkspaceError, match="/nothing is not a command here"):
        slack.user().runs("/nothing")


def test_commands_need_their_scope() -> None:
    with (
        LocalWorkspace(without("commands")) as slack,
        pytest.raises(WorkspaceError, match="not the scope commands"),
    ):
        slack.user().runs("/tiny x")


def test_a_message_shortcut_carries_the_message(slack: LocalWorkspace, app: App) -> None:
    bodies: list[Json] = []

    @app.shortcut("tiny_save")
    def save(ack: Ack, body: Json) -> None:
        ack()
        bodies.append(body)

    app.event("message")(lambda: None)
    said = slack.user().says("Worth keeping", "general")
    with running(app, slack):
        slack.user().uses_shortcut("tiny_save", said)
        slack.wait_until_quiet()
    assert bodies[0]["message"]["text"] == "Worth keeping"


def test_a_response_address_replaces_and_deletes_what_was_pressed(
    slack: LocalWorkspace, app: App
) -> None:
    @app.action("go")
    def replace(ack: Ack, respond: Any) -> None:
        ack()
        respond(text="Replaced", blocks=button("gone"), replace_original=True)

    @app.action("gone")
    def delete(ack: Ack, respond: Any) -> None:
        ack()
        respond(delete_original=True)

    client_of(slack).chat_postMessage(channel="general", text="x", blocks=button())
    with running(app, slack):
        maya = slack.user()
        maya.presses("go", slack.messages("general")[0])
        slack.wait_for(lambda: slack.calls("response_url"))
        assert slack.messages("general")[0].body["text"] == "Replaced"
        maya.presses("gone", slack.messages("general")[0])
        slack.wait_for(lambda: len(slack.calls("response_url")) == 2)
        assert slack.messages("general") == []


def test_a_response_address_is_good_five_times_within_half_an_hour() -> None:
    clock = ManualClock()
    with LocalWorkspace(manifest(), clock=clock) as slack:
        app, addresses = bolt_app(slack), list[str]()

        @app.command("/tiny")
        def said(ack: Ack, command: Json) -> None:
            ack()
            addresses.append(command["response_url"])

        with running(app, slack):
            slack.user().runs("/tiny")
            slack.user().runs("/tiny")
        answers = [answered(addresses[0]) for _ in range(6)]
        assert answers == [(200, "ok")] * 5 + [(404, "used_url")]
        slack.advance(1801)
        assert answered(addresses[1]) == (404, "expired_url")


def answered(address: str) -> tuple[int, str]:
    from slack_sdk.webhook import WebhookClient

    response = WebhookClient(address).send(text="more")
    return response.status_code, response.body


def test_a_trigger_lives_three_seconds_and_is_good_once() -> None:
    clock = ManualClock()
    with LocalWorkspace(manifest(), clock=clock) as slack:
        app, client, triggers = bolt_app(slack), client_of(slack), list[str]()

        @app.shortcut("tiny_form")
        def keep(ack: Ack, body: Json) -> None:
            ack()
            triggers.append(body["trigger_id"])

        with running(app, slack):
            slack.user().uses_shortcut("tiny_form")
            slack.user().uses_shortcut("tiny_form")
        client.views_open(trigger_id=triggers[0], view=form())
        again = {"trigger_id": triggers[0], "view": form()}
        assert error(client.views_open, **again) == "exchanged_trigger_id"
        slack.advance(3)
        late = {"trigger_id": triggers[1], "view": form()}
        assert error(client.views_open, **late) == "expired_trigger_id"
        assert error(client.views_open, trigger_id="x", view=form()) == "invalid_trigger_id"


def test_a_view_is_renewed_only_by_who_knows_its_hash(slack: LocalWorkspace, app: App) -> None:
    opens(app, form(external_id="mine"))
    client = client_of(slack)
    with running(app, slack):
        slack.user().uses_shortcut("tiny_form")
        old = shown(slack)
    client.views_update(view_id=old["id"], view=form("New"), hash=old["hash"])
    stale = {"view_id": old["id"], "view": form("Newer"), "hash": old["hash"]}
    assert error(client.views_update, **stale) == "hash_conflict"
    client.views_update(view_id=old["id"], view=form("Newest", external_id="mine"))
    client.views_update(external_id="mine", view=form("By its own name", external_id="mine"))
    assert shown(slack)["title"]["text"] == "By its own name"
    assert error(client.views_update, view_id="V404", view=form()) == "not_found"
    neither = {"api_method": "views.update", "json": {"view": form()}}
    assert error(client.api_call, **neither) == "invalid_arguments"


def test_at_most_three_forms_stand_on_each_other(slack: LocalWorkspace, app: App) -> None:
    codes: list[str] = []

    @app.shortcut("tiny_form")
    def push(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        call = client.views_push if slack.user().modals else client.views_open
        asked = {"trigger_id": body["trigger_id"], "view": form()}
        if len(slack.user().modals) < 3:
            call(**asked)
        else:
            codes.append(error(call, **asked))

    with running(app, slack):
        for count in (1, 2, 3, 3):
            slack.user().uses_shortcut("tiny_form")
            slack.wait_for(lambda count=count: len(slack.user().modals) == count)
        slack.wait_for(lambda: slack.calls("views.push")[-1].error)
    assert len(slack.user().modals) == 3
    assert slack.calls("views.push")[-1].error == "push_limit_reached"


def test_home_is_drawn_for_one_person(slack: LocalWorkspace, client: WebClient) -> None:
    maya, view = slack.user(), {"type": "home", "blocks": [{"type": "divider"}]}
    made = client.views_publish(user_id=maya.id, view=view)["view"]
    assert maya.home is not None
    assert slack.user("second").home is None
    client.views_publish(user_id=maya.id, view=view, hash=made["hash"])
    stale = {"user_id": maya.id, "view": view, "hash": made["hash"]}
    assert error(client.views_publish, **stale) == "hash_conflict"
    assert error(client.views_publish, user_id="U404", view=view) == "user_not_found"
    assert error(client.views_publish, user_id=maya.id, view=form()) == "invalid_arguments"


def test_home_needs_the_tab_of_the_manifest() -> None:
    with LocalWorkspace(manifest(home=False)) as slack:
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        asked = {"user_id": slack.user().id, "view": view}
        assert error(client_of(slack).views_publish, **asked) == "not_enabled"
