"""Words of every kind in what training, nudges and lessons show, and in calendar files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from adoption.feedback.lesson_decisions import Decided
from adoption.feedback.models import LessonDecision
from adoption.training.catalogue import Course, Plan, Session
from adoption.training.models import SeatState, Tier
from adoption.training.notices import Notice, NoticeKind
from bot.features.lessons.blocks import lessons_dialog
from bot.features.nudges.message import NextSession, Nudge, Tip, nudge_message
from bot.features.training import blocks
from bot.features.training.calendar import calendar_file
from bot.features.training.offers import GuideToRead, Offer, Training
from bot.guides.taught import Taught, TaughtList
from knowledge.guides.health import Guide
from tests.bot.features.test_hostile_submissions import (
    AUTHOR,
    HOSTILE,
    LINK,
    harmless,
    quick,
    sound,
    sound_view,
)
from tests.bot.features.test_hostile_texts import assert_harmless

AT, ZONE = datetime(2026, 11, 18, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin")
# What would begin a line of its own in a calendar file.
LINES = [
    f"{start}{end}ATTENDEE:mailto:eve@evil.example"
    for start in ("Room 1", "https://meet.example.com/a")
    for end in ("\n", "\r\n", "\r", "\u2028", "\x85", "\x0b", "\\n", ";X=1:")
]
words = st.sampled_from([*HOSTILE, *LINES])
# An admin chooses where a session is; an address there is a link.
places = words.filter(lambda said: not said.startswith("http"))


def session(said: str, place: str, about: str, id: str = "id") -> Session:
    plan = Plan(id, "course", AT, 60, "Europe/Berlin", 9, AUTHOR, place)
    return Session(plan, Course("course", said, Tier.AWARENESS, about, materials=(said,)))


@quick
@given(words, places, words)
def test_no_words_about_training_do_anything(said: str, place: str, about: str):
    held, guides = session(said, place, about), [GuideToRead(said, ""), GuideToRead(about, LINK)]
    for kind in set(NoticeKind) - {NoticeKind.NOTHING}:
        sound(blocks.notice_message(Notice(held, SeatState.CONFIRMED, kind), ZONE, guides))
    sound(blocks.reminder_message(held, ZONE, is_last=False))
    offers = [Offer(session(said, place, about, f"id{n}")) for n in range(3)]
    waiting = [replace(offers[0], state=SeatState.WAITING)]
    training = Training(ZONE, waiting, offers[1:2], offers[2:], to_mark=[held])
    sound_view(blocks.list_dialog(training, True))
    harmless([each.to_dict() for each in blocks.home_blocks(training)])


@quick
@given(words, words, st.sampled_from(["", LINK]))
def test_no_words_in_a_nudge_do_anything(tool: str, said: str, link: str):
    coming = NextSession(said, AT + timedelta(days=1))
    # A guide's code may show an address, which is no link there.
    assert_harmless(nudge_message(Nudge("campaign", tool, Tip(said, said, link), AUTHOR, coming)))


@quick
@given(st.lists(words, min_size=1, max_size=6))
def test_no_words_that_people_taught_do_anything(said: list[str]):
    decided = Decided(LessonDecision.APPROVED, AUTHOR, AT)
    about = Guide("lunch.md", said[0], "", "", "everyone")
    lessons = [
        Taught(f"{n:032x}", text, about, text, n % 2 == 0, decided if n % 3 == 0 else None)
        for n, text in enumerate(said)
    ]
    sound_view(lessons_dialog(TaughtList(tuple(lessons))))


def test_no_words_add_a_line_to_a_calendar_file():
    plain = _lines(calendar_file(session("A", "https://a.example", "B"), "T1", 1, AT, "B"))
    for said in [*HOSTILE, *LINES]:
        held = session(said, said, said)
        for gone in (False, True):
            text = calendar_file(held, "T1", 1, AT, f"{said}\n{said}", gone=gone)
            assert set(_lines(text)) <= set(plain), said
            event = Calendar.from_ical(text).walk("VEVENT")[0]
            assert len(str(event.get("url", "")).split()) <= 1
            assert not set(text) & set("\u202e\u202c\u200b\0\u2028\x85\x0b"), said


def _lines(text: str) -> list[str]:
    """The names of all properties and parts."""
    unfolded = text.replace("\r\n ", "").split("\r\n")
    assert not any("\n" in line or "\r" in line for line in unfolded)
    return [line.partition(":")[0].partition(";")[0] for line in unfolded]
