"""The shapes of charts: every value where it belongs, in every size."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slack_emulator.page.rendering.charts import (
    Chart,
    Drawing,
    chart_of,
    short_words_of,
    ticks,
    words_of,
)
from tests.slack_emulator.page.gallery import AREA, BARS, LINE, PIE, chart, pie, series

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)
ANY_NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers()


@given(NUMBERS, NUMBERS)
def test_an_axis_reaches_over_all_values_in_few_even_steps(first: float, second: float) -> None:
    low, high = sorted((first, second))
    found = ticks(low, high)
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert found[0] <= low + slack
    assert found[-1] >= high - slack
    assert 2 <= len(found) <= 7
    steps = [after - before for before, after in pairwise(found)]
    assert max(steps) == pytest.approx(min(steps))


def drawings(block: dict[str, object]) -> list[Drawing]:
    return list(_chart(block).drawings)


def _chart(block: dict[str, object]) -> Chart:
    inside = block["chart"]
    assert isinstance(inside, dict)
    return chart_of(inside)


@pytest.mark.parametrize("block", [LINE, BARS, AREA, PIE], ids=["line", "bar", "area", "pie"])
def test_everything_is_drawn_inside_its_drawing(block: dict[str, object]) -> None:
    for each in drawings(block):
        numbers = [
            (float(x), float(y))
            for shape in each.shapes
            for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", shape.d)
        ]
        numbers += [(word.x, word.y) for word in each.words]
        assert all(0 <= x <= each.size.width and 0 <= y <= each.size.height for x, y in numbers)


def test_a_higher_value_stands_higher_and_zero_on_the_line() -> None:
    block = chart("line", "t", ["a", "b", "c"], series("s", ["a", "b", "c"], [0, 5, -5]))
    for each in drawings(block):
        zero, up, down = (shape.y for shape in each.shapes if shape.kind == "point")
        assert up < zero < down
        assert zero in [y for y, word in each.grid if word.text == "0"]


def test_points_follow_the_categories_in_whatever_order_the_data_comes() -> None:
    found = series("s", ["b", "a"], [2, 1])
    assert _chart(chart("line", "t", ["a", "b"], found)).rows == [("a", "1"), ("b", "2")]


def test_the_newest_category_always_has_its_label() -> None:
    for each in drawings(LINE):
        assert each.words[-1].text == "Week 47"


def test_slices_share_the_circle_and_one_alone_fills_it() -> None:
    assert [note for _, note in _chart(pie("t", a=3, b=1)).legend] == ["3 · 75%", "1 · 25%"]
    alone = drawings(pie("t", a=3))[0].shapes[0]
    assert alone.d.count("A") == 2


def test_numbers_are_written_for_people() -> None:
    assert [words_of(number) for number in (1234567, 0.5, 74.0, 1e-9)] == [
        "1,234,567",
        "0.5",
        "74",
        "0",
    ]
    assert [short_words_of(number) for number in (0, 2500, 25_000, 1.5e6, 2e9)] == [
        "0",
        "2,500",
        "25K",
        "1.5M",
        "2B",
    ]


@example([10**400, -(10**400)], "bar")
@given(st.lists(ANY_NUMBERS, min_size=1, max_size=20), st.sampled_from(["line", "bar", "area"]))
def test_any_values_make_finite_shapes(values: list[float], kind: str) -> None:
    labels = [f"Category {number}" for number in range(len(values))]
    for each in drawings(chart(kind, "t", labels, series("s", labels, values))):
        assert all(math.isfinite(shape.x + shape.y) for shape in each.shapes)
        assert not any("nan" in shape.d or "inf" in shape.d for shape in each.shapes)


@example([10**400, 0.5])
@given(st.lists(st.floats(0, exclude_min=True, allow_infinity=False), min_size=1, max_size=12))
def test_any_segments_make_finite_slices(values: list[float]) -> None:
    segments = {f"Segment {number}": value for number, value in enumerate(values)}
    for each in drawings(pie("t", **segments)):
        assert len(each.shapes) == len(values)
        assert not any("nan" in shape.d or "inf" in shape.d for shape in each.shapes)
