"""Charts and data tables: what just fits passes, one more is refused at its place."""

from __future__ import annotations

import math
from typing import Any

import pytest

from slack_emulator import SlackError, check_message_blocks, check_view
from slack_emulator.blockkit.limits import LIMITS
from tests.slack_emulator.page.gallery import (
    AREA,
    BARS,
    CARD,
    DATA_BLOCKS,
    LINE,
    PEOPLE,
    PIE,
    chart,
    data_table,
    mrkdwn,
    pie,
    plain,
    series,
)

Json = dict[str, Any]
PLOTS = pytest.mark.parametrize("kind", ["line", "bar", "area"])


def faults_of(*blocks: Json) -> list[tuple[str, str]]:
    """Return the faults of blocks as pairs of words and place."""
    try:
        check_message_blocks(list(blocks))
    except SlackError as fault:
        found = fault.fields["response_metadata"]["messages"]
        parts = [each.removeprefix("[ERROR] ").split(" [json-pointer:") for each in found]
        return [(words, place.rstrip("]")) for words, place in parts]
    return []


def places(*blocks: Json) -> list[str]:
    return [place for _, place in faults_of(*blocks)]


def names(count: int, length: int = 4) -> list[str]:
    return [f"{number:0{length}}" for number in range(count)]


@pytest.mark.parametrize("block", DATA_BLOCKS.values(), ids=DATA_BLOCKS.keys())
def test_every_example_is_accepted(block: Json) -> None:
    assert faults_of(block) == []


@PLOTS
@pytest.mark.parametrize(
    ("name", "make", "place"),
    [
        (
            "chart title",
            lambda kind, n: chart(kind, "x" * n, ["a"], series("s", ["a"], [1])),
            "/title",
        ),
        (
            "chart series",
            lambda kind, n: chart(kind, "t", ["a"], *(series(s, ["a"], [1]) for s in names(n))),
            "/chart/series",
        ),
        (
            "chart label",
            lambda kind, n: chart(kind, "t", ["a"], series("x" * n, ["a"], [1])),
            "/chart/series/0/name",
        ),
        (
            "chart axis label",
            lambda kind, n: chart(kind, "t", ["a"], series("s", ["a"], [1]), x_label="x" * n),
            "/chart/axis_config/x_label",
        ),
        (
            "chart axis label",
            lambda kind, n: chart(kind, "t", ["a"], series("s", ["a"], [1]), y_label="x" * n),
            "/chart/axis_config/y_label",
        ),
    ],
    ids=["title", "series", "name", "x_label", "y_label"],
)
def test_a_plot_keeps_to_every_number(kind: str, name: str, make: Any, place: str) -> None:
    assert faults_of(make(kind, LIMITS[name])) == []
    assert places(make(kind, LIMITS[name] + 1)) == [f"/blocks/0{place}"]


@PLOTS
def test_a_plot_has_twenty_categories_of_twenty_characters_at_most(kind: str) -> None:
    for count, length, fits in ((20, 20, True), (21, 20, False), (20, 21, False)):
        categories = names(count, length)
        values = [float(number) for number in range(count)]
        assert (faults_of(chart(kind, "t", categories, series("s", categories, values))) == []) is (
            fits
        )


@PLOTS
@pytest.mark.parametrize(
    "data",
    [
        [{"label": "a", "value": 1}],
        [{"label": "a", "value": 1}, {"label": "c", "value": 1}],
        [{"label": "a", "value": 1}, {"label": "b", "value": 1}, {"label": "b", "value": 2}],
        [{"label": "a", "value": 1}, {"label": "b"}],
        *(
            [{"label": "a", "value": 1}, {"label": "b", "value": value}]
            for value in (math.nan, math.inf, "2", None, True)
        ),
    ],
    ids=repr,
)
def test_every_series_has_one_finite_value_for_every_category(kind: str, data: list[Json]) -> None:
    block = chart(kind, "t", ["a", "b"], {"name": "s", "data": data})
    assert all(place.startswith("/blocks/0/chart/series/0/data") for place in places(block))
    assert places(block)


def test_names_of_series_and_categories_are_unique() -> None:
    twice = series("s", ["a"], [1])
    assert faults_of(chart("line", "t", ["a"], twice, twice)) == [
        ("must be unique: s", "/blocks/0/chart/series")
    ]
    assert "/blocks/0/chart/axis_config/categories" in places(chart("bar", "t", ["a", "a"], twice))


def test_a_whole_number_of_any_size_is_finite() -> None:
    assert faults_of(chart("line", "t", ["a"], series("s", ["a"], [10**400]))) == []


