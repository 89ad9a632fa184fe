"""Block Kit's shapes and numbers: what just fits passes, one more is refused at its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_emulator.blockkit import check_message_blocks, check_view
from slack_emulator.blockkit.limits import LIMITS
from slack_emulator.errors import SlackError
from tests.slack_emulator.page.gallery import FEEDBACK

Json = dict[str, Any]


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def marked(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(2)} | more


def options(count: int, text: int = 1, value: int = 1) -> list[Json]:
    return [{"text": plain(text), "value": "v" * value} for _ in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(1)} | more


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "elements": list(elements)}]


def asked(element: Json, **more: Any) -> list[Json]:
    return [{"type": "input", "label": plain(2), "element": element} | more]


def section(**more: Any) -> list[Json]:
    return [{"type": "section", "text": marked(2)} | more]


# Each row: the name in the table of numbers, what makes blocks of a size, where the fault stands.
NUMBERS = [
    ("blocks of a message", lambda n: [{"type": "divider"}] * n, "/blocks"),
    ("block_id", lambda n: [{"type": "divider", "block_id": "x" * n}], "/blocks/0/block_id"),
    (
        "action_id",
        lambda n: actions(button(action_id="x" * n)),
        "/blocks/0/elements/0/action_id",
    ),
    ("section text", lambda n: section(text=marked(n)), "/blocks/0/text/text"),
    ("section fields", lambda n: section(fields=[marked(1)] * n), "/blocks/0/fields"),
    ("section field", lambda n: section(fields=[marked(n)]), "/blocks/0/fields/0/text"),
    ("header text", lambda n: [{"type": "header", "text": plain(n)}], "/blocks/0/text/text"),
    ("markdown text", lambda n: [{"type": "markdown", "text": "x" * n}], "/blocks/0/text"),
    (
        "context elements",
        lambda n: [{"type": "context", "elements": [marked(1)] * n}],
        "/blocks/0/elements",
    ),
    ("actions elements", lambda n: actions(*[button()] * n), "/blocks/0/elements"),
    (
        "context_actions elements",
        lambda n: [
            {
                "type": "context_actions",
                "elements": [FEEDBACK | {"action_id": f"f{i}"} for i in range(n)],
            }
        ],
        "/blocks/0/elements",
    ),
    (
        "image alt text",
        lambda n: [{"type": "image", "image_url": "https://e.example/a", "alt_text": "x" * n}],
        "/blocks/0/alt_text",
    ),
    (
        "table rows",
        lambda n: [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n}],
        "/blocks/0/rows",
    ),
    (
        "table columns",
        lambda n: [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]}],
        "/blocks/0/rows/0",
    ),
    ("button text", lambda n: actions(button(text=plain(n))), "/blocks/0/elements/0/text/text"),
    ("button value", lambda n: actions(button(value="x" * n)), "/blocks/0/elements/0/value"),
    (
        "button label",
        lambda n: actions(button(accessibility_label="x" * n)),
        "/blocks/0/elements/0/accessibility_label",
    ),
    (
        "placeholder",
        lambda n: actions(select(placeholder=plain(n))),
        "/blocks/0/elements/0/placeholder/text",
    ),
    (
        "select options",
        lambda n: actions(select(options=options(n))),
        "/blocks/0/elements/0/options",
    ),
    (
        "option text",
        lambda n: actions(select(options=options(1, text=n))),
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "option value",
        lambda n: actions(select(options=options(1, value=n))),
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "option description",
        lambda n: actions(select(options=[options(1)[0] | {"description": plain(n)}])),
        "/blocks/0/elements/0/options/0/description/text",
    ),
    (
        "ticks options",
        lambda n: actions({"type": "checkboxes", "options": options(n)}),
        "/blocks/0/elements/0/options",
    ),
    (
        "overflow options",
        lambda n: section(accessory={"type": "overflow", "options": options(n)}),
        "/blocks/0/accessory/options",
    ),
    (
        "text input",
        lambda n: asked({"type": "plain_text_input", "initial_value": "x" * n}),
        "/blocks/0/element/initial_value",
    ),
    (
        "input label",
        lambda n: asked({"type": "plain_text_input"}, label=plain(n)),
        "/blocks/0/label/text",
    ),
    (
        "input hint",
        lambda n: asked({"type": "plain_text_input"}, hint=plain(n)),
        "/blocks/0/hint/text",
    ),
    (
        "confirm title",
        lambda n: actions(button(confirm=question(title=plain(n)))),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        "confirm text",
        lambda n: actions(button(confirm=question(text=plain(n)))),
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "confirm button",
        lambda n: actions(button(confirm=question(deny=plain(n)))),
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    (
        "carousel elements",
        lambda n: [{"type": "carousel", "elements": [{"type": "card", "title": plain(1)}] * n}],
        "/blocks/0/elements",
    ),
    ("card title", lambda n: [{"type": "card", "title": plain(n)}], "/blocks/0/title/text"),
    ("card body", lambda n: [{"type": "card", "body": marked(n)}], "/blocks/0/body/text"),
    (
        "container blocks",
        lambda n: [
            {"type": "container", "title": plain(1), "child_blocks": [{"type": "divider"}] * n}
        ],
        "/blocks/0/child_blocks",
    ),
]
VIEWS = [
    ("blocks of a view", lambda n: modal(blocks=[{"type": "divider"}] * n), "/view/blocks"),
    ("view title", lambda n: modal(title=plain(n)), "/view/title/text"),
    ("view submit", lambda n: modal(submit=plain(n)), "/view/submit/text"),
    ("view close", lambda n: modal(close=plain(n)), "/view/close/text"),
    ("private_metadata", lambda n: modal(private_metadata="x" * n), "/view/private_metadata"),
    ("callback_id", lambda n: modal(callback_id="x" * n), "/view/callback_id"),
    ("external_id", lambda n: modal(external_id="x" * n), "/view/external_id"),
]


def question(**more: Any) -> Json:
    words = {name: plain(2) for name in ("title", "text", "confirm", "deny")}
    return words | more


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain(4), "blocks": [{"type": "divider"}]} | more


def places(check: Any, value: object) -> list[str]:
    """Give the places of the faults."""
    try:
        check(value)
    except SlackError as fault:
        messages = fault.fields["response_metadata"]["messages"]
        return [message.rpartition("json-pointer:")[2].rstrip("]") for message in messages]
    return []


@pytest.mark.parametrize(("name", "make", "place"), NUMBERS, ids=[row[0] for row in NUMBERS])
def test_a_message_keeps_to_every_number(name: str, make: Any, place: str) -> None:
    assert places(check_message_blocks, make(LIMITS[name])) == []
    assert places(check_message_blocks, make(LIMITS[name] + 1)) == [place]


@pytest.mark.parametrize(("name", "make", "place"), VIEWS, ids=[row[0] for row in VIEWS])
def test_a_view_keeps_to_every_number(name: str, make: Any, place: str) -> None:
    assert places(check_view, make(LIMITS[name])) == []
    assert places(check_view, make(LIMITS[name] + 1)) == [place]


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([{"type": "shout"}], "unsupported type: shout"),
        ([{}], "missing required field: type"),
        (["text"], "must provide an object"),
        ("text", "must be an array"),
        ([{"type": "header"}], "missing required field: text"),
        ([{"type": "section"}], "missing required field: text or fields"),
        ([{"type": "divider", "colour": "red"}], "invalid additional property: colour"),
        ([{"type": "header", "text": marked(1)}], "unsupported type: mrkdwn"),
        (section(text=plain(0)), "must be more than 0 characters"),
        (actions(), "no less than 1 items allowed"),
        (actions(button(style="loud")), "must be a valid enum value"),
        (actions(button(url="no address")), "must be a valid url"),
        (actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
        (actions({"type": "datepicker", "initial_date": "soon"}), "must be a date"),
        (actions(select(option_groups=[])), "must define either options or option_groups"),
        (actions(button(action_id="a"), button(action_id="a")), "action_id a already exists"),
        ([{"type": "divider", "block_id": "b"}] * 2, "block_id b already exists"),
        ([{"type": "image", "alt_text": "x"}], "must define either image_url or slack_file"),
        (
            [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2,
            "only one table is allowed",
        ),
    ],
)
def test_a_wrong_shape_is_refused_in_words(blocks: object, words: str) -> None:
    with pytest.raises(SlackError, match="invalid_blocks") as caught:
        check_message_blocks(blocks)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (None, "must provide an object"),
        ({"type": "home", "blocks": []}, "must be a valid enum value: modal"),
        (modal(title=None), "missing required field: title"),
        (modal(blocks=[]), "no less than 1 items"),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "unsupported type: markdown"),
        (modal(blocks=asked({"type": "plain_text_input"})), "missing required field: submit"),
    ],
)
def test_a_wrong_view_is_refused_in_words(view: object, words: str) -> None:
    with pytest.raises(SlackError, match="invalid_arguments") as caught:
        check_view(view)
    assert words in str(caught.value)


def test_markdown_blocks_count_together() -> None:
    half = {"type": "markdown", "text": "x" * 6001}
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message_blocks([half, half])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "blocks", "accessory", "options"])
            | st.text(max_size=3),
            inner
            | st.sampled_from(["section", "actions", "modal", "plain_text", "mrkdwn", "button"]),
            max_size=4,
        )
    ),
    max_leaves=15,
)

OUTCOMES = {"taken", "invalid_blocks", "invalid_arguments", "msg_blocks_too_long"}


@given(_JSON)
def test_whatever_is_sent_it_is_taken_or_refused_and_never_breaks(value: object) -> None:
    assert {outcome(check, value) for check in (check_message_blocks, check_view)} <= OUTCOMES


def outcome(check: Any, value: object) -> str:
    try:
        check(value)
    except SlackError as fault:
        return fault.code
    return "taken"
