"""Reads what a call wants to write: words, blocks, attachments, metadata."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from slack_emulator.api.args import Args
from slack_emulator.api.method import Api
from slack_emulator.blockkit import check_message_blocks
from slack_emulator.blockkit.limits import LIMITS
from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.state.directory import Channel
from slack_emulator.state.messages import TextFormat

MOST_TEXT = 40_000
_MOST_ATTACHMENTS = 100
CONTENT = ("text", "blocks", "attachments", "markdown_text")
LOOKS = ("username", "icon_emoji", "icon_url")
MANNERS = ("as_user", "link_names", "mrkdwn", "parse", "unfurl_links", "unfurl_media")


@dataclass(frozen=True)
class Content:
    """What is to be written."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    text_format: TextFormat = "mrkdwn"
    extra: Json = field(default_factory=dict)


def content_of(api: Api, args: Args, *, needed: bool = True) -> Content:
    """Read and check the content of a message.

    Raises:
        SlackError: `no_text`, `msg_too_long`, `markdown_text_conflict`, `invalid_blocks`,
            `too_many_attachments`, `missing_scope` and others of chat.postMessage.
    """
    text, markdown = args.text("text"), args.text("markdown_text")
    blocks = check_message_blocks(args.things("blocks"))
    attachments = _attachments(args)
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if len(text) > MOST_TEXT or len(markdown) > LIMITS["markdown text"]:
        raise SlackError("msg_too_long")
    if needed and not (text.strip() or markdown.strip() or blocks or attachments):
        raise SlackError("no_text")
    if markdown:
        blocks = [{"type": "markdown", "text": markdown}]
    extra = _metadata(args) | _looks(api, args)
    plain: TextFormat = "mrkdwn" if args.flag("mrkdwn", True) else "plain"
    return Content(text or markdown, blocks, attachments, "markdown" if markdown else plain, extra)


def _attachments(args: Args) -> list[Json]:
    found = args.things("attachments")
    if len(found) > _MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for number, each in enumerate(found, 1):
        if not isinstance(each, dict):
            raise SlackError("invalid_attachments")
        check_message_blocks(each.get("blocks") or [])
        each.setdefault("id", number)
    return found


def _metadata(args: Args) -> dict[str, Any]:
    found = args.thing("metadata")
    if found is None:
        return {}
    good = isinstance(found.get("event_type"), str) and isinstance(found.get("event_payload"), dict)
    if not good:
        raise SlackError("invalid_metadata_schema")
    return {"metadata": found}


def _looks(api: Api, args: Args) -> dict[str, Any]:
    if any(args.text(name) for name in LOOKS):
        api.need_scope("chat:write.customize")
    icons = {name: args.text(name) for name in ("icon_emoji", "icon_url") if args.text(name)}
    made: dict[str, Any] = {"username": args.text("username")} if args.text("username") else {}
    return made | ({"icons": icons} if icons else {})


def writable(api: Api, args: Args) -> Channel:
    """Return the conversation a message goes to: by id, by name, or a person's own.

    Raises:
        SlackError: `channel_not_found`, `not_in_channel` or `is_archived`.
    """
    wanted, directory = args.text("channel"), api.state.directory
    if wanted in directory.users:
        found = directory.direct(wanted, api.bot)
    else:
        named = directory.find(wanted)
        found = directory.visible(named.id if named else wanted, api.bot)
    if found.is_archived:
        raise SlackError("is_archived")
    public = found.kind == "public" and "chat:write.public" in api.manifest.scopes
    if api.bot not in found.members and not public:
        raise SlackError("not_in_channel")
    return found