@pytest.mark.parametrize("value", [0, -1, math.nan])
def test_a_segment_of_a_pie_is_positive(value: float) -> None:
    assert places(pie("t", a=1, b=value)) == ["/blocks/0/chart/segments/1/value"]


def test_a_pie_has_twelve_segments_at_most_and_one_at_least() -> None:
    assert faults_of(pie("t", **dict.fromkeys(names(LIMITS["chart segments"]), 1))) == []
    more = dict.fromkeys(names(LIMITS["chart segments"] + 1), 1)
    assert places(pie("t", **more)) == ["/blocks/0/chart/segments"]
    assert places(pie("t")) == ["/blocks/0/chart/segments"]


def test_a_message_holds_two_charts() -> None:
    assert faults_of(LINE, PIE) == []
    assert faults_of(LINE, PIE, BARS) == [
        ("only two data_visualization blocks are allowed", "/blocks")
    ]


def test_a_chart_of_an_unknown_kind_is_refused() -> None:
    assert places(LINE | {"chart": {"type": "radar"}}) == ["/blocks/0/chart/type"]


HEADER = ("Team", "Active")


@pytest.mark.parametrize(
    ("block", "place"),
    [
        (data_table("", HEADER, ("Sales", 1)), "/caption"),
        (data_table("t", HEADER), "/rows"),
        (data_table("t", HEADER, *[("Sales", 1)] * 101), "/rows"),
        (data_table("t", HEADER, ("Sales",)), "/rows/1"),
        (data_table("t", ("x",) * 21, ("x",) * 21), "/rows/"),
        (data_table("t", HEADER, ("Sales", 1), page_size=0), "/page_size"),
        (data_table("t", HEADER, ("Sales", 1), page_size=101), "/page_size"),
        (data_table("t", HEADER, ("Sales", 1), row_header_column_index=2), "/row_header"),
        (data_table("t", HEADER, *[("x" * 1300, 1)] * 8), "/rows"),
    ],
)
def test_a_table_that_is_none_is_refused_at_its_place(block: Json, place: str) -> None:
    assert [each for each in places(block) if not each.startswith(f"/blocks/0{place}")] == []
    assert places(block)


def test_a_header_cell_is_no_rich_text_and_a_number_has_value_and_text() -> None:
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}
    table = data_table("t", HEADER, ("Sales", 1))
    table["rows"][1][0] = rich
    assert faults_of(table) == []
    table["rows"][0][0] = rich
    assert places(table) == ["/blocks/0/rows/0/0/type"]
    table = data_table("t", HEADER, ("Sales", 1))
    table["rows"][1][1] = {"type": "raw_number", "text": "1"}
    assert places(table) == ["/blocks/0/rows/1/1"]


ALERT = {"type": "alert", "text": mrkdwn("Mind this")}
CAROUSEL = {"type": "carousel", "elements": [CARD]}
CONTAINER = {
    "type": "container",
    "title": plain("More"),
    "child_blocks": [{"type": "section", "text": mrkdwn("Inside")}],
}


@pytest.mark.parametrize(
    ("block", "surfaces"),
    [
        (ALERT, {"modal"}),
        (CONTAINER, {"message"}),
        (CAROUSEL, {"message", "home"}),
        (CARD, {"message", "modal", "home"}),
        (AREA, {"message"}),
        (PEOPLE, {"message"}),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_every_block_stands_only_where_slack_shows_it(block: Json, surfaces: set[str]) -> None:
    view = {"title": plain("A view"), "blocks": [block]}
    checks = {
        "message": lambda: check_message_blocks([block]),
        "modal": lambda: check_view(view | {"type": "modal"}, "modal"),
        "home": lambda: check_view({"type": "home", "blocks": [block]}, "home"),
    }
    assert {name for name, check in checks.items() if _passes(check)} == surfaces


def _passes(check: Any) -> bool:
    try:
        check()
    except SlackError:
        return False
    return True


def test_a_chart_does_not_stand_in_a_container() -> None:
    assert places(CONTAINER | {"child_blocks": [LINE]}) == ["/blocks/0/child_blocks/0/type"]


def test_ids_are_unique_within_a_card_and_among_all_blocks() -> None:
    cards = [CARD | {"block_id": name} for name in ("one", "two")]
    assert faults_of({"type": "carousel", "elements": cards}) == []
    twice = CARD | {"actions": [*CARD["actions"], *CARD["actions"]]}
    assert places({"type": "carousel", "elements": [twice]}) == ["/blocks/0/elements/0"]
    assert places({"type": "carousel", "elements": [CARD, CARD]}) == [
        "/blocks/0/elements/1/block_id"
    ]
