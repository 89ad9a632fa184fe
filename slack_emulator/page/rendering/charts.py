"""Works out the shapes of a `data_visualization` block: lines, bars, areas and pies as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_TICKS = 4
_STEPS = (1, 2, 2.5, 5, 10)
# Units a character takes: most of them, and the wide ones of a wide font.
_CHARACTER, _WIDE_CHARACTER = 7.0, 7.8
_LINE_HEIGHT = 15
_TILT = math.radians(30)
_LONGEST_TICK = 15
# Beyond these a value is drawn at the edge: the arithmetic of a drawing has to stay finite.
_SMALLEST_SPAN, _LARGEST_VALUE = 1e-100, 1e100


@dataclass(frozen=True)
class Size:
    """The size of a drawing, in its own units."""

    width: int
    height: int


SIZES = (Size(640, 260), Size(460, 240), Size(320, 220))


@dataclass(frozen=True)
class Word:
    """A word at a place; `tilted` words end there and climb to it."""

    x: float
    y: float
    text: str
    tilted: bool = False


@dataclass(frozen=True)
class Shape:
    """A path or a point of a series, with what it says when pointed at.

    Attributes:
        number: The series or segment, from 1; decides the colour.
        kind: `line`, `area`, `bar`, `slice` or `point`.
        d: The path.
        x: The place of a point.
        y: The place of a point.
    """

    number: int
    kind: str
    d: str = ""
    title: str = ""
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Drawing:
    """One drawing of a chart at one size."""

    size: Size
    shapes: Sequence[Shape]
    grid: Sequence[tuple[float, Word]] = ()
    words: Sequence[Word] = ()
    left: float = 0.0
    right: float = 0.0


@dataclass(frozen=True)
class Chart:
    """A chart as the page shows it.

    Attributes:
        kind: `line`, `bar`, `area` or `pie`.
        legend: The names of the series or segments, in order, each with a note such as its share.
        header: The header of the table that says the same.
        rows: Its rows.
        drawings: The same chart in every size, the widest first.
        x_label: The title of the x axis.
        y_label: The title of the y axis.
    """

    kind: str
    legend: Sequence[tuple[str, str]]
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    drawings: Sequence[Drawing] = field(default=())
    x_label: str = ""
    y_label: str = ""


def chart_of(chart: Mapping[str, Any]) -> Chart:
    """Return the shapes and words of a `chart` object that passed the checks of Block Kit."""
    return _pie_chart(chart) if chart.get("type") == "pie" else _plot_chart(chart)


def words_of(value: float) -> str:
    """Return a number with separators between thousands and at most two decimals."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _pie_chart(chart: Mapping[str, Any]) -> Chart:
    segments = [(str(each["label"]), each["value"]) for each in chart["segments"]]
    total = sum(_drawable(value) for _, value in segments)
    shares = [f"{_drawable(value) / total:.0%}" for _, value in segments]
    rows = [
        (label, words_of(value), share)
        for (label, value), share in zip(segments, shares, strict=True)
    ]
    drawings = [Drawing(size, list(_slices(rows, segments, size))) for size in SIZES]
    legend = [(label, f"{words} · {share}") for label, words, share in rows]
    return Chart("pie", legend, ("Segment", "Value", "Share"), rows, drawings)


def _slices(
    rows: Sequence[Sequence[str]], segments: Sequence[tuple[str, float]], size: Size
) -> Iterator[Shape]:
    total = sum(_drawable(value) for _, value in segments)
    x, y, radius = size.width / 2, size.height / 2, size.height / 2 - 8
    turn = -math.pi / 2
    for number, (row, (_, value)) in enumerate(zip(rows, segments, strict=True), 1):
        end = turn + 2 * math.pi * _drawable(value) / total
        yield Shape(number, "slice", _slice(x, y, radius, turn, end), ": ".join(row[:2]))
        turn = end


def _slice(x: float, y: float, radius: float, start: float, end: float) -> str:
    if end - start > 2 * math.pi - 1e-6:
        half, top = f"A{radius:.1f} {radius:.1f} 0 1 1", f"{x:.1f} {y - radius:.1f}"
        return f"M{top}{half} {x:.1f} {y + radius:.1f}{half} {top}Z"
    ends = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in (start, end)]
    large = int(end - start > math.pi)
    arc = f"A{radius:.1f} {radius:.1f} 0 {large} 1 {ends[1][0]:.1f} {ends[1][1]:.1f}"
    return f"M{x:.1f} {y:.1f}L{ends[0][0]:.1f} {ends[0][1]:.1f}{arc}Z"


def _plot_chart(chart: Mapping[str, Any]) -> Chart:
    kind, axis = str(chart["type"]), chart["axis_config"]
    categories = [str(each) for each in axis["categories"]]
    series = [(str(each["name"]), _in_order(each["data"], categories)) for each in chart["series"]]
    rows = [
        (category, *(words_of(values[at]) for _, values in series))
        for at, category in enumerate(categories)
    ]
    drawings = [_Plot(kind, categories, series, size).drawing() for size in SIZES]
    header = (str(axis.get("x_label") or "Category"), *(name for name, _ in series))
    legend = [(name, "") for name, _ in series]
    x_label, y_label = str(axis.get("x_label") or ""), str(axis.get("y_label") or "")
    return Chart(kind, legend, header, rows, drawings, x_label, y_label)


