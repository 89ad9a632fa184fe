"""What the Messages tab suggests to ask: by tool and role, and only what the guides answer."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Audience = Literal["tool", "everyone", "champions", "admins"]
# Slack shows at most four; half of them leave room for what is not about one's tools.
MOST, _OF_TOOLS = 4, 2
# Names of tools may be as long as a roster has them.
_LONGEST_TOOL = 60


class _Suggestion(BaseModel):
    model_config = ConfigDict(extra="forbid")
    audience: Audience = Field(alias="for")
    title: str = Field(min_length=1, max_length=75)
    message: str = Field(min_length=1, max_length=300)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    titles: Mapping[Literal["everyone", "champions", "admins"], str]
    suggestion: list[_Suggestion] = Field(min_length=1)


@dataclass(frozen=True)
class Asker:
    """Whom something is suggested to.

    Attributes:
        tools: those of theirs that guides are about, by name.
    """

    tools: Sequence[str] = ()
    is_champion: bool = False
    is_admin: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A question to press: what the button says, and what it asks."""

    title: str
    message: str


@dataclass(frozen=True)
class Suggestions:
    """What one person is shown: a line above, and at most four questions."""

    title: str
    questions: Sequence[Suggestion]


def suggestions_for(asker: Asker, answers: Callable[[str], bool]) -> Suggestions:
    """The first four suggestions for a person that `answers` says can be answered."""

    def first(most: int, candidates: Iterator[Suggestion]) -> list[Suggestion]:
        return list(islice((each for each in candidates if answers(each.message)), most))

    found = first(_OF_TOOLS, _of_tools(asker))
    found += first(MOST - len(found), _of_role(asker))
    return Suggestions(_file().titles[_role(asker)], found)


def _role(asker: Asker) -> Literal["everyone", "champions", "admins"]:
    if asker.is_admin:
        return "admins"
    return "champions" if asker.is_champion else "everyone"


def _of_tools(asker: Asker) -> Iterator[Suggestion]:
    for each in _file().suggestion:
        if each.audience == "tool":
            yield from (_about(each, tool) for tool in asker.tools if len(tool) <= _LONGEST_TOOL)


def _of_role(asker: Asker) -> Iterator[Suggestion]:
    roles: list[Audience] = ["everyone"]
    if asker.is_champion:
        roles.insert(0, "champions")
    if asker.is_admin:
        roles.insert(0, "admins")
    for role in roles:
        for each in _file().suggestion:
            if each.audience == role:
                yield Suggestion(each.title, each.message)


def _about(suggestion: _Suggestion, tool: str) -> Suggestion:
    title, message = (
        words.replace("{tool}", tool) for words in (suggestion.title, suggestion.message)
    )
    return Suggestion(title[:75], message)


@cache
def _file() -> _File:
    with (Path(__file__).parent / "suggestions.toml").open("rb") as file:
        return _File.model_validate(tomllib.load(file))
