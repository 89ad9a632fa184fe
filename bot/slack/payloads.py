"""The shape of Slack's payloads, as far as listeners read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from adoption.db.texts import storable

_Ts = Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,9})?$")]
_Text = str | None
# Of a person or a channel.
_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{0,32}$")] | None


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _Named(_Part):
    id: str


class _Person(_Named):
    team_id: _Text = None


class _Option(_Part):
    value: str


class _Input(_Part):
    value: _Text = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_user: _Id = None
    selected_users: list[_Id] | None = None
    selected_date: _Text = None
    selected_channel: _Id = None
    selected_conversation: _Id = None


class _State(_Part):
    values: dict[str, dict[str, _Input]] = {}


class _View(_Part):
    id: str
    type: str = ""
    hash: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: _State | None = None
    blocks: list[dict[str, Any]] = []
    app_installed_team_id: _Text = None


class _Action(_Part):
    action_id: str
    action_ts: _Ts
    block_id: str = ""
    value: _Text = None
    selected_option: _Option | None = None


class _Container(_Part):
    channel_id: _Text = None
    message_ts: _Ts | None = None
    thread_ts: _Ts | None = None
    is_ephemeral: bool | None = None


class _Edited(_Part):
    ts: _Ts | None = None


class _Message(_Part):
    ts: _Ts | None = None
    user: _Text = None
    text: _Text = None
    thread_ts: _Ts | None = None
    subtype: _Text = None
    bot_id: _Text = None
    edited: _Edited | None = None
    user_team: _Text = None
    source_team: _Text = None


class _Interaction(_Part):
    type: Literal["block_actions", "view_submission", "view_closed", "shortcut", "message_action"]
    user: _Person
    team: _Named | None = None
    channel: _Named | None = None
    container: _Container | None = None
    message: _Message | None = None
    view: _View | None = None
    actions: Annotated[list[_Action], Field(min_length=1)] | None = None
    response_url: _Text = None
    trigger_id: _Text = None


class _Command(_Part):
    command: str
    user_id: str
    team_id: str
    channel_id: str
    trigger_id: str
    text: str = ""
    response_url: str = ""


class _Item(_Part):
    type: _Text = None
    channel: _Text = None
    ts: _Ts | None = None


class _Event(_Message):
    type: str
    channel: _Text = None
    channel_type: _Text = None
    event_ts: _Ts | None = None
    deleted_ts: _Ts | None = None
    tab: _Text = None
    item: _Item | None = None
    message: _Message | None = None
    previous_message: _Message | None = None
    streaming_message_ts: list[_Ts] | None = None


class _Callback(_Part):
    type: Literal["event_callback"]
    event: _Event
    event_id: str
    team_id: _Text = None
    authorizations: list[dict[str, Any]] | None = None


_SENT = "view_submission"
# What listeners take for granted, by kind of event and of interaction.
_NEEDED = {
    "app_mention": ("channel", "ts", "user"),
    "message": ("channel", "ts"),
    "app_home_opened": ("user",),
    "agent_session_stopped": ("channel", "user", "event_ts"),
    "reaction_added": ("item",),
    "reaction_removed": ("item",),
    "block_actions": ("actions",),
    _SENT: ("view",),
    "view_closed": ("view",),
    "shortcut": ("trigger_id",),
    "message_action": ("trigger_id",),
}


def cleaned(value: Any) -> Any:
    """A payload without what neither a database nor a request can hold: NUL, lone surrogates."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, dict):
        return {storable(str(key)): cleaned(each) for key, each in value.items()}
    return value


def fault_in(body: Mapping[str, Any]) -> str:
    """What is wrong with a payload, without its content; empty where nothing is."""
    if "command" in body:
        kind: type[_Part] = _Command
    elif body.get("type") in ("url_verification", None) and "event" not in body:
        return ""
    else:
        kind = _Callback if "event" in body else _Interaction
    try:
        found = TypeAdapter(kind).validate_python(dict(body))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])[:200]}: {first['type']}"
    part = found.event if isinstance(found, _Callback) else found
    missing = [name for name in _needed(part) if not getattr(part, name, None)]
    if isinstance(part, _Interaction) and part.type == _SENT and not (part.view and part.view.type):
        missing.append("view.type")
    return f"{', '.join(missing)}: missing" if missing else ""


def _needed(part: _Part) -> tuple[str, ...]:
    kind, subtype = str(getattr(part, "type", "")), getattr(part, "subtype", None)
    if kind == "message" and subtype == "message_changed":
        return ("channel", "message", "event_ts")
    if kind == "message" and subtype == "message_deleted":
        return ("channel", "deleted_ts")
    return _NEEDED.get(kind, ())
