"""Every sentence that people read, from the `texts.toml` of its feature."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_BOT = Path(__file__).parent


@cache
def texts(feature: str) -> Mapping[str, str]:
    """The sentences of a feature by name; `delivery` and `submissions` have theirs too."""
    inside = _BOT / "features" / feature / "texts.toml"
    with (inside if inside.exists() else _BOT / feature / "texts.toml").open("rb") as file:
        found = tomllib.load(file)
    return {name: str(value).strip() for name, value in found.items()}
