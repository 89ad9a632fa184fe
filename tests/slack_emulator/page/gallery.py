"""One example of every Block Kit block and element, for the tests of the page."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """Give a plain_text object."""
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    """Give a mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str | None = None) -> Json:
    """Give an option object."""
    made: Json = {"text": plain(text), "value": value}
    return made | ({"description": plain(description)} if description else {})


TOPICS = [option("Prompting", "prompting"), option("Data privacy", "privacy", "What may go in")]
RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Rich "},
                {"type": "text", "text": "words", "style": {"bold": True, "italic": True}},
                {"type": "link", "url": "https://example.com", "text": "a link"},
                {"type": "emoji", "name": "tada"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "offset": 2,
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "third"}]}
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1\ny"}]},
    ],
}
FEEDBACK: Json = {
    "type": "feedback_buttons",
    "action_id": "thumbs",
    "positive_button": {"text": plain("Good answer"), "value": "good"},
    "negative_button": {"text": plain("Bad answer"), "value": "bad"},
}

ELEMENTS: dict[str, Json] = {
    "button": {"text": plain("Press me"), "style": "primary", "value": "v"},
    "static_select": {"placeholder": plain("Pick a topic"), "options": TOPICS},
    "multi_static_select": {"placeholder": plain("Pick topics"), "options": TOPICS},
    "external_select": {"placeholder": plain("Find a tool"), "min_query_length": 0},
    "multi_external_select": {"placeholder": plain("Find tools"), "min_query_length": 1},
    "users_select": {"placeholder": plain("Pick a person")},
    "multi_users_select": {"placeholder": plain("Pick people")},
    "channels_select": {"placeholder": plain("Pick a channel")},
    "multi_channels_select": {"placeholder": plain("Pick channels")},
    "conversations_select": {"placeholder": plain("Pick a place")},
    "multi_conversations_select": {"placeholder": plain("Pick places")},
    "overflow": {"options": [option("Edit", "edit"), option("Remove", "remove")]},
    "datepicker": {"initial_date": "2026-11-21"},
    "timepicker": {"initial_time": "09:30"},
    "datetimepicker": {"initial_date_time": 1795000000},
    "plain_text_input": {"placeholder": plain("Write here"), "min_length": 3, "max_length": 20},
    "email_text_input": {"placeholder": plain("you@example.com")},
    "url_text_input": {"placeholder": plain("https://example.com")},
    "number_input": {"is_decimal_allowed": False, "min_value": "1", "max_value": "9"},
    "checkboxes": {"options": TOPICS, "initial_options": TOPICS[:1]},
    "radio_buttons": {"options": TOPICS, "initial_option": TOPICS[1]},
    "file_input": {"filetypes": ["txt"], "max_files": 1},
    "rich_text_input": {"placeholder": plain("Rich words")},
}
ACTING = (
    "button",
    "static_select",
    "multi_static_select",
    "external_select",
    "users_select",
    "multi_users_select",
    "channels_select",
    "conversations_select",
    "overflow",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "checkboxes",
    "radio_buttons",
)
TYPING = tuple(kind for kind in ELEMENTS if kind not in ("button", "overflow"))


def element(kind: str) -> Json:
    """Give the example of an element with its type and action id."""
    return {"type": kind, "action_id": f"{kind}_action", **ELEMENTS[kind]}


def task(number: int, status: str) -> Json:
    """Give a task card."""
    return {
        "type": "task_card",
        "block_id": f"task_{number}",
        "task_id": str(number),
        "title": f"Step {number}",
        "status": status,
        "details": RICH,
        "sources": [{"type": "url", "url": "https://example.com", "text": "Guide"}],
    }


CARD: Json = {
    "type": "card",
    "block_id": "card",
    "title": mrkdwn("*Card*"),
    "subtitle": mrkdwn("Under it"),
    "body": mrkdwn("Words of the card"),
    "actions": [element("button") | {"action_id": "card_button"}],
}

WEEKS = [f"Week {number}" for number in range(36, 48)]
TEAMS = ["Sales", "Customer support", "Finance", "Operations", "Legal", "People", "Design"]


def series(name: str, categories: list[str], values: list[float]) -> Json:
    """Give a data series of a chart."""
    points = zip(categories, values, strict=True)
    return {"name": name, "data": [{"label": label, "value": value} for label, value in points]}


def chart(kind: str, title: str, categories: list[str], *found: Json, **axis: str) -> Json:
    """Give a chart of series over categories."""
    axis_config: Json = {"categories": categories, **axis}
    inside = {"type": kind, "series": list(found), "axis_config": axis_config}
    return {"type": "data_visualization", "title": title, "chart": inside}


def pie(title: str, **segments: float) -> Json:
    """Give a pie."""
    found = [{"label": label, "value": value} for label, value in segments.items()]
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {"type": "pie", "segments": found},
    }


def cell(value: str | int) -> Json:
    """Give a cell of words or of a number."""
    if isinstance(value, str):
        return {"type": "raw_text", "text": value}
    return {"type": "raw_number", "value": value, "text": f"{value:,}"}