def _in_order(data: Sequence[Mapping[str, Any]], categories: Sequence[str]) -> list[float]:
    by_label = {str(point["label"]): point["value"] for point in data}
    return [by_label[category] for category in categories]


def _drawable(value: float) -> float:
    return float(max(-_LARGEST_VALUE, min(_LARGEST_VALUE, value)))


class _Plot:
    """One drawing of series over categories."""

    def __init__(
        self,
        kind: str,
        categories: Sequence[str],
        series: Sequence[tuple[str, list[float]]],
        size: Size,
    ) -> None:
        self._kind, self._categories, self._series, self._size = kind, categories, series, size
        values = [_drawable(value) for _, found in series for value in found]
        self._ticks = ticks(min(0.0, *values), max(0.0, *values))
        longest = max(len(short_words_of(tick)) for tick in self._ticks)
        self._left, self._right = longest * _CHARACTER + 12, size.width - 10.0
        self._tilted = kind == "bar" and self._widest > self._slot - 4
        if self._tilted:
            self._left = max(self._left, self._overhang())
        self._top, self._bottom = 10.0, size.height - self._label_height

    @property
    def _slot(self) -> float:
        return (self._right - self._left) / len(self._categories)

    def _overhang(self) -> float:
        """How far the tilted labels reach to the left of where the first slot would begin."""
        reach = [min(len(label), _LONGEST_TICK) * _WIDE_CHARACTER for label in self._categories]
        across = [width * math.cos(_TILT) - self._slot * at for at, width in enumerate(reach)]
        return max(across) - self._slot / 2 + 4

    @property
    def _widest(self) -> float:
        return max(map(len, self._categories)) * _CHARACTER

    @property
    def _label_height(self) -> float:
        if not self._tilted:
            return 24.0
        return min(self._widest, _LONGEST_TICK * _CHARACTER) * math.sin(_TILT) + 24

    def drawing(self) -> Drawing:
        grid = [
            (self._y(tick), Word(self._left - 8, self._y(tick) + 4, short_words_of(tick)))
            for tick in self._ticks
        ]
        words = list(self._labels())
        return Drawing(self._size, list(self._shapes()), grid, words, self._left, self._right)

    def _y(self, value: float) -> float:
        low, high = self._ticks[0], self._ticks[-1]
        return self._bottom - (_drawable(value) - low) / (high - low) * (self._bottom - self._top)

    def _x(self, at: int) -> float:
        return self._left + self._slot * (at + 0.5)

    def _labels(self) -> Iterator[Word]:
        step = 1 if self._tilted else max(1, math.ceil((self._widest + 8) / self._slot))
        last = len(self._categories) - 1
        for at, category in enumerate(self._categories):
            # Counted from the end, so that the newest category always has its label.
            if (last - at) % step == 0:
                text = _cut(category, _LONGEST_TICK) if self._tilted else category
                y = self._bottom + (14 if self._tilted else 18)
                x = self._x(at) if self._tilted else self._within(self._x(at), category)
                yield Word(x, y, text, self._tilted)

    def _within(self, x: float, label: str) -> float:
        half = len(label) * _CHARACTER / 2
        return min(max(x, half), self._size.width - half)

    def _shapes(self) -> Iterator[Shape]:
        for number, (name, values) in enumerate(self._series, 1):
            if self._kind == "bar":
                yield from self._bars(number, name, values)
            else:
                yield from self._line(number, name, values)

    def _line(self, number: int, name: str, values: Sequence[float]) -> Iterator[Shape]:
        points = [(self._x(at), self._y(value)) for at, value in enumerate(values)]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        if self._kind == "area":
            base = self._y(0)
            ends = f"L{points[-1][0]:.1f} {base:.1f}L{points[0][0]:.1f} {base:.1f}Z"
            yield Shape(number, "area", path + ends)
        yield Shape(number, "line", path)
        for (x, y), category, value in zip(points, self._categories, values, strict=True):
            yield Shape(number, "point", title=f"{name}, {category}: {words_of(value)}", x=x, y=y)

    def _bars(self, number: int, name: str, values: Sequence[float]) -> Iterator[Shape]:
        width = min(self._slot * 0.72 / len(self._series), 44.0)
        first = -width * len(self._series) / 2
        for at, value in enumerate(values):
            left = self._x(at) + first + width * (number - 1)
            path = _bar(left + 0.75, self._y(0), width - 1.5, self._y(value))
            title = f"{name}, {self._categories[at]}: {words_of(value)}"
            yield Shape(number, "bar", path, title)


def _bar(left: float, base: float, width: float, end: float) -> str:
    return f"M{left:.1f} {base:.1f}V{end:.1f}H{left + width:.1f}V{base:.1f}Z"


def ticks(low: float, high: float) -> list[float]:
    """Return the round values of an axis that reaches from at most `low` to at least `high`."""
    if high - low < _SMALLEST_SPAN:
        high = low + 1
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * number for number in range(first, last + 1)]


def short_words_of(value: float) -> str:
    """Return a number for an axis: thousands as K, millions as M."""
    for size, sign in ((1e9, "B"), (1e6, "M"), (1e4, "K")):
        if abs(value) >= size:
            return f"{value / (1e3 if sign == 'K' else size):g}{sign}"
    return f"{value:,g}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
