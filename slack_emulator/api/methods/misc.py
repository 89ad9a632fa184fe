"""auth, apps, api, team, bots and bookmarks: the rest of the Web API."""

from __future__ import annotations

from collections.abc import Sequence

from slack_emulator.api.args import Args
from slack_emulator.api.method import Api, Method
from slack_emulator.errors import SlackError
from slack_emulator.models import Json


def _echo(api: Api, args: Args) -> Json:
    if args.text("error"):
        raise SlackError(args.text("error"), args=args.shown())
    return {"args": args.shown()}


def _who(api: Api, args: Args) -> Json:
    directory = api.state.directory
    return {
        "url": f"{api.address()}/",
        "team": directory.team["name"],
        "team_id": directory.team_id,
        "user": directory.user(api.bot)["name"],
        "user_id": api.bot,
        "bot_id": directory.app.bot_id,
        "is_enterprise_install": False,
    }


def _connect(api: Api, args: Args) -> Json:
    return {"url": api.new_link()}


def _team(api: Api, args: Args) -> Json:
    wanted, directory = args.text("team"), api.state.directory
    if wanted not in ("", directory.team_id):
        raise SlackError("team_not_found")
    return {"team": dict(directory.team)}


def _bot(api: Api, args: Args) -> Json:
    app = api.state.directory.app
    if args.text("bot") not in ("", app.bot_id):
        raise SlackError("bot_not_found")
    name = api.state.directory.user(api.bot)["real_name"]
    return {
        "bot": {
            "id": app.bot_id,
            "deleted": False,
            "name": name,
            "app_id": app.app_id,
            "user_id": api.bot,
        }
    }


def _add_bookmark(api: Api, args: Args) -> Json:
    channel = api.own_channel(args, "channel_id")
    if args.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not args.text("link").startswith(("https://", "http://")):
        raise SlackError("invalid_link")
    with api.state.core.lock:
        kept = api.state.bookmarks.setdefault(channel.id, {})
        now = int(api.state.core.clock())
        made: Json = {
            "id": api.state.core.new_id("Bk"),
            "channel_id": channel.id,
            "title": args.text("title"),
            "type": "link",
            "link": args.text("link"),
            "emoji": args.text("emoji"),
            "date_created": now,
            "date_updated": 0,
            "rank": chr(ord("a") + len(kept) % 26),
            "app_id": api.state.directory.app.app_id,
        }
        kept[made["id"]] = made
    return {"bookmark": dict(made)}


def _edit_bookmark(api: Api, args: Args) -> Json:
    with api.state.core.lock:
        made = _bookmark(api, args)
        for name in ("title", "link", "emoji"):
            if name in args:
                made[name] = args.text(name)
        made["date_updated"] = int(api.state.core.clock())
        return {"bookmark": dict(made)}


def _remove_bookmark(api: Api, args: Args) -> Json:
    with api.state.core.lock:
        made = _bookmark(api, args)
        del api.state.bookmarks[made["channel_id"]][made["id"]]
    return {}


def _bookmark(api: Api, args: Args) -> Json:
    channel = api.own_channel(args, "channel_id")
    found = api.state.bookmarks.get(channel.id, {}).get(args.text("bookmark_id"))
    if found is None:
        raise SlackError("not_found")
    return found


def _bookmarks(api: Api, args: Args) -> Json:
    channel = api.own_channel(args, "channel_id")
    return {"bookmarks": [dict(each) for each in api.state.bookmarks.get(channel.id, {}).values()]}


_WRITE = ("bookmarks:write",)
METHODS: Sequence[Method] = (
    Method("api.test", _echo, optional=("error", "foo"), tier=4),
    Method("auth.test", _who, tier="special"),
    Method("apps.connections.open", _connect, tier=1, token="app"),
    Method("team.info", _team, scopes=("team:read",), optional=("team", "domain")),
    Method("bots.info", _bot, scopes=("users:read",), optional=("bot", "team_id")),
    Method(
        "bookmarks.add",
        _add_bookmark,
        scopes=_WRITE,
        required=("channel_id", "title", "type"),
        optional=("emoji", "entity_id", "link", "parent_id"),
        tier=2,
    ),
    Method(
        "bookmarks.edit",
        _edit_bookmark,
        scopes=_WRITE,
        required=("bookmark_id", "channel_id"),
        optional=("emoji", "link", "title"),
        tier=2,
    ),
    Method(
        "bookmarks.remove",
        _remove_bookmark,
        scopes=_WRITE,
        required=("bookmark_id", "channel_id"),
        tier=2,
    ),
    Method("bookmarks.list", _bookmarks, scopes=("bookmarks:read",), required=("channel_id",)),
)
