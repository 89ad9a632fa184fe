"""docs/settings.md, made from the settings class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from bot.settings import STARTER, Settings, variable

SETTINGS = Path(__file__).parents[2] / "docs" / "settings.md"
_HEAD = """# Settings

Set them in the environment, or in a file `.env` in the folder where you start Uptake. Every setting
has a default that works on a laptop. `uptake doctor` shows what is set and what is missing.

This page is made from the settings class: `python -m tests.documentation`.

| Setting | Default | What it is |
| --- | --- | --- |
"""


def settings_page() -> str:
    """The page."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return _HEAD + "\n".join(rows) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    return f"| `{variable(name)}` | {_default(field.default)} | {field.description} |"


def _default(value: Any) -> str:
    if value is None or value in ([], frozenset()):
        return ""
    if isinstance(value, frozenset):
        value = ",".join(sorted(map(str, value)))
    if value == [STARTER]:
        return "the starter library"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"`{value}`" if not isinstance(value, bool) else ("on" if value else "off")
