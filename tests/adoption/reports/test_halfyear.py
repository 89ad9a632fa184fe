from __future__ import annotations

import json
import random
import re
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from adoption.db.engine import downgrade
from adoption.privacy.groups import OTHERS, Minimum
from adoption.record import Record
from adoption.reports.actions import ActionBook
from adoption.reports.digest.digest import Digest, weekly_digest
from adoption.reports.digest.formats import (
    digest_as_csv,
    digest_as_json,
    digest_as_markdown,
    digest_as_text,
)
from adoption.reports.report.report import adoption_report
from adoption.reports.report.sections import report_as_csv, report_as_json
from adoption.reports.rich_text import plain
from adoption.reports.weeks import Week
from bot.local.example_company.company import Company, Planted
from bot.local.example_company.filling import fill
from bot.local.example_company.programme.pulse import TEAM, TEAM_BARRIER, WAVE, WAVE_BARRIER
from tests.adoption.factories import fresh_record
from tests.support.schemas import declared

UTC = ZoneInfo("UTC")
WEEK = Week(2026, 46)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    record = fresh_record(tmp_path_factory.mktemp("halfyear"))
    planted = fill(record, Company(size=400, weeks=9, last=WEEK, seed=7))
    yield record, planted
    record.close()


@pytest.fixture(scope="module")
def digest(made) -> Digest:
    return weekly_digest(made[0], WEEK, UTC)


def test_the_headline_names_the_team_that_fell_silent(digest: Digest):
    assert plain(digest.headline).startswith(f"Weekly use in {Planted(WEEK).team} fell from ")
    fallen = [team.name for team in digest.use.teams if team.direction < 0]
    assert fallen == [Planted(WEEK).team]


def test_the_digest_names_the_reason_that_grew(digest: Digest):
    planted = Planted(WEEK)
    [tool] = [found for found in digest.overrides if found.tool == planted.tool]
    assert tool.reasons[0].reason == planted.reason
    assert tool.reasons[0].direction == 1
    to_do = [plain(each.text) for each in digest.recommendations]
    assert any(planted.reason in text and planted.tool in text for text in to_do)


def test_the_digest_names_the_barriers_and_who_does_something_about_them(digest: Digest):
    found = {each.subject: each.owner for each in digest.recommendations}
    assert found[f"pulse:{TEAM_BARRIER}"] == "Training lead"
    assert found[f"pulse:{WAVE_BARRIER}"] == "Champion"
    [pulse] = [each for each in digest.programme if each.key == "pulse"]
    blocked = [row[0] for row in pulse.table.rows if row[-1] != "–"]
    # Means of few people are rounded to halves at random: one at 3 may be a little higher.
    assert {f"Wave {WAVE + 1}", TEAM} <= set(blocked)
    trend = [plain(line) for line in pulse.lines if "over 4 rounds" in plain(line)]
    assert len(trend) == 5


def test_the_digest_shows_how_follow_ups_went(digest: Digest):
    [shown] = [each for each in digest.programme if each.key == "follow_ups"]
    said = r"Of those who answered, .* say it's going well, .* say it's mixed, and .* are stuck\."
    assert re.fullmatch(said, plain(shown.lines[1]))


def test_the_week_before_shows_neither(made):
    before = weekly_digest(made[0], WEEK.previous, UTC)
    assert [team.name for team in before.use.teams if team.direction < 0] == []
    assert Planted(WEEK).reason not in plain(before.headline)


def test_there_is_one_headline_and_at_most_five_recommendations_each_with_evidence(
    digest: Digest,
):
    assert plain(digest.headline).endswith(".")
    found = digest.recommendations
    assert 1 <= len(found) <= 5
    assert all(plain(each.evidence) and each.owner and plain(each.text) for each in found)
    assert len({each.subject for each in found}) == len(found)
    assert [figure.name for figure in digest.key_figures] == [
        "Weekly active",
        "Habitual users",
        "Resolved without a person",
        "Helpful answers",
    ]
    assert digest.use.trend.keys() == {WEEK.monday - timedelta(weeks=back) for back in range(12)}


def test_a_team_that_is_too_small_is_not_seen_in_any_form(digest: Digest):
    teams = {team.name: team.now.eligible for team in digest.use.teams}
    assert OTHERS in teams
    assert "Board" not in teams
    assert min(teams.values()) >= 5
    for show in (digest_as_text, digest_as_markdown, digest_as_json, digest_as_csv):
        assert "Board" not in show(digest)


def test_a_larger_minimum_folds_more(made):
    teams = weekly_digest(made[0], WEEK, UTC, Minimum(30)).use.teams
    assert {t.name for t in teams if t.now.eligible < 25} == set()


def test_the_json_is_as_its_schema_says(digest: Digest, made):
    empty = weekly_digest(made[0], Week(2020, 53), UTC)
    for each in (digest, empty):
        declared("digest.schema.json").validate(json.loads(digest_as_json(each)))
    for months in (5, 0):
        report = adoption_report(
            made[0].engine, WEEK.monday - timedelta(days=30 * months), WEEK.monday, UTC
        )
        declared("report.schema.json").validate(json.loads(report_as_json(report)))


def test_the_first_digest_of_a_company_is_the_same_made_twice(made, digest: Digest):
    assert digest_as_json(weekly_digest(made[0], WEEK, UTC)) == digest_as_json(digest)


def test_next_week_comes_back_to_what_was_recommended(made, digest: Digest):
    points = ActionBook(made[0].engine)
    points.recommend(WEEK, digest.recommendations)
    # In the digest's order, here and in Home.
    stored = [point.subject for point in points.of(WEEK)]
    assert stored == [each.subject for each in digest.recommendations]
    first = digest.recommendations[0]
    now = datetime.combine(WEEK.next.monday, time(8), UTC)
    points.finish(str(WEEK), first.subject, first.owner, "They had a month's end.", now)
    points.recommend(WEEK, digest.recommendations)
    after = weekly_digest(made[0], WEEK.next, UTC)
    assert len(after.followed) == len(digest.recommendations)
    assert after.followed[0].did == "They had a month's end."
    assert all(point.did == "" for point in after.followed[1:])


def test_postgresql_and_sqlite_tell_the_same(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    told = []
    chance = random.Random(3)
    # Rounding depends on pseudonyms.
    monkeypatch.setattr("uuid.uuid4", lambda: UUID(int=chance.getrandbits(128)))
    for record in (fresh_record(tmp_path), Record.open(postgres)):
        chance.seed(3)
        fill(record, Company(size=120, weeks=5, last=WEEK, seed=3))
        end = WEEK.monday + timedelta(days=6)
        report = adoption_report(record.engine, end - timedelta(weeks=4), end, UTC, hour_worth=50)
        told.append((digest_as_json(weekly_digest(record, WEEK, UTC)), report_as_csv(report)))
        if record.engine.dialect.name == "postgresql":
            downgrade(record.engine, "base")
        record.close()
    assert told[0] == told[1]
