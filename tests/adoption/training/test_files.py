from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.errors import FileUnreadable
from adoption.training.attendance_file import minutes_in, read_attendance
from adoption.training.catalogue_file import CatalogueFile, read_catalogue
from adoption.training.models import Tier

TOML = """
[[course]]
id = "prompting"
title = "Prompting by hand"
tier = "hands-on"
about = "Bring a task."
tools = ["Mars"]
waves = ["Wave 1", "Wave 2"]
materials = ["Asking well"]

[[session]]
id = "prompting-1"
course = "prompting"
starts = 2026-12-01T14:00:00
zone = "Europe/Berlin"
seats = 12
host = "jonas@x.example"
place = "Room 4"

[[session]]
id = "prompting-2"
course = "prompting"
starts = "2026-12-02 09:30"
"""
CSV = """\
Course;Title;Tier;About;Tools;Waves;Materials;Session;Starts;Zone;Seats;Host;Place
prompting;Prompting by hand;hands-on;Bring a task.;Mars;Wave 1|Wave 2;Asking well;\
prompting-1;2026-12-01 14:00;Europe/Berlin;12;jonas@x.example;Room 4
prompting;Prompting by hand;hands-on;;;;;prompting-2;2026-12-02 09:30;;;;
"""
# As Teams writes it: UTF-16, tabs, several tables below each other.
TEAMS = (
    "1. Summary\nMeeting title\tPrompting by hand\nAttended participants\t3\n\n"
    "2. Participants\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    "Ada L\t12/1/26, 2:00:01 PM\t12/1/26, 6:00:12 PM\t4h 0m 11s\tAda@x.example\tada@x.example\tP\n"
    "Bo B\t12/1/26, 2:00:01 PM\t12/1/26, 2:20:00 PM\t19m 59s\tbo@x.example\tbo@x.example\tP\n"
    "Guest\t12/1/26, 2:00:01 PM\t12/1/26, 6:00:00 PM\t4h\t\t\tP\n\n"
    "3. In-Meeting Activities\n"
    "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
    "Cy C\t12/1/26, 2:00:01 PM\t12/1/26, 6:00:12 PM\t4h\tcy@x.example\tP\n"
)
ZOOM = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
123,Prompting,12/01/2026 02:00:00 PM,12/01/2026 06:00:00 PM,host@x.example,240,2

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Ada,ada@x.example,12/01/2026 02:00:00 PM,12/01/2026 03:00:00 PM,60,No
Ada,ada@x.example,12/01/2026 03:10:00 PM,12/01/2026 04:30:00 PM,80,No
Bo,bo@x.example,12/01/2026 02:00:00 PM,12/01/2026 02:30:00 PM,30,No
"""
LMS = "Login,Status\nada,Completed\nbo,Enrolled\ncy,maybe\n"


def written(folder: Path, text: str, name: str = "catalogue.toml", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def hosted(handle: str) -> str | None:
    return {"jonas@x.example": "T1:JONAS"}.get(handle)


def read(path: Path) -> CatalogueFile:
    return read_catalogue(path, hosted, "Asia/Tokyo")


@pytest.mark.parametrize(("text", "name"), [(TOML, "c.toml"), (CSV, "c.csv")])
def test_a_catalogue_is_read_alike_from_both_kinds_of_file(tmp_path: Path, text: str, name: str):
    found = read(written(tmp_path, text, name))
    (course,) = found.courses
    assert (course.tier, course.waves, course.tools) == (
        Tier.HANDS_ON,
        ("Wave 1", "Wave 2"),
        ("Mars",),
    )
    first, second = found.plans
    assert first.starts_at == datetime(2026, 12, 1, 13, tzinfo=UTC)
    assert (first.host, first.seats, first.minutes) == ("T1:JONAS", 12, 240)
    # Where nothing is said, it is the usual length of its tier in the zone of the programme.
    assert second.starts_at == datetime(2026, 12, 2, 0, 30, tzinfo=UTC)
    assert (second.minutes, second.seats, second.zone) == (240, 15, "Asia/Tokyo")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('tier = "hands-on"', 'tier = "expert"', "the tier “expert”"),
        ("seats = 12", "seats = 0", "not a number from 1 to 1000"),
        ("seats = 12", "seats = true", "not a number"),
        ('zone = "Europe/Berlin"', 'zone = "Mars/Base"', "no time zone “Mars/Base”"),
        ("2026-12-01T14:00:00", "2026-03-29T02:30:00", "skip 02:30 on 2026-03-29"),
        ('"2026-12-02 09:30"', '"soon"', "write it like 2026-12-01 14:00"),
        ('host = "jonas@x.example"', 'host = "who@x.example"', "who is not on the roster"),
        ('course = "prompting"', 'course = "other"', "a course that doesn't exist"),
        ('id = "prompting-2"', 'id = "prompting-1"', "“prompting-1” is there twice"),
        ("place =", "plaec =", "“plaec”, which is unknown"),
        ('title = "Prompting by hand"', 'title = ""', "has no title"),
        ('tools = ["Mars"]', "tools = [1]", "no list of texts as tools"),
        ('id = "prompting-1"', 'id = "a b/c"', "use letters, digits"),
        ("[[course]]", "[course", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    tmp_path: Path, old: str, new: str, says: str
):
    assert old in TOML
    with pytest.raises(FileUnreadable, match=says.replace("(", r"\(")):
        read(written(tmp_path, TOML.replace(old, new, 1)))


def test_all_faults_are_named_at_once(tmp_path: Path):
    text = TOML.replace("seats = 12", "seats = 0").replace('"2026-12-02 09:30"', '"soon"')
    with pytest.raises(FileUnreadable, match=r"the session 1 .*; the session 2 "):
        read(written(tmp_path, text))


def test_a_teams_report_counts_who_stayed_for_half_of_it(tmp_path: Path):
    found = read_attendance(written(tmp_path, TEAMS, "t.csv", "utf-16"), 240)
    assert (list(found.came), list(found.left_early)) == (["ada@x.example"], ["bo@x.example"])
    assert list(found.faults) == ["line 9 names nobody"]


def test_who_joins_a_zoom_meeting_again_is_added_up(tmp_path: Path):
    found = read_attendance(written(tmp_path, ZOOM, "z.csv"), 240)
    assert "ada@x.example" in found.came
    assert list(found.left_early) == ["bo@x.example"]


def test_a_learning_platform_says_who_completed(tmp_path: Path):
    found = read_attendance(written(tmp_path, LMS, "l.csv"), 240)
    assert list(found.came) == ["ada"]
    assert "says neither present nor absent" in next(iter(found.faults))


def test_a_file_without_people_is_refused(tmp_path: Path):
    with pytest.raises(FileUnreadable, match="names nobody"):
        read_attendance(written(tmp_path, "Name,Age\nAda,36\n", "n.csv"), 60)


@given(st.integers(0, 20), st.integers(0, 59), st.integers(0, 59))
def test_durations_are_read_however_they_are_written(hours: int, minutes: int, seconds: int):
    whole = hours * 60 + minutes + seconds / 60
    for text in (f"{hours}h {minutes}m {seconds}s", f"{hours}:{minutes:02}:{seconds:02}"):
        assert minutes_in(text) == pytest.approx(whole)
    assert minutes_in(str(hours)) == hours
