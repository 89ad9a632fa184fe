"""Passages: the pieces of guides that are found, quoted and cited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EVERYONE = "everyone"
ANY_TOOL = "any"


@dataclass(frozen=True)
class Passage:
    """A piece of a guide.

    Attributes:
        id: names this text with these headings from this source for good.
        text: what the guide says, at most some 1,000 characters unless a procedure is longer.
        title: the guide's title.
        headings: the headings above the text, outermost first, without the title.
        source: the file or address it came from.
        link: where a person can open it; empty if nowhere.
        kind: quick-start, faq, playbook, tutorial, guide, story or other.
        tool: the AI tool it is about, or `any`.
        audience: who may read it; `everyone`, `champions`, `admins`, `channel:C…` or `group:S…`.
        owner: who keeps it right; empty if unknown.
        reviewed: ISO date of the last review; empty if unknown.
        position: its place in its source, from 0.
        role: what it is if it is no content to answer with: navigation, boilerplate or prompt.
        links: where the links in it lead, as they are written.
    """

    id: str
    text: str
    title: str
    headings: tuple[str, ...] = ()
    source: str = ""
    link: str = ""
    kind: str = "guide"
    tool: str = ANY_TOOL
    audience: str = EVERYONE
    owner: str = ""
    reviewed: str = ""
    position: int = 0
    role: str = ""
    links: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The headings above the text in one line."""
        return " › ".join(self.headings)

    @property
    def context(self) -> str:
        """Title and headings in one line: what the text is about when read by itself."""
        return " › ".join(dict.fromkeys((self.title, *self.headings)))

    def as_metadata(self) -> dict[str, Any]:
        """Everything but id and text as flat values, which is what a vector store keeps."""
        fields = dict(vars(self))
        del fields["id"], fields["text"]
        for name in ("headings", "links"):
            fields[name] = json.dumps(fields[name], ensure_ascii=False)
        return fields

    @classmethod
    def of(cls, id: str, text: str, metadata: Mapping[str, Any]) -> Passage:
        """The passage that `as_metadata` took apart."""
        known = {key: metadata[key] for key in cls.__dataclass_fields__ if key in metadata}
        for name in ("headings", "links"):
            known[name] = tuple(json.loads(known.get(name, "[]")))
        return cls(**(known | {"id": id, "text": text}))


@dataclass(frozen=True)
class Scope:
    """What a question may be answered from.

    Attributes:
        audiences: whose passages may be read; `everyone` is always among them.
        tool: only passages about this tool or about any; None for all.
        kinds: only these kinds; empty for all.
        tools: only passages about these tools or about any; empty for all.
    """

    audiences: frozenset[str] = frozenset({EVERYONE})
    tool: str | None = None
    kinds: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hit:
    """A section that was found, with its score.

    Attributes:
        passage: the best passage of the section.
        score: comparable within one question; the order of the hits.
        cosine: between question and passage, -1 to 1.
        closeness: how near the question comes to each sentence of the passage, as
            `knowledge.index.sentences` cuts it, -1 to 1; empty if that is not known.
    """

    passage: Passage
    score: float
    cosine: float
    closeness: tuple[float, ...] = ()
