from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adoption.feedback.models import OverrideRow
from adoption.questions.models import Interaction
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import (
    digest_as_csv,
    digest_as_json,
    digest_as_markdown,
    digest_as_text,
)
from adoption.reports.digest.html import digest_as_html
from adoption.reports.report.html import report_as_html
from adoption.reports.report.report import adoption_report
from adoption.reports.report.sections import report_as_csv
from adoption.reports.rich_text import EXAMPLE
from adoption.reports.weeks import Week
from bot.data_folder import alone
from bot.errors import AlreadyRunning
from bot.features.digest.blocks import alert_message, digest_message, late_digest_message
from bot.features.home.blocks import HomeView, home_view
from bot.local.example import example_settings, make_example
from bot.local.example_company.cast import CAST
from bot.local.example_company.company import Colleague
from bot.settings import Settings
from tests.adoption.factories import fresh_record

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
LAST = Week(2026, 47)
PEOPLE = tuple(
    Colleague(f"T1:U{number}", f"{each.handle}@x.example", each.name, each.team,
              each.is_champion, each.is_admin)
    for number, each in enumerate(CAST, 900)
)  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("data"), _env_file=None)


@pytest.fixture(scope="module")
def record(settings: Settings) -> Iterator[Record]:
    apart = example_settings(settings)
    assert make_example(apart, PEOPLE, NOW) == LAST
    opened = Record.open(apart.record_url)
    yield opened
    opened.close()


@pytest.fixture
def few_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.local.example._WEEKS", 3)


def test_the_example_is_in_a_folder_of_its_own(settings: Settings, record: Record):
    elsewhere = settings.model_copy(
        update={"database_url": "postgresql://db/uptake", "chroma_url": "http://chroma/"}
    )
    apart = example_settings(elsewhere)
    assert apart.data_dir.parent == settings.data_dir
    assert not apart.shared
    assert apart.chroma_url is None
    assert [each.name for each in settings.data_dir.iterdir()] == ["example"]


def test_half_a_year_of_everything_ends_with_the_last_week(record: Record, settings: Settings):
    digest = weekly_digest(record, LAST, settings.zone)
    # Whether Sales or everybody goes first depends on how the figures are rounded.
    assert " fell from " in "".join(digest.headline)
    assert [team.direction for team in digest.use.teams if team.name == "Sales"] == [-1]
    for part in (digest.gaps, digest.overrides, digest.comments, digest.stories, digest.followed):
        assert part
    assert sum(share.value is not None for share in digest.use.trend.values()) == 12
    first = record.questions.first_asked()
    assert first is not None
    assert first < NOW - timedelta(weeks=25)
    assert record.stories.awaiting()
    assert record.faqs.awaiting()
    assert {each.account for each in record.roles.champions()} == {
        each.account for each in PEOPLE if each.is_champion
    }


def test_the_same_week_makes_the_same_company(tmp_path: Path, few_weeks: None):
    made = []
    for name, later in (("one", 0), ("two", 2)):
        apart = example_settings(Settings(data_dir=tmp_path / name, _env_file=None))
        make_example(apart, PEOPLE, NOW + timedelta(days=later))
        made.append(Record.open(apart.record_url))
    record, other = made
    queries: tuple[Any, ...] = (
        select(Interaction.id, Interaction.question, Interaction.asked_at).order_by(Interaction.id),
        select(OverrideRow.id, OverrideRow.detail, OverrideRow.at).order_by(OverrideRow.id),
    )
    for query in queries:
        with record.engine.connect() as one, other.engine.connect() as two:
            rows = one.execute(query).all()
            assert rows
            assert rows == two.execute(query).all()
    record.close()
    other.close()


def test_what_was_tried_stays_for_the_week_and_a_new_week_is_made_anew(
    tmp_path: Path, few_weeks: None
):
    apart = example_settings(Settings(data_dir=tmp_path, _env_file=None))
    make_example(apart, PEOPLE, NOW)
    _tries(apart)
    make_example(apart, PEOPLE, NOW + timedelta(days=3))
    assert _has_tried(apart)
    published = apart.stories_dir / "mine.md"
    published.parent.mkdir()
    published.write_text("# Mine")
    apart.index_dir.mkdir()
    with alone(apart.data_dir / "bot.lock"), pytest.raises(AlreadyRunning):
        make_example(apart, PEOPLE, NOW + timedelta(weeks=1))
    assert _has_tried(apart)
    assert make_example(apart, PEOPLE, NOW + timedelta(weeks=1)) == LAST.next
    assert not _has_tried(apart)
    assert not published.exists()
    assert not apart.index_dir.exists()


def _tries(settings: Settings) -> None:
    record = Record.open(settings.record_url)
    record.notices.add("tried", NOW)
    record.close()


def _has_tried(settings: Settings) -> bool:
    record = Record.open(settings.record_url)
    found = record.notices.is_posted("tried")
    record.close()
    return found


def test_everything_made_from_it_says_that_it_is_an_example(
    record: Record, settings: Settings, tmp_path: Path
):
    real = fresh_record(tmp_path)
    made, true = _shown(record, settings), _shown(real, settings)
    assert [EXAMPLE in text for text in made] == [True] * len(made)
    assert [EXAMPLE in text for text in true] == [False] * len(true)
    real.close()


def _shown(record: Record, settings: Settings) -> list[str]:
    digest = weekly_digest(record, LAST, settings.zone)
    days = LAST.monday - timedelta(weeks=4), LAST.sunday
    report = adoption_report(record.engine, *days, settings.zone)
    forms = (digest_as_text, digest_as_csv, digest_as_html)
    is_example = record.notices.is_example()
    assert f'"is_example": {str(is_example).lower()}' in digest_as_json(digest)
    return [
        *(show(digest) for show in forms),
        digest_as_markdown(digest).replace("\\", ""),
        report_as_html(report),
        report_as_csv(report),
        str(digest_message(digest, ()).blocks),
        str(late_digest_message(digest).blocks),
        str(home_view(HomeView(is_example=is_example)).to_dict()),
    ]


def test_an_alert_of_it_says_so_too():
    from adoption.reports.alerts.alerts import Alert

    alert = Alert("fall", ("Weekly use fell.",), ("Ask.",))
    assert EXAMPLE in str(alert_message(alert, is_example=True).blocks)
    assert EXAMPLE not in str(alert_message(alert).blocks)
