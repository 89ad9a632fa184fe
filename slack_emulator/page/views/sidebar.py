"""Makes the lists of people and places: the sidebar, the personas, what typing completes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from slack_emulator.manifest import SlashCommand
from slack_emulator.models import Json
from slack_emulator.page.views.directory import ViewerDirectory, base_of, face_of
from slack_emulator.page.views.memory import Memory
from slack_emulator.page.views.models import Face, Persona, Sidebar, SideLink, Where
from slack_emulator.people.reader import WorkspaceReader


class SideMaker:
    """Makes the lists beside a place for one viewer."""

    def __init__(
        self, reader: WorkspaceReader, directory: ViewerDirectory, memory: Memory, app: Face
    ) -> None:
        """Take the workspace, the viewer's names, what the page remembers, and the app."""
        self._reader = reader
        self._directory = directory
        self._memory = memory
        self._app = app

    def sidebar(self, where: Where) -> Sidebar:
        """Return the sidebar."""
        app = self._link(self._directory.app_channel, where, self._app)
        places = self._directory.places.items()
        channels = [self._link(id_, where) for id_, place in places if is_channel(place)]
        groups = [self._link(id_, where) for id_, place in places if place.get("is_mpim")]
        people = [self._direct_link(face, where) for face in self._people()]
        return Sidebar([app], channels, [*people, *groups])

    def _people(self) -> Iterator[Face]:
        for face in self._directory.faces.values():
            if face.is_active and not face.is_app:
                yield face

    def personas(self) -> Sequence[Persona]:
        """Return the people whose part the reader can take."""
        people = [user for user in self._reader.users() if face_of(user).is_persona]
        return [Persona(face_of(user), base_of(user)) for user in people]

    def _link(self, channel: str, where: Where, app: Face | None = None) -> SideLink:
        seen = self._memory.read_until(self._directory.viewer, channel)
        current = channel == where.channel
        unread = (0, 0) if current else self._reader.unread(channel, self._directory.viewer, seen)
        place = self._directory.places.get(channel, {})
        direct = bool(app or place.get("is_im"))
        return SideLink(
            href=self._directory.place(channel),
            name=app.name if app else self._directory.title(channel).removeprefix("#"),
            current=current,
            unread=bool(unread[0]),
            mentions=unread[0] if direct or place.get("is_mpim") else unread[1],
            private=bool(place.get("is_private")) and not place.get("is_mpim"),
            group=bool(place.get("is_mpim")),
            shared=bool(place.get("is_ext_shared")),
            person=app or (self._directory.face(str(place["user"])) if direct else None),
        )

    def _direct_link(self, face: Face, where: Where) -> SideLink:
        you = face.id == self._directory.viewer
        places = self._directory.places.items()
        found = (id_ for id_, p in places if p.get("is_im") and p.get("user") == face.id)
        channel = next(found, None)
        if channel:
            return SideLink(**{**vars(self._link(channel, where)), "you": you})
        href = f"{self._directory.base}/with/{face.id}"
        return SideLink(href=href, name=face.name, person=face, you=you)

    def completions(self) -> Markup:
        """Return what typing completes, as JSON for the page: commands, people, channels."""
        return htmlsafe_json_dumps(
            {
                "commands": [_entry(c.name, note=_note_of(c)) for c in self._reader.commands()],
                "people": [*self._mentions(), *self._groups()],
                "channels": [
                    _entry(f"#{place['name']}")
                    for place in self._directory.places.values()
                    if is_channel(place)
                ],
            }
        )

    def _mentions(self) -> Iterator[Json]:
        faces = self._directory.faces.values()
        for face in sorted(faces, key=lambda face: (not face.is_app, face.name)):
            if face.is_active and face.id != self._directory.viewer:
                note = "App" if face.is_app else face.title
                yield _entry(f"@{face.name}", face.name, note)

    def _groups(self) -> Iterator[Json]:
        for group in self._reader.groups():
            yield _entry(f"@{group['handle']}", str(group["handle"]), "Group")


def is_channel(place: Json) -> bool:
    """Return whether a conversation is a channel, and no direct message of people."""
    return not place.get("is_im") and not place.get("is_mpim")


def _entry(insert: str, label: str = "", note: str = "") -> Json:
    return {"insert": insert, "label": label or insert, "note": note}


def _note_of(command: SlashCommand) -> str:
    return f"{command.usage_hint}  {command.description}".strip()
