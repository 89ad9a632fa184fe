"""users.* and usergroups.*: the people of the workspace."""

from __future__ import annotations

from collections.abc import Sequence

from slack_emulator.api.args import Args
from slack_emulator.api.method import Api, Method
from slack_emulator.api.methods.conversations import kinds_of, listed
from slack_emulator.api.paging import page_of
from slack_emulator.errors import SlackError
from slack_emulator.models import Json


def _info(api: Api, args: Args) -> Json:
    return {"user": _shown(api, api.state.directory.user(args.text("user")))}


def _list(api: Api, args: Args) -> Json:
    people = [api.state.directory.user(user) for user in list(api.state.directory.users)]
    page, cursor = page_of(people, args, default=1000)
    return {
        "members": [_shown(api, person) for person in page],
        "cache_ts": int(api.state.core.clock()),
        "response_metadata": {"next_cursor": cursor},
    }


def _by_email(api: Api, args: Args) -> Json:
    wanted = args.text("email").lower()
    for user in list(api.state.directory.users):
        person = api.state.directory.user(user)
        if str(person["profile"].get("email", "")).lower() == wanted:
            return {"user": _shown(api, person)}
    raise SlackError("users_not_found")


def _profile(api: Api, args: Args) -> Json:
    person = api.state.directory.user(args.text("user") or api.bot)
    return {"profile": _shown(api, person)["profile"]}


def _shown(api: Api, person: Json) -> Json:
    if "users:read.email" not in api.manifest.scopes:
        person["profile"].pop("email", None)
    return person


def _conversations(api: Api, args: Args) -> Json:
    user = args.text("user") or api.bot
    api.state.directory.user(user)
    kinds = kinds_of(api, args)
    found = [
        place
        for place in api.state.directory.of_member(api.bot)
        if place.kind in kinds and user in place.members
    ]
    return listed(api, args, found)


def _groups(api: Api, args: Args) -> Json:
    groups = [dict(group) for group in api.state.directory.groups.values()]
    for group in groups:
        people = group.pop("users", [])
        group["user_count"] = len(people)
        if args.flag("include_users"):
            group["users"] = list(people)
    return {"usergroups": groups}


def _group_users(api: Api, args: Args) -> Json:
    group = api.state.directory.groups.get(args.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.get("users") or ())}


METHODS: Sequence[Method] = (
    Method(
        "users.info",
        _info,
        scopes=("users:read",),
        required=("user",),
        optional=("include_locale",),
        tier=4,
    ),
    Method(
        "users.list",
        _list,
        scopes=("users:read",),
        optional=("cursor", "include_locale", "limit", "team_id"),
        tier=2,
    ),
    Method("users.lookupByEmail", _by_email, scopes=("users:read.email",), required=("email",)),
    Method(
        "users.profile.get",
        _profile,
        scopes=("users.profile:read",),
        optional=("include_labels", "user"),
        tier=4,
    ),
    Method(
        "users.conversations",
        _conversations,
        optional=("cursor", "exclude_archived", "limit", "team_id", "types", "user"),
    ),
    Method(
        "usergroups.list",
        _groups,
        scopes=("usergroups:read",),
        optional=("include_count", "include_disabled", "include_users", "team_id"),
        tier=2,
    ),
    Method(
        "usergroups.users.list",
        _group_users,
        scopes=("usergroups:read",),
        required=("usergroup",),
        optional=("include_disabled", "team_id"),
        tier=2,
    ),
)
