from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adoption.errors import TargetWrong
from adoption.measures import Share
from adoption.people.roster import RosterRow
from adoption.privacy.disclosure import HIDDEN, ShownShare, show_share
from adoption.privacy.groups import Minimum
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked
from adoption.record import Record
from adoption.reports.report.html import report_as_html
from adoption.reports.report.model import GroupReport, Report, Stage, narrowing
from adoption.reports.report.report import adoption_report
from adoption.reports.report.sections import report_as_csv, report_as_json, report_sections
from adoption.reports.report.verdict import largest_loss
from adoption.reports.targets import Aim, Dimension, Targets, Verdict
from adoption.reports.use import UseFigures
from adoption.reports.weeks import Week
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from bot.local.example_company.company import Company
from bot.local.example_company.filling import fill
from tests.adoption.factories import NOON, fresh_record
from tests.adoption.reports.shares import exact, is_near
from tests.conftest import uptake
from tests.support.schemas import declared

ZONE = ZoneInfo("UTC")
WEEK = Week(2026, 46)
END = WEEK.monday + timedelta(days=6)
START = END - timedelta(weeks=9) + timedelta(days=1)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory):
    record = fresh_record(tmp_path_factory.mktemp("report"))
    fill(record, Company(size=400, weeks=9, last=WEEK, seed=7))
    targets = Targets(record.engine)
    for aim in (
        Aim("monthly", Dimension.ALL, "all", 0.6),
        Aim("weekly", Dimension.TEAM, "Finance", 0.6, date(2026, 12, 31)),
        Aim("overrides", Dimension.TOOL, "GitHub Copilot", 0.5),
        Aim("habitual", Dimension.TEAM, "Board", 0.5),
    ):
        targets.put(aim)
    yield record
    record.close()


@pytest.fixture(scope="module")
def report(full: Record) -> Report:
    return adoption_report(full.engine, START, END, ZONE, hour_worth=60)


@pytest.fixture
def record(tmp_path: Path):
    record = fresh_record(tmp_path)
    yield record
    record.close()


def test_the_funnel_only_narrows(report: Report):
    names = [stage.name for stage in report.funnel]
    assert names[0] == "Eligible"
    assert names[-1] == "Power users"
    values = [stage.share.value for stage in report.funnel]
    assert values == sorted(values, reverse=True)
    assert is_near(report.funnel[0].share, 390, 390)
    loss = largest_loss(report.funnel)
    assert loss is not None
    assert loss.points == max(before - after for before, after in pairwise(values))


def test_a_stage_that_was_rounded_up_is_not_shown_above_the_one_before_it():
    values = (1.0, 0.92, None, 0.93, 0.1)
    made = narrowing([Stage("", ShownShare(value)) for value in values])
    assert [stage.share.value for stage in made] == [1.0, 0.92, None, 0.92, 0.1]


def test_targets_are_judged_by_the_whole_interval(report: Report):
    verdicts = {
        (judged.aim.measure, judged.aim.name): judged.verdict
        for judged in report.targets
        if judged.aim.dimension is not Dimension.WAVE
    }
    assert verdicts == {
        ("monthly", "all"): Verdict.MET,
        ("weekly", "Finance"): Verdict.MISSED,
        ("overrides", "GitHub Copilot"): Verdict.MET,
        ("habitual", "Board"): Verdict.HIDDEN,
    }
    half = Aim("habitual", Dimension.ALL, "all", 0.5)
    assert half.verdict(exact(5, 10)) is Verdict.OPEN


@pytest.mark.parametrize(("measure", "value"), [("love", 0.5), ("habitual", 0), ("habitual", 1.1)])
def test_what_is_no_target_is_refused_in_a_sentence(measure: str, value: float):
    with pytest.raises(TargetWrong, match=r"\.$"):
        Aim(measure, Dimension.ALL, "all", value)


def test_the_trend_has_every_whole_week(report: Report):
    assert len(report.trend) == 9
    assert list(report.trend)[-1] == WEEK.monday
    assert report.trend[WEEK.monday].value < report.trend[WEEK.previous.monday].value


def test_waves_are_followed_from_each_persons_first_week(report: Report):
    cohorts = {group.name: group.cohort for group in report.groups if group.cohort}
    # Some waves are so few people of one team that they are folded.
    assert set(cohorts) <= {"others", *(f"Wave {n}" for n in (1, 2, 3, 4))}
    assert len(cohorts) >= 2
    for shares in cohorts.values():
        assert shares[0].value == 1
        assert all(share.size >= 5 for share in shares)


def test_a_cohort_nobody_stayed_in_reads_as_exactly_as_its_size_allows():
    shares = [show_share(Share(part, 12), Minimum()) for part in (12, 0)]
    group = GroupReport(Dimension.WAVE, "One", UseFigures(), shares)
    report = Report(WEEK.monday, WEEK.sunday, WEEK.sunday, 5, groups=[group])
    (section,) = [each for each in report_sections(report) if each.key == "cohorts"]
    assert section.table.rows == [["One", "over 80 %", "under 20 %"]]


def test_the_time_saved_is_a_range_with_its_return(report: Report):
    assert {worth.tool for worth in report.worth} == {
        "Microsoft 365 Copilot",
        "ChatGPT Enterprise",
    }
    for worth in report.worth:
        assert 0 < worth.saved.low < worth.saved.high
        assert worth.back is not None


