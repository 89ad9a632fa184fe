"""The shapes of charts and data tables (docs.slack.dev: data visualization, data table)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_emulator.blockkit.limits import LIMITS
from slack_emulator.blockkit.objects import RICH_TEXT
from slack_emulator.blockkit.rules import (
    Faults,
    Rule,
    anything,
    array,
    both,
    by_type,
    number,
    text,
    thing,
    whole,
)

_LABEL = text(LIMITS["chart label"])
_AXIS = thing(
    {"categories": array(_LABEL, LIMITS["chart categories"])},
    {"x_label": text(LIMITS["chart axis label"]), "y_label": text(LIMITS["chart axis label"])},
)
_POINT = thing({"label": _LABEL, "value": number()})
_SERIES = thing({"name": _LABEL, "data": array(_POINT, LIMITS["chart categories"])})
_SEGMENT = thing({"label": _LABEL, "value": number(positive=True)})
_PLOT = thing(
    {
        "type": anything,
        "series": array(_SERIES, LIMITS["chart series"]),
        "axis_config": _AXIS,
    }
)
_PIE = thing({"type": anything, "segments": array(_SEGMENT, LIMITS["chart segments"])})


def _check_plot(chart: Any, path: str, faults: Faults) -> None:
    before = len(faults.messages)
    _PLOT(chart, path, faults)
    if len(faults.messages) > before:
        return
    categories = chart["axis_config"]["categories"]
    _check_unique(categories, f"{path}/axis_config/categories", faults)
    _check_unique((each["name"] for each in chart["series"]), f"{path}/series", faults)
    for place, series in enumerate(chart["series"]):
        labels = [point["label"] for point in series["data"]]
        if Counter(labels) != Counter(categories):
            words = "must have exactly one data point for every category"
            faults.add(words, f"{path}/series/{place}/data")


def _check_unique(names: Iterable[str], path: str, faults: Faults) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            faults.add(f"must be unique: {name}", path)


CHART: Mapping[str, Rule] = {
    "title": text(LIMITS["chart title"]),
    "chart": by_type({"line": _check_plot, "bar": _check_plot, "area": _check_plot, "pie": _PIE}),
}

_RAW: Mapping[str, Rule] = {
    "raw_text": thing({"type": anything, "text": text(LIMITS["section text"])}),
    "raw_number": thing({"type": anything, "value": number(), "text": text(100)}),
}
CELL = by_type({**_RAW, "rich_text": RICH_TEXT})
_HEADER = array(by_type(_RAW), LIMITS["table columns"])
_ROW = array(CELL, LIMITS["table columns"])
_ROWS = array(_ROW, LIMITS["data table rows"], 2)


def _check_rows(rows: Any, path: str, faults: Faults) -> None:
    before = len(faults.messages)
    _ROWS(rows, path, faults)
    if len(faults.messages) > before:
        return
    _HEADER(rows[0], f"{path}/0", faults)
    for place, row in enumerate(rows):
        if len(row) != len(rows[0]):
            faults.add("must have as many cells as the header row", f"{path}/{place}")
    if sum(map(_length, (cell for row in rows for cell in row))) > LIMITS["data table text"]:
        faults.add(f"must be less than {LIMITS['data table text'] + 1} characters together", path)


def _length(cell: Mapping[str, Any]) -> int:
    parts: Sequence[Mapping[str, Any]] = cell.get("elements") or ()
    return len(str(cell.get("text") or "")) + sum(map(_length, parts))


DATA_TABLE: Mapping[str, Rule] = {"caption": text(LIMITS["section text"]), "rows": _check_rows}
DATA_TABLE_OPTIONS: Mapping[str, Rule] = {
    "page_size": whole(1, LIMITS["data table page"]),
    "row_header_column_index": whole(0, LIMITS["table columns"] - 1),
}


def _check_row_header(block: Any, path: str, faults: Faults) -> None:
    if faults.messages or not isinstance(block, Mapping):
        return
    if (block.get("row_header_column_index") or 0) >= len(block["rows"][0]):
        faults.add("must be the index of a column", f"{path}/row_header_column_index")


def data_table(shape: Rule) -> Rule:
    """Return the rule of a data table: its shape, and a row header that is one of its columns."""
    return both(shape, _check_row_header)
