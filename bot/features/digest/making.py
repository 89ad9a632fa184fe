"""Makes a week's digest: the message, and the files for its thread."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from adoption.reports.actions import ActionBook
from adoption.reports.alerts.alerts import alerts_of, new_alerts
from adoption.reports.digest.digest import Digest, weekly_digest
from adoption.reports.digest.formats import digest_as_csv
from adoption.reports.digest.html import digest_as_html
from adoption.reports.digest.pictures import overrides_picture, use_picture
from adoption.reports.recommendations import may_be_named
from adoption.reports.report.html import report_as_html
from adoption.reports.report.report import adoption_report
from adoption.reports.weeks import Week
from adoption.usage.queries import UseReader
from bot.container import Container
from bot.features.digest.blocks import alert_message, digest_message, late_digest_message, plain_of
from bot.features.overrides.vocabulary import read_vocabulary
from bot.slack.messages import Message, Picture
from bot.texts import texts
from knowledge.errors import EncoderUnavailable

log = logging.getLogger(__name__)

REPORT_WEEKS = 26


@dataclass(frozen=True)
class MadeDigest:
    """A digest as it is posted: the message, and the files for its thread.

    Attributes:
        report: the adoption report as a page; none for a digest that is posted late, or of a week
            that isn't over.
    """

    message: Message
    html: str
    csv: str
    report: str = ""


@dataclass(frozen=True)
class MadeAlert:
    """An alert as it is posted."""

    key: str
    text: str
    message: Message


def digest_of(container: Container, week: Week) -> Digest:
    """A week's digest, with themes where the embedding model can be loaded.

    A digest is posted in channels: it names guides that everyone may read, and no others.
    """
    record, settings, guides = container.record, container.settings, container.guides
    digest = partial(
        weekly_digest,
        record,
        week,
        settings.zone,
        container.minimum,
        guide_owners=guides.owners(),
        label=read_vocabulary(settings.override_reasons).label_of,
        named=guides.public_titles(),
        features_off=settings.features_off,
        is_over=week.is_over(container.now(), settings.zone),
    )
    try:
        return digest(embed=container.index.encoder.encode)
    except EncoderUnavailable as error:
        log.warning("The digest of %s has no themes: %s", week, error)
        return digest()


def made_digest(container: Container, week: str, late: bool) -> MadeDigest:
    """A week's digest; what it recommends is stored once the week is over."""
    digest = digest_of(container, Week.parse(week))
    book = ActionBook(container.engine)
    is_over = digest.week.is_over(container.now(), container.settings.zone)
    # A week that isn't over may still recommend something else.
    if is_over and not late:
        book.recommend(digest.week, digest.recommendations)
    if late:
        return MadeDigest(
            late_digest_message(digest), digest_as_html(digest), digest_as_csv(digest)
        )
    return MadeDigest(
        digest_message(digest, book.of(digest.week)),
        digest_as_html(digest),
        digest_as_csv(digest),
        _report(container, digest.week) if is_over else "",
    )


def _report(container: Container, week: Week) -> str:
    """The adoption report of half a year up to the end of a week, as a page."""
    settings, first = container.settings, UseReader(container.engine).first_day()
    start = week.monday - timedelta(weeks=REPORT_WEEKS - 1)
    report = adoption_report(
        container.engine,
        start if first is None else min(max(start, first), week.monday),
        week.sunday,
        settings.zone,
        container.minimum,
        settings.hour_worth,
        label=read_vocabulary(settings.override_reasons).label_of,
        company=container.slack.workspace,
        features_off=settings.features_off,
    )
    titles = container.guides.public_titles().values()
    actions = [each for each in report.actions if may_be_named(each.subject, titles)]
    return report_as_html(replace(report, actions=actions))


def message_with_pictures(container: Container, week: str) -> Message:
    """A week's message with pictures, for workspaces without Slack's own charts.

    Raises:
        SlackError: a picture cannot be uploaded.
    """
    say, digest = texts("digest"), digest_of(container, Week.parse(week))
    pictures = [
        Picture(f"{name}-{week}.png", content, say[f"{name}_picture"])
        for name, content in (
            ("use", use_picture(digest)),
            ("reasons", overrides_picture(digest)),
        )
        if content is not None
    ]
    files = container.slack.upload(pictures)
    shown = [(file, each.about) for file, each in zip(files, pictures, strict=False)]
    return digest_message(digest, ActionBook(container.engine).of(digest.week), shown)


def message_without_pictures(container: Container, week: str) -> Message:
    """A week's message in words."""
    digest = digest_of(container, Week.parse(week))
    return digest_message(digest, ActionBook(container.engine).of(digest.week), ())


def made_alerts(container: Container, week: str, today: date) -> list[MadeAlert]:
    """The alerts of a week that were not raised before."""
    record, settings = container.record, container.settings
    named = container.guides.public_titles()
    digest = weekly_digest(
        record,
        Week.parse(week),
        settings.zone,
        container.minimum,
        named=named,
        features_off=settings.features_off,
    )
    found = alerts_of(digest, UseReader(record.engine), today, container.minimum)
    return [
        MadeAlert(each.key, plain_of(each.text), alert_message(each, digest.is_example))
        for each in new_alerts(record.engine, found)
    ]
