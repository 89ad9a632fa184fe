"""What a tool is: a function from a call and typed arguments to a typed result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from mcp import types
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.container import Container
from bot.mcp.caller import Caller, Right
from bot.texts import texts
from uptake import UptakeError

_MOST_FAULTS = 5


class CallRefused(UptakeError):
    """A call that is not carried out; the message says why and what to do."""


class Arguments(BaseModel):
    """The arguments of a tool; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, strict=True)


class Result(BaseModel):
    """What a tool returns."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Call:
    """One call of a tool.

    Attributes:
        id: names it for good; a call that is sent again has the same one.
        clock: seconds since 1970, when it came in.
    """

    container: Container
    caller: Caller
    id: str
    at: float


def nothing(call: Call) -> None:
    """The clean-up after a cancelled call that has none."""


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True)
class Tool(Generic[A]):
    """A tool that AI tools can call.

    Attributes:
        name: what it is called by; its title and what it does stand in the texts under it.
        for_people: whether it needs a person's name.
        for_guests: whether Slack's guests may call it.
        cancel: ends what a client has given up.
    """

    name: str
    takes: type[A]
    gives: type[Result]
    run: Callable[[Call, A], Result]
    right: Right = Right.READ
    for_people: bool = True
    for_guests: bool = False
    cancel: Callable[[Call], None] = field(default=nothing)

    def is_for(self, caller: Caller) -> bool:
        """Whether a caller may call it."""
        if caller.is_guest and not self.for_guests:
            return False
        has_name = caller.is_person or not self.for_people
        return has_name and self.right in caller.rights

    @cached_property
    def described(self) -> types.Tool:
        """The tool as a client lists it."""
        reads, say = self.right is Right.READ, texts("mcp")
        title = say[f"{self.name}_title"]
        return types.Tool(
            name=self.name,
            title=title,
            description=say[f"{self.name}_about"],
            input_schema=self.takes.model_json_schema(),
            output_schema=self.gives.model_json_schema(mode="serialization"),
            annotations=types.ToolAnnotations(
                title=title,
                read_only_hint=reads,
                destructive_hint=False,
                idempotent_hint=reads,
                open_world_hint=False,
            ),
        )

    def called(self, call: Call, arguments: Mapping[str, Any]) -> Result:
        """Carries a call out.

        Raises:
            CallRefused: the arguments are not as described, or it cannot be done.
        """
        try:
            given = self.takes.model_validate(dict(arguments))
        except ValidationError as error:
            raise CallRefused(_in_words(error)) from None
        return self.run(call, given)


def _in_words(error: ValidationError) -> str:
    """What is wrong with arguments, by name and without what was sent."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    said = [f"{_where(fault['loc'])}: {fault['msg']}" for fault in faults[:_MOST_FAULTS]]
    more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
    return f"The arguments are wrong. {'; '.join(said)}{more}."


def _where(path: tuple[int | str, ...]) -> str:
    return ".".join(str(part)[:40] for part in path) or "arguments"
