"""conversations.*: channels, who is in them, and how one gets in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from slack_emulator.api.args import Args, wrong
from slack_emulator.api.method import Api, Method
from slack_emulator.api.paging import page_of
from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.state.directory import READ_SCOPES, Channel, ChannelKind

KINDS: dict[str, ChannelKind] = {
    "public_channel": "public",
    "private_channel": "private",
    "im": "im",
    "mpim": "mpim",
}
_NAME = re.compile(r"[\w-]{1,80}")
_WRITE_SCOPES: dict[ChannelKind, tuple[str, ...]] = {
    "public": ("channels:manage", "channels:write.invites"),
    "private": ("groups:write", "groups:write.invites"),
    "im": ("im:write",),
    "mpim": ("mpim:write",),
}


def kinds_of(api: Api, args: Args) -> set[ChannelKind]:
    """Return the kinds of conversations that `types` asks for, after a check of their scopes.

    Raises:
        SlackError: `invalid_types` or `missing_scope`.
    """
    names = args.listed("types") or ["public_channel"]
    if not set(names) <= set(KINDS):
        raise SlackError("invalid_types")
    for name in names:
        api.need_scope(READ_SCOPES[KINDS[name]])
    return {KINDS[name] for name in names}


def listed(api: Api, args: Args, channels: Sequence[Channel]) -> Json:
    """Return a page of conversations."""
    hidden = args.flag("exclude_archived")
    shown = [place for place in channels if not (hidden and place.is_archived)]
    page, cursor = page_of(shown, args)
    return {
        "channels": [place.to_json(api.bot) for place in page],
        "response_metadata": {"next_cursor": cursor},
    }


def _list(api: Api, args: Args) -> Json:
    kinds = kinds_of(api, args)
    found = [place for place in api.state.directory.of_member(api.bot) if place.kind in kinds]
    return listed(api, args, found)


def _info(api: Api, args: Args) -> Json:
    found = api.scoped_channel(args, READ_SCOPES).to_json(api.bot)
    if not args.flag("include_num_members"):
        found.pop("num_members", None)
    return {"channel": found}


def _members(api: Api, args: Args) -> Json:
    found = api.scoped_channel(args, READ_SCOPES)
    page, cursor = page_of(found.members, args)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def _open(api: Api, args: Args) -> Json:
    if "channel" in args:
        return {"channel": {"id": api.channel(args).id}}
    users = args.listed("users")
    if not users:
        raise wrong("missing required field: users or channel")
    api.need_scope("im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        if user not in api.state.directory.users:
            raise SlackError("user_not_found")
        if api.state.directory.users[user]["deleted"]:
            raise SlackError("user_disabled")
    found = api.state.directory.direct(*users, api.bot)
    whole = args.flag("return_im")
    return {"channel": found.to_json(api.bot) if whole else {"id": found.id}}


def _join(api: Api, args: Args) -> Json:
    found = api.channel(args)
    if found.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if found.is_archived:
        raise SlackError("is_archived")
    answer: Json = {}
    if not api.writing.join(found, api.bot):
        answer = {
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    return answer | {"channel": found.to_json(api.bot)}


def _leave(api: Api, args: Args) -> Json:
    found = api.channel(args)
    api.need_scope(*_WRITE_SCOPES[found.kind])
    if found.name == "general":
        raise SlackError("cant_leave_general")
    return {} if api.writing.leave(found, api.bot) else {"not_in_channel": True}


def _invite(api: Api, args: Args) -> Json:
    found = api.own_channel(args)
    api.need_scope(*_WRITE_SCOPES[found.kind])
    users = args.listed("users")
    for user in users:
        if user not in api.state.directory.users:
            raise SlackError("user_not_found")
        if user == api.bot:
            raise SlackError("cant_invite_self")
        if user in found.members:
            raise SlackError("already_in_channel")
    for user in users:
        api.writing.join(found, user, inviter=api.bot)
    return {"channel": found.to_json(api.bot)}


def _create(api: Api, args: Args) -> Json:
    private = args.flag("is_private")
    api.need_scope("groups:write" if private else "channels:manage")
    name = args.text("name")
    if not _NAME.fullmatch(name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    kind: ChannelKind = "private" if private else "public"
    return {"channel": api.state.directory.create(name, kind, [api.bot]).to_json(api.bot)}


_PAGED = ("cursor", "limit")
METHODS: Sequence[Method] = (
    Method(
        "conversations.list",
        _list,
        optional=(*_PAGED, "exclude_archived", "team_id", "types"),
        tier=2,
    ),
    Method(
        "conversations.info",
        _info,
        required=("channel",),
        optional=("include_locale", "include_num_members"),
    ),
    Method("conversations.members", _members, required=("channel",), optional=_PAGED, tier=4),
    Method(
        "conversations.open", _open, optional=("channel", "users", "return_im", "prevent_creation")
    ),
    Method("conversations.join", _join, scopes=("channels:join",), required=("channel",)),
    Method("conversations.leave", _leave, required=("channel",)),
    Method("conversations.invite", _invite, required=("channel", "users"), optional=("force",)),
    Method(
        "conversations.create",
        _create,
        required=("name",),
        optional=("is_private", "team_id"),
        tier=2,
    ),
)
