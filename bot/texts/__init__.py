"""The words of dialogs and messages, as data: one file a surface."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def words(surface: str) -> Mapping[str, str]:
    """The words of a surface by name, as `<surface>.toml` has them."""
    with (FOLDER / f"{surface}.toml").open("rb") as file:
        found = tomllib.load(file)
    return {name: str(value).strip() for name, value in found.items()}
