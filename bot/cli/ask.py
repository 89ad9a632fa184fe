"""`uptake ask`: answers questions in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.local.plain_text import say, say_json

if TYPE_CHECKING:
    from bot.conversation.question import Ended
    from knowledge.answers.answer import Answer
    from knowledge.retrieval.retriever import Found


# Sections that --json lists.
_SECTIONS = 5


def ask(
    question: Annotated[
        str, typer.Argument(help="The question; - takes one a line from standard input.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Answer a question from the indexed guides."""
    from bot.answering.scopes import everything_in
    from bot.app import build
    from bot.cli.console import quiet
    from bot.cli.guides.ingest import ensure_indexed
    from bot.local.terminal import conversation
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    container = build(settings)
    container.index.encoder.start()
    ensure_indexed(container)
    with conversation(container) as talk:
        for number, text in enumerate(_questions(question)):
            ended = talk.ask(text)
            if as_json:
                found = container.answerer.find(text, everything_in(container.index))
                say_json(_as_object(text, ended) | {"sections": _sections(found)})
            else:
                _show(text, ended, first=number == 0, titled=question == "-")


def _questions(argument: str) -> Iterable[str]:
    return _lines() if argument == "-" else [argument]


def _lines() -> Iterator[str]:
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace").strip()
        if text:
            yield text


def _as_object(text: str, ended: Ended) -> dict[str, Any]:
    outcome = "small talk" if ended.answer.is_small_talk else ended.outcome.value
    shown = {"question": text, "outcome": outcome, **_said(ended.answer)}
    parts = [
        {"question": part.question, "outcome": part.outcome.value, **_said(part)}
        for part in ended.answer.parts
    ]
    return shown | ({"parts": parts} if parts else {}) | {"seconds": round(ended.seconds, 6)}


def _said(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "citations": [
            {
                "title": citation.title,
                "heading": citation.heading,
                "source": citation.source,
                "link": citation.link,
                "reviewed": citation.reviewed,
                "stale": citation.stale,
                "warning": citation.warning,
            }
            for citation in answer.citations
        ],
    } | ({"note": answer.note} if answer.note else {})


def _sections(found: Found) -> list[dict[str, Any]]:
    """The first sections found for a question, whether or not they are shown."""
    return [
        {
            "title": hit.passage.title,
            "heading": hit.passage.heading,
            "source": hit.passage.source,
            "score": round(hit.score, 4),
        }
        for hit in found.hits[:_SECTIONS]
    ]


def _show(text: str, ended: Ended, first: bool, titled: bool) -> None:
    from bot.local.terminal import as_text

    if not first:
        print()
    if titled:
        say(f"> {text}")
    say(as_text(ended.answer))
