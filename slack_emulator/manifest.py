"""Reads the app's manifest: its scopes, events, commands, shortcuts and tabs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from slack_emulator.errors import WorkspaceError

_MOST_COMMANDS = 50
_MOST_SHORTCUTS = 10
_MOST_PROMPTS = 4
DEFAULT_MANIFEST = Path(__file__).parent / "default_manifest.json"


@dataclass(frozen=True)
class SlashCommand:
    """A slash command of the app."""

    name: str
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True)
class AppShortcut:
    """A shortcut of the app, global or on messages."""

    callback_id: str
    name: str
    kind: Literal["global", "message"]
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    """What an app declares of itself.

    Attributes:
        name: The app's name.
        description: What it is for.
        bot_name: The display name of its bot user.
        scopes: The scopes of the bot token.
        events: The bot events it subscribes to, such as `message.im`.
        commands: Its slash commands.
        shortcuts: Its shortcuts.
        home_tab: Whether it has a Home tab.
        messages_tab: Whether people can write to it.
        is_agent: Whether it uses the agent messaging experience.
        prompts: Suggested prompts as pairs of title and message.
    """

    name: str
    description: str = ""
    bot_name: str = ""
    scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[AppShortcut, ...] = ()
    home_tab: bool = False
    messages_tab: bool = True
    is_agent: bool = False
    prompts: tuple[tuple[str, str], ...] = field(default=())

    @property
    def provided(self) -> str:
        """Return the scopes as Slack lists them in an answer."""
        return ",".join(sorted(self.scopes))


def manifest_of(source: Mapping[str, Any] | Path | str | Manifest) -> Manifest:
    """Read a manifest from its data, or from a JSON or YAML file.

    Raises:
        WorkspaceError: Where it cannot be read or lacks a part; says which.
    """
    if isinstance(source, Manifest):
        return source
    return _parsed(_loaded(Path(source)) if isinstance(source, str | Path) else source)


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except OSError as fault:
        raise WorkspaceError(f"The manifest {path} cannot be read: {fault.strerror}.") from fault
    except (ValueError, yaml.YAMLError) as fault:
        raise WorkspaceError(f"The manifest {path} is neither JSON nor YAML: {fault}.") from fault
    if not isinstance(data, Mapping):
        raise WorkspaceError(f"The manifest {path} must be an object with named parts.")
    return data


def _parsed(data: Mapping[str, Any]) -> Manifest:
    info, features = _part(data, "display_information"), _part(data, "features")
    agent, home = features.get("agent_view"), _part(features, "app_home")
    name = str(info.get("name") or "").strip()
    if not name:
        raise WorkspaceError("The manifest has no display_information.name. Give the app a name.")
    scopes = _texts(_part(_part(data, "oauth_config"), "scopes").get("bot"), "oauth scopes")
    events = _part(_part(data, "settings"), "event_subscriptions").get("bot_events")
    about = agent or {}
    return Manifest(
        name=name,
        description=str(about.get("agent_description") or info.get("description") or ""),
        bot_name=str(_part(features, "bot_user").get("display_name") or name),
        scopes=frozenset(scopes) | ({"assistant:write"} if agent else set()),
        events=frozenset(_texts(events, "bot events")),
        commands=_commands(features.get("slash_commands") or ()),
        shortcuts=_shortcuts(features.get("shortcuts") or ()),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(agent) or bool(home.get("messages_tab_enabled")),
        is_agent=bool(agent),
        prompts=_prompts(about.get("suggested_prompts") or ()),
    )


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name) or {}
    if not isinstance(part, Mapping):
        raise WorkspaceError(f"In the manifest, {name} must be an object with named parts.")
    return part


def _texts(values: object, name: str) -> Sequence[str]:
    if values is None:
        return ()
    if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
        raise WorkspaceError(f"In the manifest, the {name} must be a list of names.")
    return list(values)


def _commands(values: Sequence[Mapping[str, Any]]) -> tuple[SlashCommand, ...]:
    if len(values) > _MOST_COMMANDS:
        raise WorkspaceError(f"A manifest can have {_MOST_COMMANDS} slash commands at most.")
    made = []
    for value in values:
        name = str(value.get("command") or "")
        if not name.startswith("/") or " " in name or len(name) < 2:
            raise WorkspaceError(f"The slash command {name!r} must be a / and one word.")
        about = str(value.get("description") or "")
        made.append(SlashCommand(name, about, str(value.get("usage_hint") or "")))
    return tuple(made)


def _shortcuts(values: Sequence[Mapping[str, Any]]) -> tuple[AppShortcut, ...]:
    if len(values) > _MOST_SHORTCUTS:
        raise WorkspaceError(f"A manifest can have {_MOST_SHORTCUTS} shortcuts at most.")
    made = []
    for value in values:
        kind, callback = value.get("type"), str(value.get("callback_id") or "")
        if kind not in ("global", "message") or not callback:
            raise WorkspaceError("A shortcut needs a type, global or message, and a callback_id.")
        about = str(value.get("description") or "")
        made.append(AppShortcut(callback, str(value.get("name") or callback), kind, about))
    return tuple(made)


def _prompts(values: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    if len(values) > _MOST_PROMPTS:
        raise WorkspaceError(f"A manifest can suggest {_MOST_PROMPTS} prompts at most.")
    return tuple((str(value["title"]), str(value["message"])) for value in values)
