"""views.*: modals and the Home tab."""

from __future__ import annotations

from collections.abc import Sequence

from slack_emulator.api.args import Args, wrong
from slack_emulator.api.method import Api, Method
from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.platform.view_objects import prepared_view


def _open(api: Api, args: Args) -> Json:
    view = prepared_view(api.state, args.thing("view"))
    user = api.triggers.exchange(args.text("trigger_id"))
    return {"view": api.state.views.open(user, view)}


def _push(api: Api, args: Args) -> Json:
    view = prepared_view(api.state, args.thing("view"))
    user = api.triggers.exchange(args.text("trigger_id"))
    return {"view": api.state.views.push(user, view)}


def _update(api: Api, args: Args) -> Json:
    name, external = args.text("view_id"), args.text("external_id")
    if bool(name) == bool(external):
        raise wrong("must define either view_id or external_id")
    found = api.state.views.find(name, external)
    if found is None:
        raise SlackError("not_found")
    view = prepared_view(api.state, args.thing("view"), str(found[1]["type"]))
    return {"view": api.state.views.update(found[1], view, args.text("hash"))}


def _publish(api: Api, args: Args) -> Json:
    if not api.manifest.home_tab:
        raise SlackError("not_enabled")
    user = args.text("user_id")
    if user not in api.state.directory.users:
        raise SlackError("user_not_found")
    view = prepared_view(api.state, args.thing("view"), "home")
    return {"view": api.state.views.publish(user, view, args.text("hash"))}


METHODS: Sequence[Method] = (
    Method("views.open", _open, required=("trigger_id", "view"), tier=4),
    Method("views.push", _push, required=("trigger_id", "view"), tier=4),
    Method(
        "views.update",
        _update,
        required=("view",),
        optional=("view_id", "external_id", "hash"),
        tier=4,
    ),
    Method("views.publish", _publish, required=("user_id", "view"), optional=("hash",), tier=4),
)
