"""What a language model is given to read: rules from a file, and material behind a fence."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from importlib.resources import files

from knowledge.index.passages import Hit

# Nobody who writes a guide or a question can guess it.
_FENCE_BYTES = 8


def new_fence() -> str:
    """A word for one request's fences that no passage can know."""
    return secrets.token_hex(_FENCE_BYTES)


def rules(name: str, fence: str) -> str:
    """The prompt file `name` with the fence's word in its place."""
    return (
        (files("knowledge.answers") / "prompts" / f"{name}.md")
        .read_text("utf-8")
        .format(fence=fence)
    )


def request(question: str, hits: Sequence[Hit], fence: str) -> str:
    """The passages, fenced and numbered, and the question."""
    passages = [
        fenced("passage", hit.passage.text, fence, number=str(number), title=hit.passage.context)
        for number, hit in enumerate(hits, 1)
    ]
    return "\n\n".join([*passages, fenced("question", question, fence)])


def fenced(kind: str, text: str, fence: str, **about: str) -> str:
    """A text between an opening and a closing mark that it cannot write itself."""
    said = "".join(f' {name}="{_inert(value)}"' for name, value in about.items())
    return f"<{kind}-{fence}{said}>\n{_inert(text)}\n</{kind}-{fence}>"


def _inert(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›").replace('"', "'")
