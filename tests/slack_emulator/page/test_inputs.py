"""What the browser sends becomes Slack's payload shapes, and nothing the app did not offer."""

from __future__ import annotations

import pytest

from slack_emulator.people.inputs import element_at, elements_of, state_of, value_of
from tests.slack_emulator.page.gallery import (
    ELEMENTS,
    FEEDBACK,
    MESSAGE_BLOCKS,
    MODAL_BLOCKS,
    element,
)


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("plain_text_input", "words", {"value": "words"}),
        ("plain_text_input", "", {"value": None}),
        ("users_select", "U1", {"selected_user": "U1"}),
        ("multi_users_select", ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
        ("datepicker", "2026-11-21", {"selected_date": "2026-11-21"}),
        ("datetimepicker", "1795000000", {"selected_date_time": 1795000000}),
        ("datetimepicker", "", {"selected_date_time": None}),
        ("number_input", "4", {"value": "4"}),
        ("static_select", "", {"selected_option": None}),
        ("static_select", "forged", {"selected_option": None}),
        ("multi_static_select", ["forged"], {"selected_options": []}),
    ],
)
def test_each_element_gives_its_value_as_slack_names_it(
    kind: str, raw: str | list[str], expected: dict[str, object]
) -> None:
    assert value_of(element(kind), raw) == {"type": kind, **expected}


def test_a_choice_is_the_option_the_app_sent() -> None:
    chosen = value_of(element("static_select"), "privacy")["selected_option"]
    assert chosen == ELEMENTS["static_select"]["options"][1]


def test_an_external_choice_is_one_that_was_offered() -> None:
    offered = [{"text": {"type": "plain_text", "text": "Tool"}, "value": "t"}]
    assert value_of(element("external_select"), ["t"], offered)["selected_option"] == offered[0]
    assert value_of(element("external_select"), ["t"])["selected_option"] is None


def test_feedback_carries_the_words_and_the_value_of_the_side_pressed() -> None:
    assert value_of(FEEDBACK, "bad") == {
        "type": "feedback_buttons",
        "text": FEEDBACK["negative_button"]["text"],
        "value": "bad",
    }


def test_values_for_elements_that_are_not_in_the_view_are_dropped() -> None:
    values = {
        "input_plain_text_input": {"plain_text_input_action": "hi", "other": "x"},
        "no_such_block": {"a": "b"},
    }
    assert state_of(MODAL_BLOCKS, values) == {
        "input_plain_text_input": {
            "plain_text_input_action": {"type": "plain_text_input", "value": "hi"}
        }
    }


def test_elements_are_found_in_sections_cards_and_containers() -> None:
    found = {(block, part["action_id"]) for block, part in elements_of(MESSAGE_BLOCKS)}
    assert {("section", "accessory"), ("card", "card_button"), ("card_3", "card_button")} <= found
    assert element_at(MESSAGE_BLOCKS, "feedback", "thumbs") == FEEDBACK
    assert element_at(MESSAGE_BLOCKS, "feedback", "nothing") is None
