from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from adoption.feedback.voices import Voices

from adoption.db.engine import downgrade
from adoption.privacy.groups import OTHERS, Minimum
from adoption.record import Record
from adoption.reports.digest.digest import Digest, weekly_digest
from adoption.reports.digest.formats import (
    digest_as_csv,
    digest_as_json,
    digest_as_markdown,
    digest_as_text,
)
from adoption.reports.report.report import adoption_report
from adoption.reports.report.sections import report_as_csv
from adoption.reports.rich_text import plain
from adoption.reports.weeks import Week
from bench.halfyear import Company, Planted, fill
from tests.adoption.factories import fresh_record

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


def test_the_digest_names_the_team_that_fell_silent(digest: Digest):
    said = [plain(line) for line in digest.headline]
    assert any(f"Weekly use in {Planted(WEEK).team} fell" in line for line in said)
    fallen = [team.name for team in digest.use.teams if team.direction < 0]
    assert fallen == [Planted(WEEK).team]


def test_the_digest_names_the_reason_that_grew(digest: Digest):
    planted = Planted(WEEK)
    [tool] = [found for found in digest.overrides if found.tool == planted.tool]
    assert tool.reasons[0].reason == planted.reason
    assert tool.reasons[0].direction == 1
    said = " ".join(plain(line) for line in digest.headline)
    assert f"“{planted.reason}” is behind" in said
    assert planted.tool in said


def test_the_week_before_shows_neither(made):
    before = weekly_digest(made[0], WEEK.previous, UTC)
    assert [team.name for team in before.use.teams if team.direction < 0] == []
    said = " ".join(plain(line) for line in before.headline)
    assert Planted(WEEK).reason not in said


def test_there_are_three_sentences_and_at_most_five_actions_each_with_evidence(digest: Digest):
    assert len(digest.headline) == 3
    assert 1 <= len(digest.recommendations) <= 5
    assert all(plain(a.evidence) and a.owner and plain(a.text) for a in digest.recommendations)
    assert len({action.subject for action in digest.recommendations}) == len(digest.recommendations)


def test_a_team_that_is_too_small_is_not_seen_in_any_form(digest: Digest):
    teams = {team.name: team.now.eligible for team in digest.use.teams}
    assert OTHERS in teams
    assert "Board" not in teams
    assert min(teams.values()) >= 5
    assert sum(teams.values()) == digest.use.now.eligible
    for show in (digest_as_text, digest_as_markdown, digest_as_json, digest_as_csv):
        assert "Board" not in show(digest)


def test_a_larger_minimum_folds_more(made):
    teams = weekly_digest(made[0], WEEK, UTC, Minimum(30)).use.teams
    assert {t.name for t in teams if t.now.eligible < 30} == set()


def test_the_json_is_as_its_schema_says(digest: Digest, made):
    from jsonschema import Draft202012Validator

    schema = json.loads(
        (Path(__file__).parents[2] / "docs" / "digest.schema.json").read_text("utf-8")
    )
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    empty = weekly_digest(made[0], Week(2020, 53), UTC)
    for each in (digest, empty):
        assert list(validator.iter_errors(json.loads(digest_as_json(each)))) == []


def test_the_first_digest_of_a_company_is_the_same_made_twice(made, digest: Digest):
    assert digest_as_json(weekly_digest(made[0], WEEK, UTC)) == digest_as_json(digest)


def test_next_week_comes_back_to_what_was_recommended(made, digest: Digest):
    voices = Voices(made[0].engine)
    voices.keep_actions(digest)
    first = digest.recommendations[0]
    voices.keep_follow_up(
        str(WEEK), first.subject, plain(first.text), first.owner, "They had a month's end."
    )
    voices.keep_actions(digest)
    after = weekly_digest(made[0], WEEK.next, UTC)
    assert len(after.followed) == len(digest.recommendations)
    assert after.followed[0].did == "They had a month's end."
    assert all(point.did is None for point in after.followed[1:])


def test_postgresql_and_sqlite_tell_the_same(postgres: str, tmp_path: Path):
    told = []
    for record in (fresh_record(tmp_path), Record.open(postgres)):
        fill(record, Company(size=120, weeks=5, last=WEEK, seed=3))
        end = WEEK.monday + timedelta(days=6)
        report = adoption_report(record.engine, end - timedelta(weeks=4), end, UTC, hour_worth=50)
        told.append((digest_as_json(weekly_digest(record, WEEK, UTC)), report_as_csv(report)))
        if record.engine.dialect.name == "postgresql":
            downgrade(record.engine, "base")
        record.close()
    assert told[0] == told[1]