def test_the_page_has_its_parts_and_no_small_team(report: Report):
    page = report_as_html(report)
    for part in ("AI adoption", "Decision needed", "Weekly active", "Usage segments", "Actions"):
        assert part in page
    assert page.count('class="card"') == 5
    # The Board is named by its target alone, with nothing beside it.
    assert page.count("Board") == 1
    rows = list(csv.reader(io.StringIO(report_as_csv(report))))
    assert {len(row) for row in rows} == {4}
    assert [row[3] for row in rows if "Board" in row[1] and row[2] == "Now"] == ["–"]


def test_every_form_says_where_people_ask_and_names_no_small_place(record: Record):
    def ask(person: str, number: int, surface: Surface, client: str = "") -> None:
        id, at = f"{surface}{client}{person}{number}", NOON
        record.questions.add(
            Asked(id, person, at, surface, "C1", "Why?", Outcome.FAILED, "", "1", client=client)
        )

    for number in range(10):
        for person in (f"p{n}" for n in range(12)):
            ask(person, number, Surface.CHANNEL)
            ask(person, number, Surface.MCP, "=Cursor <b>")
        ask("p1", number, Surface.MCP, "Rare")
        ask("p2", number, Surface.TERMINAL)
    report = adoption_report(record.engine, NOON.date(), NOON.date(), ZONE, Minimum(10))
    # The two small places would be one that only two people used: they hide in a larger one.
    tool = "=Cursor <b>"
    assert {place.name: place.count for place in report.places} == {tool: 120, "others": 140}
    smaller = adoption_report(record.engine, NOON.date(), NOON.date(), ZONE)
    rows = list(csv.reader(io.StringIO(report_as_csv(report))))
    assert [row[1:] for row in rows if row[0] == "places"] == [
        ["others", "Questions, about", "140"],
        [f"'{tool}", "Questions, about", "120"],
    ]
    data = json.loads(report_as_json(report))
    declared("report.schema.json").validate(data)
    [places] = [each for each in data["sections"] if each["key"] == "places"]
    assert places["columns"] == ["Place", "Questions, about"]
    assert places["rows"] == [["others", "140"], [tool, "120"]]
    page = report_as_html(report)
    assert "others 140, =Cursor &lt;b&gt; 120." in page
    assert "Rare" not in page + str(rows) + str(data) + str(smaller)


def test_an_empty_record_has_a_report_too(record: Record):
    report = adoption_report(record.engine, START, END, ZONE)
    assert report.funnel == []
    page = report_as_html(report)
    assert "Import a roster and the usage exports first." in page
    with pytest.raises(ValueError, match="before it starts"):
        adoption_report(record.engine, END, START, ZONE)


def test_a_report_over_week_53_and_new_year_has_each_week_once(record: Record):
    people = [RosterRow(f"p{n}", "Sales") for n in range(6)]
    record.roster.store(people, NOON)
    facts = [
        Usage("s", "Helper", day, Event.ACCEPTED, 1, f"p{n}")
        for n in range(6)
        for day in (date(2026, 12, 28), date(2027, 1, 3), date(2027, 1, 4))
    ]
    record.usage.store(facts, NOON)
    report = adoption_report(record.engine, date(2026, 12, 21), date(2027, 1, 10), ZONE)
    first, *weeks = (date(2026, 12, 21), date(2026, 12, 28), date(2027, 1, 4))
    assert list(report.trend) == [first, *weeks]
    # No source said anything of the first week: that is no data, not no use.
    assert report.trend[first] == HIDDEN
    assert all(is_near(report.trend[week], 6, 6) for week in weeks)


def test_the_commands_set_targets_and_write_the_report(tmp_path: Path):
    place = {"UPTAKE_DATA_DIR": str(tmp_path / "data")}
    done = uptake("targets", "set", "habitual", "40", "--team", "Sales", cwd=tmp_path, **place)
    assert done.returncode == 0, done.stderr
    wrong = uptake("targets", "set", "love", "40", cwd=tmp_path, **place)
    assert wrong.returncode == 2
    assert "no target for" in wrong.stderr
    # Two reports that differ by a few days, or by the smallest group, would show few people.
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    done = uptake("report", "--to", f"{tomorrow}", "--format", "json", cwd=tmp_path, **place)
    said = json.loads(done.stdout)
    first, last = (date.fromisoformat(said[end]) for end in ("from", "to"))
    assert (first.isoweekday(), last.isoweekday()) == (1, 7)
    assert last < tomorrow
    assert uptake("report", "--minimum", "9", cwd=tmp_path, **place).returncode == 2
    assert uptake("report", "--from", f"{tomorrow}", cwd=tmp_path, **place).returncode == 2
    out = tmp_path / "report.html"
    done = uptake("report", "--out", str(out), cwd=tmp_path, **place)
    assert done.returncode == 0, done.stderr
    assert "too few people" in out.read_text("utf-8")
    assert "team Sales" in out.read_text("utf-8")
    done = uptake("report", "--format", "json", cwd=tmp_path, **place)
    assert json.loads(done.stdout)["sections"][0]["key"] == "targets"
    made = uptake("token", "Helper", cwd=tmp_path, **place)
    assert made.stdout.startswith("upt_")
    gone = uptake("token", "Helper", "--revoke", cwd=tmp_path, **place)
    assert "Revoked of Helper: 1." in gone.stdout
