"""Text for the terminal, without anything that a terminal would act on."""

from __future__ import annotations

import json
import logging
from typing import Any

import typer


def shown(text: str) -> str:
    """The text in one line, without control characters, escapes and changes of direction."""
    return "".join(character for character in text if character.isprintable())


def shown_lines(text: str) -> str:
    """As `shown`, with the text's own lines."""
    return "\n".join(shown(line.expandtabs(4)) for line in text.split("\n"))


def say(text: str, err: bool = False) -> None:
    """Prints a text, to standard error with `err`."""
    typer.echo(shown_lines(text), err=err)


def say_json(value: Any, indent: int | None = None) -> None:
    """Prints JSON in which what a terminal would act on is escaped."""
    typer.echo(as_json(value, indent))


def as_json(value: Any, indent: int | None = None) -> str:
    """JSON in which what a terminal would act on is escaped; it reads back as it was."""
    made = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(
        each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in made
    )


class PlainFormatter(logging.Formatter):
    """Log lines that no text from outside can end, forge or colour."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The record as one line, without its trace."""
        record.message = shown(record.message.replace("\n", "⏎"))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        """The trace."""
        return shown_lines(super().formatException(ei))
