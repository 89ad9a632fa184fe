"""Half a year of a company in four waves: the digest names the wave that should pause."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest

from adoption.privacy.groups import Minimum
from adoption.reports.digest.digest import Digest, weekly_digest
from adoption.reports.digest.formats import digest_as_csv, digest_as_json
from adoption.reports.rich_text import plain
from adoption.reports.rollout.figures import WaveStatus, wave_statuses
from adoption.reports.weeks import Week
from adoption.rollout.models import Advice, WaveState
from adoption.usage.queries import UseReader
from bot.local.example_company import people, use
from bot.local.example_company.company import Company
from bot.local.example_company.programme import nudges, pulse, rollout
from tests.adoption.factories import fresh_record

UTC = ZoneInfo("UTC")
WEEK = Week(2026, 46)


@pytest.fixture(
    scope="module",
    params=[600, pytest.param(2000, marks=[pytest.mark.soak, pytest.mark.timeout(0)])],
)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    record = fresh_record(tmp_path_factory.mktemp("rollout"))
    company = Company(size=request.param, weeks=26, last=WEEK, seed=7)
    for fill in (people.fill, use.fill, nudges.fill, rollout.fill, pulse.fill):
        fill(record, company)
    yield record, company
    record.close()


@pytest.fixture(scope="module")
def digest(made) -> Digest:
    return weekly_digest(made[0], WEEK, UTC)


@pytest.fixture(scope="module")
def statuses(made) -> dict[str, WaveStatus]:
    found = wave_statuses(UseReader(made[0].engine), made[1].last.next.monday, UTC, Minimum())
    return {status.wave.name: status for status in found}


def test_the_digest_names_the_wave_that_should_pause_and_no_other(digest: Digest):
    to_do = {plain(each.text): plain(each.evidence) for each in digest.recommendations}
    [(text, evidence)] = [(t, e) for t, e in to_do.items() if t.startswith("Decide on ")]
    assert text == (
        f"Decide on {rollout.SHOULD_PAUSE} before {rollout.PLANNED}: the figures say pause."
    )
    # The gate that is not passed comes first, in words.
    first = evidence.split(". ")[0]
    assert first.startswith("Not passed: overrides 4")
    assert first.endswith(" %, target under 25 %")
    lines = [
        plain(line) for part in digest.programme if part.key == "rollout" for line in part.lines
    ]
    assert [line.split(":")[0] for line in lines if "say pause" in line] == [rollout.SHOULD_PAUSE]


def test_the_same_digest_names_the_barrier_and_what_the_message_did_within_its_interval(
    made, digest: Digest
):
    found = {each.subject: plain(each.text) for each in digest.recommendations}
    assert f"pulse:{pulse.TEAM_BARRIER}" in found
    [shown] = [part for part in digest.programme if part.key == "nudges"]
    [line] = map(plain, shown.lines)
    assert line.startswith(nudges.TOOL)
    # Of few, rounded at random, it may not be possible to tell; then it says so.
    if made[1].size < 2000 and "not enough data" in line:
        return
    spans = re.findall(r"interval ([+-]?\d+) to ([+-]?\d+)", line.replace("\u2212", "-"))
    low, high = map(int, spans[0])
    assert low < nudges.EFFECT * 100 < high
    assert line.endswith("it helped.") is (low > 0)


def test_every_wave_is_where_it_was_planted(statuses: dict[str, WaveStatus]):
    assert [status.wave.state for status in statuses.values()] == [
        WaveState.PASSED,
        WaveState.PASSED,
        WaveState.LIVE,
        WaveState.LIVE,
        WaveState.PLANNED,
    ]
    assert statuses[rollout.SHOULD_PAUSE].advice is Advice.PAUSE
    assert statuses["Wave 4"].advice is not Advice.PAUSE
    others = [s.figures.overrides.value for n, s in statuses.items() if n != rollout.SHOULD_PAUSE]
    assert max(filter(None, others)) < 0.15
    assert statuses[rollout.PLANNED].checklist.ready == 3


def test_figures_and_checklist_are_in_every_form_of_the_digest(digest: Digest):
    assert rollout.SHOULD_PAUSE in digest_as_json(digest)
    rows = digest_as_csv(digest)
    assert "rollout,Wave 3,State,live" in rows
    assert f"readiness,{rollout.PLANNED},Ready,3 of 14" in rows
