"""blocks.validate: says what Slack would say of blocks, a message or a view."""

from __future__ import annotations

import re

from slack_emulator.api.args import Args, wrong
from slack_emulator.api.method import Api, Method
from slack_emulator.blockkit import check_message_blocks, check_view
from slack_emulator.errors import SlackError
from slack_emulator.models import Json

_PAYLOADS = ("blocks", "message", "view")
_FAULT = re.compile(r"\[ERROR\] (?P<words>.*) \[json-pointer:(?P<pointer>.*)\]", re.DOTALL)


def _validate(api: Api, args: Args) -> Json:
    given = [name for name in _PAYLOADS if name in args]
    if len(given) != 1:
        raise wrong(f"provide exactly one of: {', '.join(_PAYLOADS)}")
    try:
        _check(given[0], args)
    except SlackError as fault:
        errors = _errors(given[0], fault)
        raise SlackError(f"invalid_{given[0]}", errors=errors) from fault
    return {}


def _check(kind: str, args: Args) -> None:
    if kind == "view":
        check_view(args.thing("view"), "modal", "home")
    elif kind == "message":
        check_message_blocks((args.thing("message") or {}).get("blocks") or [])
    else:
        check_message_blocks(args.things("blocks"))


def _errors(kind: str, fault: SlackError) -> list[Json]:
    messages = fault.fields.get("response_metadata", {}).get("messages", ())
    found = [match for each in messages if (match := _FAULT.fullmatch(each))]
    prefix = "" if kind == "message" else f"/{kind}"
    return [
        {
            "code": "failed_constraint",
            "message": match["words"],
            "pointer": match["pointer"].removeprefix(prefix),
        }
        for match in found
    ] or [{"code": fault.code, "message": fault.code, "pointer": ""}]


METHODS = (Method("blocks.validate", _validate, optional=_PAYLOADS, tier="special"),)
