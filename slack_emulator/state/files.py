"""The files of a workspace, and the two steps in which they are uploaded."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.state.core import Core

MOST_BYTES = 1024**3


@dataclass
class File:
    """A file and where it is shared.

    Attributes:
        length: The announced size in bytes.
        content: Its bytes, once uploaded.
        is_complete: Whether its upload was finished.
        channels: The conversations it is shared in.
    """

    id: str
    name: str
    owner: str
    created: int
    length: int = 0
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    is_complete: bool = False
    channels: list[str] = field(default_factory=list)

    @property
    def mimetype(self) -> str:
        """Return its type, guessed from its name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def to_json(self, address: str) -> Json:
        """Return the file object; `address` is the workspace's own."""
        safe = PurePath(self.name).name
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": PurePath(self.name).suffix.lstrip(".") or "binary",
            "user": self.owner,
            "size": len(self.content or b""),
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "url_private": f"{address}/files-pri/{self.id}/{safe}",
            "url_private_download": f"{address}/files-pri/{self.id}/download/{safe}",
            "permalink": f"{address}/files/{self.owner}/{self.id}/{safe}",
            "channels": list(self.channels),
            **({"alt_txt": self.alt_text} if self.alt_text else {}),
        }


class Files:
    """All files of a workspace."""

    def __init__(self, core: Core) -> None:
        """Take the shared core."""
        self._core = core
        self._files: dict[str, File] = {}
        self._tickets: dict[str, str] = {}

    def announce(self, name: str, owner: str, length: int, alt_text: str = "") -> tuple[str, File]:
        """Reserve a file; returns the ticket under which its bytes may come."""
        with self._core.lock:
            made = File(
                id=self._core.new_id("F"),
                name=name,
                owner=owner,
                created=int(self._core.clock()),
                length=length,
                alt_text=alt_text,
            )
            ticket = secrets.token_urlsafe(16)
            self._files[made.id] = made
            self._tickets[ticket] = made.id
            return ticket, made

    def announced(self, ticket: str) -> int:
        """Return how many bytes may come under a ticket; none where nothing was announced."""
        with self._core.lock:
            found = self._files.get(self._tickets.get(ticket, ""))
            return found.length if found else 0

    def receive(self, ticket: str, content: bytes) -> bool:
        """Take the bytes of an announced file; returns whether the ticket and size were right."""
        with self._core.lock:
            found = self._files.get(self._tickets.get(ticket, ""))
            if found is None or len(content) != found.length:
                return False
            found.content = content
            return True

    def store(self, name: str, owner: str, content: bytes) -> File:
        """Keep a person's file in one step."""
        ticket, made = self.announce(name, owner, len(content))
        self.receive(ticket, content)
        made.is_complete = True
        return made

    def get(self, file_id: str) -> File:
        """Return an uploaded file.

        Raises:
            SlackError: `file_not_found`.
        """
        with self._core.lock:
            found = self._files.get(file_id)
            if found is None or found.content is None:
                raise SlackError("file_not_found")
            return found

    def remove(self, file_id: str) -> None:
        """Delete a file."""
        with self._core.lock:
            self.get(file_id)
            del self._files[file_id]

    def all(self) -> Sequence[File]:
        """Return all finished files, oldest first."""
        with self._core.lock:
            return [file for file in self._files.values() if file.is_complete]
