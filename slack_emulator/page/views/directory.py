"""Names of people and places for one viewer, and the menus that choose among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote

from slack_emulator.models import Json
from slack_emulator.page.rendering.blocks import Choice
from slack_emulator.page.views.models import Face
from slack_emulator.people.reader import WorkspaceReader, display_name
from slack_emulator.people.typed_text import Codec

_COLOURS = 7


class ViewerDirectory:
    """The workspace's names as one viewer sees them; made anew for every drawing."""

    def __init__(self, reader: WorkspaceReader, viewer: Json) -> None:
        """Take the workspace and the viewer's user object."""
        self._reader = reader
        self._viewer = viewer

    @property
    def viewer(self) -> str:
        """Return the viewer's id."""
        return str(self._viewer["id"])

    @property
    def base(self) -> str:
        """Return the path under which the viewer's pages lie."""
        return base_of(self._viewer)

    @cached_property
    def faces(self) -> Mapping[str, Face]:
        """Return everyone's face by user id."""
        return {str(user["id"]): face_of(user) for user in self._reader.users()}

    @cached_property
    def places(self) -> Mapping[str, Json]:
        """Return the conversations the viewer can open, by id."""
        return {str(place["id"]): place for place in self._reader.channels(self.viewer)}

    @cached_property
    def app_channel(self) -> str:
        """Return the viewer's direct message channel with the app."""
        return self._reader.app_channel(self.viewer)

    def face(self, user_id: str) -> Face:
        """Return a person's face, or a blank one for somebody unknown."""
        return self.faces.get(user_id) or Face(user_id, user_id or "Unknown", "", initials="?")

    def user(self, user_id: str) -> str | None:
        """Return a person's display name."""
        face = self.faces.get(user_id)
        return face.name if face else None

    def channel(self, channel_id: str) -> str | None:
        """Return a channel's name where the viewer can open it."""
        place = self.places.get(channel_id)
        return str(place["name"]) if place and place.get("name") else None

    def group(self, group_id: str) -> str | None:
        """Return a user group's handle."""
        groups = {str(group["id"]): str(group["handle"]) for group in self._reader.groups()}
        return groups.get(group_id)

    def place(self, channel_id: str) -> str:
        """Return the page address of a conversation."""
        return f"{self.base}/{channel_id}"

    def people(self) -> Sequence[Choice]:
        """Return everyone for a users menu."""
        faces = (face for face in self.faces.values() if face.is_persona)
        return [Choice(face.id, face.name) for face in faces]

    def channels(self) -> Sequence[Choice]:
        """Return the public channels for a channels menu."""
        return self.conversations(["public"])

    def conversations(self, kinds: Iterable[str]) -> Sequence[Choice]:
        """Return the conversations of some kinds for a menu."""
        wanted = set(kinds)
        return [
            Choice(place_id, self.title(place_id))
            for place_id, place in self.places.items()
            if _kind_of(place) in wanted
        ]

    def title(self, channel_id: str) -> str:
        """Return the name of a conversation as the viewer knows it."""
        place = self.places.get(channel_id, {})
        if place.get("is_im"):
            return self.face(str(place.get("user", ""))).name
        if place.get("is_mpim"):
            others = (m for m in self._reader.members(channel_id) if m != self.viewer)
            return ", ".join(self.face(member).name for member in others)
        return f"#{place['name']}" if place.get("name") else channel_id

    def file_address(self, file: Mapping[str, Any]) -> str | None:
        """Return the page address of a file named by its id or its private address."""
        file_id = str(file.get("id") or "") or self._reader.file_id_of(str(file.get("url", "")))
        if not file_id:
            return None
        return f"{self.base}/file/{quote(file_id)}/{quote(str(file.get('name') or 'file'))}"

    @cached_property
    def codec(self) -> Codec:
        """Return the names that may be typed."""
        return self._reader.codec(self.viewer)


def base_of(user: Json) -> str:
    """Return the path under which a person's pages lie."""
    return f"/as/{quote(str(user['name']))}"


def face_of(user: Json) -> Face:
    """Return the face of a user object."""
    name = display_name(user)
    return Face(
        id=str(user["id"]),
        name=name,
        handle=str(user["name"]),
        title=_title_of(user),
        initials=_initials(name),
        colour=sum(map(ord, str(user["id"]))) % _COLOURS,
        is_app=bool(user.get("is_bot")),
        is_active=not user.get("deleted"),
    )


def _title_of(user: Json) -> str:
    title = str((user.get("profile") or {}).get("title") or "")
    marks = {"is_stranger": "Another company", "is_restricted": "Guest", "deleted": "Deactivated"}
    mark = next((words for flag, words in marks.items() if user.get(flag)), "")
    return " · ".join(part for part in (title, mark) if part)


def _initials(name: str) -> str:
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper()


def _kind_of(place: Json) -> str:
    if place.get("is_im"):
        return "im"
    if place.get("is_mpim"):
        return "mpim"
    return "private" if place.get("is_private") else "public"
