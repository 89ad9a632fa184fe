"""Training as admins and hosts see it: the catalogue, its forms, and who came."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.training.catalogue import Course, Plan, Session
from adoption.training.catalogue_file import (
    LONGEST_ABOUT,
    LONGEST_PLACE,
    LONGEST_TITLE,
    USUAL_MINUTES,
    USUAL_SEATS,
)
from adoption.training.models import Tier
from adoption.training.seats import Taken
from bot.features.training.blocks import MARK, details, how_full, when
from bot.slack.blocks import (
    actions,
    button,
    confirmation,
    context,
    date_input,
    divider,
    header,
    modal,
    multi_select_input,
    option,
    section,
    select_input,
    text_input,
    time_input,
    user_input,
    users_input,
)
from bot.slack.identity import user_of
from bot.slack.mrkdwn import plain
from bot.texts import texts

MANAGE_DIALOG, COURSE_DIALOG, SESSION_DIALOG, CAME_DIALOG = (
    "training_manage",
    "training_course",
    "training_session",
    "training_came",
)
ADD_COURSE, ADD_SESSION = "training_add_course", "training_add_session"
CHANGE_COURSE, CHANGE_SESSION = "training_change_course", "training_change_session"
CALL_OFF = "training_call_off"
TITLE, TIER, ABOUT, TOOLS, ROLES, WAVES, MATERIALS = (
    "title",
    "tier",
    "about",
    "tools",
    "roles",
    "waves",
    "materials",
)
COURSE, DAY, TIME, ZONE, MINUTES, SEATS, HOST, PLACE = (
    "course",
    "day",
    "time",
    "zone",
    "minutes",
    "seats",
    "host",
    "place",
)
CAME = "came"
# People in one list, and lists in one dialog.
_PER_LIST, _MOST_LISTS = 100, 90
_MOST_SESSIONS, _MOST_COURSES = 20, 20


@dataclass(frozen=True)
class Choices:
    """What a course can be for, and what can be read."""

    tools: Sequence[str] = ()
    roles: Sequence[str] = ()
    waves: Sequence[str] = ()
    guides: Sequence[str] = ()


@dataclass(frozen=True)
class Managed:
    """The catalogue as an admin sees it.

    Attributes:
        coming, past: sessions, the next one and the last one first.
        zone: the admin's.
    """

    courses: Sequence[Course]
    coming: Sequence[Session]
    past: Sequence[Session]
    taken: Mapping[str, Taken]
    zone: ZoneInfo


def manage_dialog(managed: Managed) -> View:
    """The catalogue, with a button for whatever can be changed."""
    say = texts("training")
    add = [button(say["add_course"], ADD_COURSE)]
    if managed.courses:
        add.insert(0, button(say["add_session"], ADD_SESSION, style="primary"))
    coming = [b for each in managed.coming[:_MOST_SESSIONS] for b in _coming(managed, each)]
    past = [_past(managed, each) for each in managed.past[:_MOST_SESSIONS]]
    courses = [_course(each) for each in managed.courses[:_MOST_COURSES]]
    blocks: list[Block] = [
        actions(*add),
        header(say["sessions"]),
        *(coming or [section(say["no_sessions"])]),
        *([header(say["past"]), *past] if past else []),
        divider(),
        header(say["courses"]),
        *(courses or [section(say["no_courses"])]),
    ]
    return modal(MANAGE_DIALOG, say["manage_title"], blocks, close=say["close"])


def _coming(managed: Managed, session: Session) -> list[Block]:
    say, taken = texts("training"), managed.taken.get(session.id, Taken())
    sure = confirmation(
        say["call_off_title"],
        say["call_off_text"],
        say["call_off_yes"],
        say["call_off_no"],
        "danger",
    )
    title = plain(session.course.title, 300)
    return [
        section(f"*{title}*\n{details(session, managed.zone)}\n_{how_full(session, taken)}_"),
        actions(
            button(say["change"], CHANGE_SESSION, session.id),
            button(say["call_off"], CALL_OFF, session.id, "danger", confirm=sure),
        ),
    ]


def _past(managed: Managed, session: Session) -> Block:
    say = texts("training")
    label = say["came" if session.attendance_at is None else "came_again"]
    text = f"*{plain(session.course.title, 300)}*\n{when(session, managed.zone)}"
    return section(text, button(label, MARK, session.id))


def _course(course: Course) -> Block:
    say = texts("training")
    groups = ", ".join([*course.roles, *course.waves, *course.tools])
    whom = say["for_some"].format(groups=plain(groups, 300)) if groups else say["for_all"]
    text = f"*{plain(course.title, 300)}*\n_{say[f'tier_{course.tier}']}, {whom}_"
    return section(text, button(say["change"], CHANGE_COURSE, course.id))


def course_dialog(id: str, choices: Choices, course: Course | None = None) -> View:
    """The form of a course, filled with what it is now."""
    say, now = texts("training"), course or Course(id, "", Tier.AWARENESS)
    tiers = [option(f"{tier}".capitalize(), tier) for tier in Tier]
    blocks: list[Block] = [
        text_input(
            TITLE, say["course_name"], multiline=False, initial=now.title, most=LONGEST_TITLE
        ),
        select_input(TIER, say["tier"], tiers, now.tier),
        text_input(
            ABOUT,
            say["about"],
            optional=True,
            initial=now.about,
            most=LONGEST_ABOUT,
            hint=say["about_hint"],
        ),
        *_groups(TOOLS, choices.tools, now.tools),
        *_groups(ROLES, choices.roles, now.roles),
        *_groups(WAVES, choices.waves, now.waves),
        *_groups(MATERIALS, choices.guides, now.materials),
    ]
    return modal(
        COURSE_DIALOG,
        say["course_title"],
        blocks,
        submit=say["save"],
        close=say["cancel"],
        metadata=id,
    )


def _groups(name: str, offered: Sequence[str], chosen: Sequence[str]) -> list[Block]:
    """A menu of names; none where there is nothing to choose. What is chosen stays in it."""
    say = texts("training")
    names = list(dict.fromkeys([*chosen, *offered]))
    options = [option(each, each) for each in names if each.strip() and len(each) <= 150]
    if not options:
        return []
    hint, choose = say[f"{name}_hint"], say["choose"]
    return [multi_select_input(name, say[name], options, chosen, hint=hint, placeholder=choose)]


def session_dialog(id: str, courses: Sequence[Course], plan: Plan | None, zone: str) -> View:
    """The form of a session, filled with its plan.

    Args:
        zone: of a new one.
    """
    say = texts("training")
    options = [option(each.title, each.id) for each in courses]
    zone = plan.zone if plan else zone
    begin = plan.starts_at.astimezone(ZoneInfo(zone)) if plan else None
    tier = next((each.tier for each in courses if plan and each.id == plan.course), courses[0].tier)
    chosen = plan.course if plan else courses[0].id
    minutes = plan.minutes if plan else USUAL_MINUTES[tier]
    blocks: list[Block] = [
        select_input(COURSE, say["course"], options, chosen),
        date_input(DAY, say["day"], f"{begin:%Y-%m-%d}" if begin else ""),
        time_input(TIME, say["time"], f"{begin:%H:%M}" if begin else "09:00"),
        text_input(
            ZONE, say["zone"], multiline=False, initial=zone, most=64, hint=say["zone_hint"]
        ),
        _number(MINUTES, minutes),
        _number(SEATS, plan.seats if plan else USUAL_SEATS[tier]),
        user_input(
            HOST,
            say["host"],
            user_of(plan.host or "") if plan else "",
            optional=True,
            hint=say["host_hint"],
        ),
        text_input(
            PLACE,
            say["place"],
            optional=True,
            multiline=False,
            initial=plan.place if plan else "",
            most=LONGEST_PLACE,
            hint=say["place_hint"],
        ),
    ]
    return modal(
        SESSION_DIALOG,
        say["session_title"],
        blocks,
        submit=say["save"],
        close=say["cancel"],
        metadata=id,
    )


def _number(name: str, value: int) -> Block:
    return text_input(name, texts("training")[name], multiline=False, initial=str(value), most=6)


def absent_name(number: int) -> str:
    """The name of one of the inputs in which people are chosen who did not come."""
    return f"absent:{number}"


def came_dialog(session: Session, users: Collection[str], zone: ZoneInfo) -> View:
    """Asks who came; those who signed up, or came, are chosen already."""
    say = texts("training")
    chosen = users_input(
        CAME, say["came_who"], list(users), hint=say["came_hint"], placeholder=say["choose"]
    )
    return _marking(session, zone, [chosen])


def absent_dialog(session: Session, absent: Sequence[str], people: int, zone: ZoneInfo) -> View:
    """Asks who did not come, of more people than one list can hold, and who came without a seat.

    Args:
        absent: who is marked so already.
        people: how many signed up.
    """
    say, choose = texts("training"), texts("training")["choose"]
    lists = [
        users_input(
            absent_name(number),
            say["absent_more" if number else "absent_who"],
            absent[number * _PER_LIST : (number + 1) * _PER_LIST],
            placeholder=choose,
        )
        # As many as there are people, should nobody have come.
        for number in range(-(-people // _PER_LIST))
    ]
    lead = context(say["absent_lead"].format(count=people, id=session.id))
    walk_ins = users_input(CAME, say["came_without_seat"], [], placeholder=choose)
    return _marking(session, zone, [lead, *lists[:_MOST_LISTS], walk_ins])


def _marking(session: Session, zone: ZoneInfo, asked: Sequence[Block]) -> View:
    say = texts("training")
    about = section(f"*{plain(session.course.title, 300)}*\n{when(session, zone)}")
    return modal(
        CAME_DIALOG,
        say["came_title"],
        [about, *asked, context(say["came_told"])],
        submit=say["save"],
        close=say["cancel"],
        metadata=session.id,
    )
