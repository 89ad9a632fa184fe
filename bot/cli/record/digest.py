"""`uptake digest`: prints a week in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import say

if TYPE_CHECKING:
    from adoption.record import Record
    from adoption.reports.guides import GuideOwner
    from adoption.reports.questions import Embed, Vectors
    from bot.settings import Settings


class Format(StrEnum):
    """How the digest is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


def digest(
    week: Annotated[
        str | None, typer.Option(help="ISO week like 2026-W47; this week by default.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How it is printed.")] = Format.TEXT,
) -> None:
    """Print a week compared with the week before: use, answers, overrides, and what to do."""
    from adoption.record import Record
    from adoption.reports.digest.digest import weekly_digest
    from adoption.reports.digest.formats import (
        digest_as_csv,
        digest_as_json,
        digest_as_markdown,
        digest_as_text,
    )
    from adoption.reports.digest.html import digest_as_html
    from adoption.reports.weeks import Week
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.features.overrides.vocabulary import read_vocabulary
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    wanted = Week.parse(week) if week is not None else Week.of(datetime.now(UTC), settings.zone)
    make_data_dir(settings)
    record = Record.open(settings.record_url)
    minimum = record.minimum(settings.minimum_group)
    embed, kept = _embedder(settings.embedding_model), _kept(settings, record)
    label = read_vocabulary(settings.override_reasons).label_of
    made = weekly_digest(
        record,
        wanted,
        settings.zone,
        minimum,
        embed,
        kept,
        label,
        features_off=settings.features_off,
        is_over=wanted.is_over(datetime.now(UTC), settings.zone),
    )
    show = {
        Format.TEXT: digest_as_text,
        Format.MARKDOWN: digest_as_markdown,
        Format.JSON: digest_as_json,
        Format.CSV: digest_as_csv,
        Format.HTML: digest_as_html,
    }[format]
    say(show(made).rstrip("\n"))


def _kept(settings: Settings, record: Record) -> Mapping[str, GuideOwner]:
    """Who keeps each guide; nothing where the index cannot be read."""
    from bot.app import open_index
    from bot.guides.statistics import GuideStatistics
    from knowledge.encoding.encoder import Encoder
    from knowledge.errors import IndexUnavailable
    from knowledge.guides.reviews import Reviews

    try:
        index = open_index(settings, Encoder(settings.embedding_model))
    except IndexUnavailable:
        return {}
    return GuideStatistics(index, record, Reviews(settings.review_after)).owners()


def _embedder(model: str) -> Embed:
    """Loads the encoder when the first text is there to be grouped, and not before."""

    def embed(texts: Sequence[str]) -> Vectors:
        from knowledge.encoding.encoder import Encoder

        return Encoder(model).encode(texts)

    return embed
