"""What a method of the Web API is, and what its function works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from slack_emulator.api.args import Args
from slack_emulator.errors import SlackError
from slack_emulator.manifest import Manifest
from slack_emulator.models import Json
from slack_emulator.platform.events import Events
from slack_emulator.platform.writing import Writing
from slack_emulator.state import State
from slack_emulator.state.directory import Channel, ChannelKind
from slack_emulator.state.triggers import Triggers

# Bolt sends the team with every call.
_EVERYWHERE = ("token", "team_id")
Tier: TypeAlias = Literal[1, 2, 3, 4, "special", "message"]


@dataclass(frozen=True)
class Api:
    """The workspace as the methods see it.

    Attributes:
        new_link: Gives the address of a new Socket Mode connection.
        address: Gives the workspace's own address.
    """

    state: State
    manifest: Manifest
    events: Events
    writing: Writing
    triggers: Triggers
    new_link: Callable[[], str]
    address: Callable[[], str]

    @property
    def bot(self) -> str:
        """Return the id of the app's bot user."""
        return self.state.directory.app.bot_user_id

    def need_scope(self, *scopes: str) -> None:
        """Check that the app has one of these scopes.

        Raises:
            SlackError: `missing_scope` with what is needed and what there is.
        """
        if scopes and not self.manifest.scopes.intersection(scopes):
            needed, provided = ",".join(scopes), self.manifest.provided
            raise SlackError("missing_scope", needed=needed, provided=provided)

    def channel(self, args: Args, name: str = "channel") -> Channel:
        """Return the conversation an argument names by its id.

        Raises:
            SlackError: `channel_not_found` where the app cannot know of it.
        """
        return self.state.directory.visible(args.text(name), self.bot)

    def own_channel(self, args: Args, name: str = "channel") -> Channel:
        """Return a conversation the app is in.

        Raises:
            SlackError: `channel_not_found` or `not_in_channel`.
        """
        found = self.channel(args, name)
        if self.bot not in found.members:
            raise SlackError("not_in_channel")
        return found

    def scoped_channel(self, args: Args, scopes: dict[ChannelKind, str]) -> Channel:
        """Return a conversation after a check of the scope for its kind.

        Raises:
            SlackError: `channel_not_found` or `missing_scope`.
        """
        found = self.channel(args)
        self.need_scope(scopes[found.kind])
        return found


Run: TypeAlias = Callable[[Api, Args], Json]


@dataclass(frozen=True)
class Method:
    """One method of the Web API.

    Attributes:
        name: Its name, such as `chat.postMessage`.
        scopes: The scopes of which the app must have one; none where they depend on the channel.
        required: Arguments that must be given.
        optional: Arguments that may be given.
        tier: How often it may be called: Slack's tiers, or a rule of its own.
        token: The kind of token it takes.
    """

    name: str
    run: Run
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    tier: Tier = 3
    token: Literal["bot", "app"] = "bot"

    @property
    def known(self) -> frozenset[str]:
        """Return all argument names."""
        return frozenset((*self.required, *self.optional, *_EVERYWHERE))
