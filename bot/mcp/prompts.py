"""Prompts for common tasks: check an answer against the guides, plan a rollout wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mcp import types

from bot.mcp.tool import CallRefused
from bot.texts import texts

_LONGEST = 20_000


@dataclass(frozen=True)
class Prompt:
    """A prompt with its arguments; their texts are in `texts.toml`."""

    name: str
    texts: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def described(self) -> types.Prompt:
        """The prompt as a client lists it."""
        say = texts("mcp")
        return types.Prompt(
            name=self.name,
            title=say[f"{self.texts}_title"],
            description=say[f"{self.texts}_about"],
            arguments=[
                types.PromptArgument(
                    name=each, description=say[f"{self.texts}_{each}"], required=is_required
                )
                for names, is_required in ((self.required, True), (self.optional, False))
                for each in names
            ],
        )

    def filled_in(self, given: Mapping[str, str]) -> str:
        """The prompt's text.

        Raises:
            CallRefused: an argument is missing or too long, or there is no such argument.
        """
        say, values = texts("mcp"), {name: text.strip() for name, text in given.items()}
        known = {*self.required, *self.optional}
        fits = set(values) <= known and all(len(text) <= _LONGEST for text in values.values())
        if not fits or not all(values.get(name) for name in self.required):
            raise CallRefused(say["wrong_prompt"].format(names=", ".join(self.required)))
        tool = values.get("tool", "")
        filled = dict.fromkeys(known, "") | values
        filled["for_tool"] = say["for_tool"].format(tool=tool) if tool else ""
        return say[f"{self.texts}_prompt"].format_map(filled)


PROMPTS = (
    Prompt("check_answer", "check", ("answer",), ("tool",)),
    Prompt("plan_wave", "wave", ("tool", "team", "start")),
)


def prompt_named(name: str) -> Prompt:
    """The prompt of that name.

    Raises:
        CallRefused: there is none.
    """
    found = next((each for each in PROMPTS if each.name == name), None)
    if found is None:
        raise CallRefused(texts("mcp")["unknown_prompt"])
    return found