def data_table(caption: str, *rows: tuple[str | int, ...], **more: Any) -> Json:
    """Give a data table; the first row is its header."""
    made = [[cell(value) for value in row] for row in rows]
    return {"type": "data_table", "caption": caption, "rows": made, **more}


ACTIVE = [41, 44, 43, 52, 55, 58, 57, 63, 66, 70, 69, 74.5]
LINE = chart(
    "line",
    "Weekly active people",
    WEEKS,
    series("Active", WEEKS, ACTIVE),
    series("Target", WEEKS, [70] * 12),
    x_label="Week",
    y_label="Percent of people with a seat",
)
BARS = chart(
    "bar",
    "Active people by team",
    TEAMS,
    series("Last week", TEAMS, [62, 48, 71, 20, 0, 55, 83]),
    series("This week", TEAMS, [66, 51, 70, 28, 5, 61, 80]),
)
AREA = chart(
    "area", "Questions a week", WEEKS, series("Questions", WEEKS, [n**2 for n in range(12)])
)
PIE = pie("How questions ended", Answered=212, Passed=31, Unanswered=17)
PEOPLE = data_table(
    "Teams this week",
    ("Team", "People", "Active"),
    *((team, 12 + 7 * number, 3 * number + 5) for number, team in enumerate(TEAMS)),
)
DATA_BLOCKS: dict[str, Json] = {
    "line": LINE,
    "bar": BARS,
    "area": AREA,
    "pie": PIE,
    "table": PEOPLE,
}

MESSAGE_BLOCKS: list[Json] = [
    {"type": "header", "block_id": "header", "text": plain("A header :wave:")},
    {
        "type": "section",
        "block_id": "section",
        "text": mrkdwn("*Bold* _soft_ ~gone~ `code` <https://example.com|link> &lt;ok&gt;"),
        "fields": [mrkdwn("*One*\n1"), plain("Two")],
        "accessory": element("button") | {"action_id": "accessory", "style": "danger"},
    },
    {"type": "divider"},
    {
        "type": "context",
        "block_id": "context",
        "elements": [mrkdwn("Source: <https://e.org|guide>")],
    },
    {"type": "actions", "block_id": "acting", "elements": [element(kind) for kind in ACTING]},
    {
        "type": "markdown",
        "block_id": "markdown",
        "text": "## Title\n\n**Bold** and [link](https://example.com)\n\n- one\n- two\n\n"
        "| Tool | Use |\n|---|--:|\n| A | 1 |\n\n```\ncode\n```\n\n> quote",
    },
    RICH | {"block_id": "rich"},
    {
        "type": "table",
        "block_id": "table",
        "rows": [
            [{"type": "raw_text", "text": "Tool"}, {"type": "raw_text", "text": "People"}],
            [
                {"type": "raw_text", "text": "Notes"},
                {"type": "raw_number", "value": 12, "text": "12"},
            ],
        ],
        "column_settings": [{"align": "left"}, {"align": "right"}],
    },
    {
        "type": "context_actions",
        "block_id": "feedback",
        "elements": [
            FEEDBACK,
            {
                "type": "icon_button",
                "action_id": "trash",
                "icon": "trash",
                "text": plain("Remove"),
            },
        ],
    },
    LINE | {"block_id": "line"},
    PIE | {"block_id": "pie"},
    PEOPLE | {"block_id": "people"},
    task(1, "complete"),
    {
        "type": "plan",
        "block_id": "plan",
        "title": "Plan",
        "tasks": [task(2, "in_progress"), task(3, "pending"), task(4, "error")],
    },
    {"type": "alert", "block_id": "alert", "level": "warning", "text": mrkdwn("*Mind* this")},
    CARD,
    {
        "type": "carousel",
        "block_id": "carousel",
        "elements": [CARD | {"block_id": f"card_{n}"} for n in range(4)],
    },
    {
        "type": "container",
        "block_id": "container",
        "title": plain("More"),
        "is_collapsible": True,
        "default_collapsed": False,
        "child_blocks": [{"type": "section", "text": mrkdwn("Inside the container")}],
    },
    {
        "type": "image",
        "block_id": "image",
        "image_url": "/static/icon.svg",
        "alt_text": "A star on violet",
        "title": plain("A picture"),
    },
    {"type": "file", "block_id": "file", "external_id": "F-remote", "source": "remote"},
    {
        "type": "video",
        "block_id": "video",
        "title": plain("A film"),
        "title_url": "https://example.com/film",
        "video_url": "https://example.com/embed",
        "thumbnail_url": "/static/icon.svg",
        "alt_text": "First frame",
    },
]
MODAL_BLOCKS: list[Json] = [
    {
        "type": "input",
        "block_id": f"input_{kind}",
        "label": plain(f"Field of {kind}"),
        "element": element(kind),
        "optional": kind not in ("plain_text_input", "static_select"),
        "hint": plain("A hint"),
    }
    for kind in TYPING
]
