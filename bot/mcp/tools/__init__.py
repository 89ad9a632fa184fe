"""The tools, by what they do; `tools_of` lists those that the settings allow."""

from __future__ import annotations

from typing import Any

from bot.api.mcp_settings import WriteTool
from bot.mcp.tool import Tool
from bot.mcp.tools.asking import ASK
from bot.mcp.tools.own import LIST_TRAINING, MY_OPEN_POINTS
from bot.mcp.tools.reading import GET_GUIDE, SEARCH_GUIDES
from bot.mcp.tools.writing import WRITE_TOOLS
from bot.settings import OptionalFeature, Settings


def tools_of(settings: Settings) -> tuple[Tool[Any], ...]:
    """The tools that the settings allow; admins switch those on that log something."""
    found: list[Tool[Any]] = [SEARCH_GUIDES, ASK, GET_GUIDE]
    if OptionalFeature.TRAINING not in settings.features_off:
        found.append(LIST_TRAINING)
    written = [each for each in WRITE_TOOLS if WriteTool(each.name) in settings.mcp_writes]
    return (*found, MY_OPEN_POINTS, *written)
