"""A seat as an iCalendar file (RFC 5545), which adds, moves or removes it in a calendar."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from adoption.training.catalogue import Session
from bot.slack.mrkdwn import one_line

# An address is written as it is: none of RFC 3986's characters ends a line.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]+")
_PRODUCT = "-//Uptake//Training//EN"


def calendar_file(
    session: Session, team: str, revision: int, at: datetime, notes: str = "", *, gone: bool = False
) -> str:
    """The file; a calendar takes the one with the highest revision for a session.

    Args:
        team: the workspace, so that two companies' sessions never share an id.
        revision: of the seat.
        at: when it was written.
        notes: what the description says.
        gone: whether the seat is gone.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    calendar.add_component(_event(session, team, revision, at, notes, gone))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written.decode("utf-8")


def _event(
    session: Session, team: str, revision: int, at: datetime, notes: str, gone: bool
) -> Event:
    zone, place = ZoneInfo(session.plan.zone), one_line(session.plan.place)
    event = Event()
    event.add("uid", f"training-{session.id}@{team}.uptake")
    event.add("dtstamp", at)
    event.add("sequence", revision)
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", one_line(session.course.title))
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    if place:
        event.add("location", place)
    if _ADDRESS.fullmatch(place):
        event.add("url", place)
    if notes:
        event.add("description", "\n".join(map(one_line, notes.splitlines())))
    return event
