"""Who and what there is: the team, its people, groups, the app and the conversations."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from slack_emulator.errors import SlackError, WorkspaceError
from slack_emulator.models import Json
from slack_emulator.state.core import Core
from slack_emulator.state.users import is_restricted

ChannelKind = Literal["public", "private", "im", "mpim"]
READ_SCOPES: dict[ChannelKind, str] = {
    "public": "channels:read",
    "private": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
HISTORY_SCOPES: dict[ChannelKind, str] = {
    "public": "channels:history",
    "private": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
EVENT_TYPES: dict[ChannelKind, str] = {
    "public": "channel",
    "private": "group",
    "im": "im",
    "mpim": "mpim",
}
_MOST_IN_MPIM = 9


@dataclass(frozen=True)
class AppIdentity:
    """The app in this workspace: its ids and the bot user's id."""

    app_id: str
    bot_id: str
    bot_user_id: str


@dataclass
class Channel:
    """A conversation.

    Attributes:
        members: User ids in the order they joined.
        is_ext_shared: Whether people of another company are in it.
    """

    id: str
    name: str
    kind: ChannelKind
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    is_ext_shared: bool = False
    is_archived: bool = False

    def to_json(self, viewer: str) -> Json:
        """Return the conversation object as one person or app gets it."""
        base: Json = {
            "id": self.id,
            "created": self.created,
            "creator": self.creator,
            "is_archived": self.is_archived,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public",
            "is_general": self.name == "general",
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_member": viewer in self.members,
        }
        if self.kind == "im":
            others = [member for member in self.members if member != viewer]
            return base | {"user": others[0] if others else viewer, "is_open": True}
        return base | {
            "name": self.name,
            "name_normalized": self.name,
            "topic": {"value": self.topic, "creator": self.creator, "last_set": self.created},
            "purpose": {"value": self.purpose, "creator": self.creator, "last_set": self.created},
            "num_members": len(self.members),
        }


class Directory:
    """The team, people, groups and conversations of a workspace."""

    def __init__(self, core: Core, team: Json, app: AppIdentity) -> None:
        """Take the team object and the app's ids."""
        self._core = core
        self.team = team
        self.app = app
        self.users: dict[str, Json] = {}
        self.groups: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}

    @property
    def team_id(self) -> str:
        """Return the team's id."""
        return str(self.team["id"])

    def add_user(self, user: Json) -> Json:
        """Take a person in."""
        with self._core.lock:
            self.users[str(user["id"])] = user
            self._core.changed("people")
        return user

    def user(self, user_id: str) -> Json:
        """Return a user object.

        Raises:
            SlackError: `user_not_found`.
        """
        with self._core.lock:
            if user_id not in self.users:
                raise SlackError("user_not_found")
            return copy.deepcopy(self.users[user_id])

    def named(self, name: str) -> Json | None:
        """Return the user with a handle, an id or a display name."""
        with self._core.lock:
            for user in self.users.values():
                if name in (user["id"], user["name"], user["profile"]["display_name"]):
                    return copy.deepcopy(user)
        return None

    def add_group(self, group: Json) -> None:
        """Take a user group in."""
        with self._core.lock:
            self.groups[str(group["id"])] = group
            self._core.changed("people")

    def create(
        self,
        name: str,
        kind: ChannelKind,
        members: Sequence[str],
        *,
        topic: str = "",
        purpose: str = "",
    ) -> Channel:
        """Make a conversation; the first member is its creator."""
        with self._core.lock:
            if name and any(place.name == name for place in self.channels.values()):
                raise SlackError("name_taken")
            prefix = {"im": "D", "mpim": "G"}.get(kind, "C")
            made = Channel(
                id=self._core.new_id(prefix),
                name=name,
                kind=kind,
                creator=members[0] if members else self.app.bot_user_id,
                created=int(self._core.clock()),
                members=list(members),
                topic=topic,
                purpose=purpose,
            )
            self.channels[made.id] = made
            self._core.changed("channel", channel=made.id)
            return made

    def direct(self, *people: str) -> Channel:
        """Return the direct conversation of these people, made where there is none."""
        wanted = list(dict.fromkeys(people))
        kind: ChannelKind = "im" if len(wanted) <= 2 else "mpim"
        if len(wanted) > _MOST_IN_MPIM:
            raise SlackError("too_many_users")
        with self._core.lock:
            for place in self.channels.values():
                if place.kind == kind and set(place.members) == set(wanted):
                    return place
            name = f"mpdm-{'--'.join(self.users[p]['name'] for p in wanted)}-1"
            return self.create("" if kind == "im" else name, kind, wanted)

    def find(self, reference: str) -> Channel | None:
        """Return the conversation with an id or a name, with or without the #."""
        with self._core.lock:
            if reference in self.channels:
                return self.channels[reference]
            name = reference.removeprefix("#")
            return next((c for c in self.channels.values() if c.name == name), None)

    def sees(self, viewer: str, channel: Channel) -> bool:
        """Return whether somebody can know of a conversation.

        Members see public channels and their own conversations; guests and people of another
        company see only those they are in; a deactivated account sees none.
        """
        user = self.users.get(viewer, {})
        if user.get("deleted"):
            return False
        open_to_all = channel.kind == "public" and not is_restricted(user)
        return open_to_all or viewer in channel.members

    def check_active(self, user: str) -> None:
        """Check that somebody's account is not deactivated.

        Raises:
            WorkspaceError: Where it is.
        """
        if self.users.get(user, {}).get("deleted"):
            name = self.users[user]["real_name"]
            raise WorkspaceError(f"The account of {name} is deactivated.")

    def deactivate(self, user: str) -> Json:
        """Close somebody's account and take them out of all channels."""
        with self._core.lock:
            found = self.users[user]
            found["deleted"] = True
            for place in self.channels.values():
                if place.kind in ("public", "private") and user in place.members:
                    place.members.remove(user)
            self._core.changed("people")
            return copy.deepcopy(found)

    def visible(self, channel: str, viewer: str) -> Channel:
        """Return a conversation somebody can know of.

        Raises:
            SlackError: `channel_not_found`.
        """
        with self._core.lock:
            found = self.channels.get(channel)
            if found is None or not self.sees(viewer, found):
                raise SlackError("channel_not_found")
            return found

    def add_member(self, channel: Channel, user: str) -> bool:
        """Add somebody to a conversation; returns whether they were new."""
        with self._core.lock:
            if user in channel.members:
                return False
            self._check_guest(channel, user)
            channel.members.append(user)
            self._core.changed("channel", channel=channel.id)
            return True

    def _check_guest(self, channel: Channel, user: str) -> None:
        if self.users.get(user, {}).get("is_ultra_restricted") and channel.kind != "im":
            others = (place for place in self.channels.values() if user in place.members)
            if any(place.kind in ("public", "private") for place in others):
                raise SlackError("ura_max_channels")

    def remove_member(self, channel: Channel, user: str) -> bool:
        """Take somebody out of a conversation; returns whether they were in it."""
        with self._core.lock:
            if user not in channel.members:
                return False
            channel.members.remove(user)
            self._core.changed("channel", channel=channel.id)
            return True

    def of_member(self, user: str) -> Sequence[Channel]:
        """Return the conversations somebody is in or could open."""
        with self._core.lock:
            return [place for place in self.channels.values() if self.sees(user, place)]

    def is_outsider(self, user: str) -> bool:
        """Return whether a person belongs to another team."""
        with self._core.lock:
            return bool(self.users.get(user, {}).get("team_id", self.team_id) != self.team_id)
