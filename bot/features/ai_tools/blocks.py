"""The dialog of what AI tools may log, and its line in Home."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.access.allowed_logs import Allowed
from adoption.reports.rich_text import day_in_words, joined
from bot.api.mcp_settings import WriteTool
from bot.slack.blocks import button, checkboxes_input, context, modal, section
from bot.slack.identity import mention
from bot.texts import texts

DIALOG, OPEN, LOGS = "ai_tools", "ai_tools_open", "logs"


def logs_dialog(url: str, may_allow: Collection[WriteTool], on: Mapping[str, Allowed]) -> View:
    """What AI tools may log, to tick.

    Args:
        may_allow: what the settings let admins allow.
        on: what is switched on.
    """
    say = texts("ai_tools")
    choices = {each.value: say[each] for each in WriteTool if each in may_allow}
    blocks: list[Block] = [section(say["lead"].format(url=url))]
    if not choices:
        blocks.append(section(say["nothing_allowed"]))
        return modal(DIALOG, say["title"], blocks, close=say["close"])
    blocks.append(checkboxes_input(LOGS, say["boxes"], choices, ticked=set(on)))
    since = [_since(WriteTool(name), on[name]) for name in choices if name in on]
    blocks += [context("\n".join(since))] if since else []
    return modal(DIALOG, say["title"], blocks, submit=say["save"])


def home_line(url: str, logs: Collection[WriteTool]) -> list[Block]:
    """Where AI tools ask, and what they may log."""
    say = texts("ai_tools")
    names = [say[f"short_{each}"] for each in WriteTool if each in logs]
    text = say["home"].format(url=url, logs=joined(names) if names else say["home_nothing"])
    return [section(text, button(say["open"], OPEN))]


def _since(log: WriteTool, allowed: Allowed) -> str:
    say, day = texts("ai_tools"), day_in_words(allowed.at.date())
    name = say[f"short_{log}"].capitalize()
    if not allowed.by:
        return say["switched_on_by_nobody"].format(log=name, day=day)
    return say["switched_on"].format(log=name, admin=mention(allowed.by), day=day)
