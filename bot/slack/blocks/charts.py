"""Builds Slack's charts and data tables, for which slack_sdk has no models yet.

Limits: docs.slack.dev/reference/block-kit/blocks/data-visualization-block and data-table-block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.mrkdwn import cut, one_line

_TITLE, _LABEL, _AXIS = 50, 20, 50
_MOST_CATEGORIES, _MOST_ROWS = 20, 100


def chart(
    kind: str, title: str, series: Mapping[str, Mapping[str, float]], y_label: str = ""
) -> dict[str, Any] | None:
    """A line, bar or area chart; None where no category has a value in every series.

    Args:
        kind: line, bar or area.
        series: at most six, each with its values by category.
    """
    categories = _shared_categories(series)
    if not categories:
        return None
    labels = _labels(categories)
    return {
        "type": "data_visualization",
        "title": _shown(title, _TITLE),
        "chart": {
            "type": kind,
            "series": [
                {
                    "name": _shown(name, _LABEL),
                    "data": [{"label": labels[each], "value": values[each]} for each in categories],
                }
                for name, values in series.items()
            ],
            "axis_config": {
                "categories": [labels[each] for each in categories],
                **({"y_label": _shown(y_label, _AXIS)} if y_label else {}),
            },
        },
    }


def data_table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[str | float]]
) -> dict[str, Any]:
    """A table that can be sorted, whose first column names the row; numbers are percentages."""
    return {
        "type": "data_table",
        "caption": _shown(caption, _TITLE),
        "row_header_column_index": 0,
        "rows": [[_cell(each) for each in row] for row in (columns, *rows[:_MOST_ROWS])],
    }


def _cell(value: str | float) -> dict[str, Any]:
    if isinstance(value, str):
        return {"type": "raw_text", "text": _shown(value, 150)}
    return {"type": "raw_number", "value": value, "text": f"{value:g} %"}


def _shared_categories(series: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The categories with a value in every series, in the order of the first one."""
    all_values = list(series.values())
    shared = [
        each for each in (all_values or [{}])[0] if all(each in values for values in all_values)
    ]
    return shared[:_MOST_CATEGORIES]


def _labels(categories: Sequence[str]) -> dict[str, str]:
    """Labels within Slack's limit, each once."""
    labels: dict[str, str] = {}
    for number, category in enumerate(categories, start=1):
        label = _shown(category, _LABEL)
        taken = label in labels.values()
        labels[category] = f"{_shown(category, _LABEL - 4)} {number}" if taken else label
    return labels


def _shown(text: str, most: int) -> str:
    return cut(one_line(text), most) or "–"
