"""Who calls: a person through one of their AI tools, an AI tool by itself, or this computer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from adoption.questions.models import Surface

# What a column of the record holds.
_LONGEST_CLIENT = 64
_UNUSUAL = re.compile(r"[^\w .:/+-]+")


class Right(StrEnum):
    """What a caller may do."""

    READ = "read"
    WRITE = "write"


READ_ONLY = frozenset({Right.READ})
EVERY_RIGHT = frozenset(Right)


@dataclass(frozen=True)
class Caller:
    """In whose name a call is made.

    Attributes:
        account: the person's; empty where nobody is named.
        client: the AI tool that calls, in words.
        is_local: whether it runs on this computer, whose files it can read anyway.
        is_guest: whether Slack counts them as a guest; guests ask, and do nothing else.
        tool: the tool that a tool's own token belongs to; empty for people.
    """

    account: str = ""
    client: str = ""
    rights: frozenset[Right] = READ_ONLY
    is_local: bool = False
    is_guest: bool = False
    tool: str = ""

    @property
    def surface(self) -> Surface:
        """Where it counts as asked."""
        return Surface.TERMINAL if self.is_local else Surface.MCP

    @property
    def is_person(self) -> bool:
        """Whether a person is named."""
        return bool(self.account)


def client_name(said: object) -> str:
    """A client's own name as the record stores it; empty where it gives no usable one."""
    name = _UNUSUAL.sub(" ", str(said or "")).strip()
    return " ".join(name.split())[:_LONGEST_CLIENT].rstrip()
