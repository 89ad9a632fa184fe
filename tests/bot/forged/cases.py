"""For every button, dialog, command and shortcut, what its rightful sender would send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adoption.reports.actions import ActionBook
from bot.features.digest.blocks import value_of as point_value
from bot.features.feedback.blocks import PROGRAMME
from bot.features.pulse.blocks import ELEMENTS
from bot.features.readiness.blocks import value_of as item_value
from tests.bot.forged.world import (
    CAMPAIGN,
    COMING,
    COURSE,
    DISMISSED,
    DRAFT,
    ENTRY,
    GAP,
    GATE,
    GONE,
    HELD,
    LIVE,
    OWN,
    PLANNED,
    ROUND,
    SECRET,
    STORY,
    TEXTS,
    TOOL,
    WEEK,
    World,
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """What somebody sends.

    Attributes:
        kind: action, view, view_closed, shortcut or command.
        name: of the button or dialog.
        value: of the button, or the dialog's `private_metadata`.
        values: what is filled in, by input.
        by: who may send it.
        own: whether any colleague may, for it is about whoever sends it.
        shows: whether it changes nothing in the record: it opens a dialog or posts.
        again: whether it does more when it is sent again.
        dialog: in which dialog a button was pressed.
    """

    kind: str
    name: str
    value: str = ""
    values: Json = field(default_factory=dict)
    by: str = "admin"
    own: bool = False
    shows: bool = False
    again: bool = False
    dialog: str = ""


def typed(text: str) -> Json:
    return {"type": "plain_text_input", "value": text}


def chosen(value: str) -> Json:
    return {"type": "static_select", "selected_option": {"value": value}}


def ticked(*values: str) -> Json:
    return {"type": "checkboxes", "selected_options": [{"value": each} for each in values]}


def day(value: str) -> Json:
    return {"type": "datepicker", "selected_date": value}


def people(*users: str) -> Json:
    return {"type": "multi_users_select", "selected_users": list(users)}


def person(user: str) -> Json:
    return {"type": "users_select", "selected_user": user}


def cases(world: World) -> list[Case]:
    """Every case; what ends a thing comes after what needs it."""
    return [
        *_about_oneself(world),
        *_answers(world),
        *_submissions(world),
        *_decisions(world),
        *_training(world),
        *_programme(world),
        *_rollout(world),
        *_openings(world),
    ]


def _about_oneself(world: World) -> Sequence[Case]:
    mine: Json = {"by": "user", "own": True}
    tool = {"tool": chosen(TOOL)}
    return [
        Case("action", "logging_pause", **mine),
        Case("action", "logging_resume", **mine),
        Case("action", "reminders_stop", **mine),
        Case("action", "reminders_allow", **mine),
        Case("action", "nudge_no_more", CAMPAIGN, **mine),
        Case("action", "nudge_again", CAMPAIGN, **mine),
        Case("action", "data_export", shows=True, again=True, **mine),
        Case("view", "token_dialog", values={"client": typed("Cursor")}, again=True, **mine),
        Case("view", "question", values={"question": typed("Who decides?")}, again=True, **mine),
        Case(
            "view",
            "feedback",
            values={"about": chosen(PROGRAMME), "text": typed("Good.")},
            again=True,
            **mine,
        ),
        Case("view", "check_in", values=tool | {"saved": chosen("30-60")}, again=True, **mine),
        Case(
            "view",
            "override",
            values=tool | {"reason": chosen("wrong data/missing data"), "weight": chosen("low")},
            again=True,
            **mine,
        ),
        Case("action", "training_sign_up", COMING, **(mine | {"by": "champion"})),
        Case("command", "/uptake ask", "Who decides?", again=True, **mine),
    ]


def _answers(world: World) -> Sequence[Case]:
    mine, theirs = {"by": "user"}, {"by": "champion"}
    asked, section = world.asked, f"{world.section}|{world.asked}"
    show = {"shows": True, "again": True}
    return [
        Case("action", "thumbs", f"positive:{asked}", again=True, **mine),
        Case("action", "saving_hour", f"an hour:{asked}", again=True, **mine),
        Case("action", "thumbs", f"negative:{asked}", again=True, **mine),
        Case("view", "reason", asked, {"reason": chosen("wrong"), "comment": typed("No.")}, **mine),
        Case("action", "section_helps", section, again=True, **mine),
        Case("action", "section_read", section, **show, **mine),
        Case("action", "answer_menu", f"override:{asked}", **show, **mine),
        Case("action", "answer_menu", f"feedback:{asked}", **show, **mine),
        Case("action", "share_answer", asked, shows=True, again=True, **mine),
        Case("action", "ask_person", asked, **mine),
        Case("action", "handoff_take", world.offered, **theirs),
        Case("action", "handoff_solve", world.offered, **theirs),
        Case("action", "handoff_save", world.taken, **show, **theirs),
        Case(
            "view", "faq", world.taken, {"question": typed("Q?"), "answer": typed("A.")}, **theirs
        ),
        Case("action", "follow_up_well", world.follow_up, **show, **mine),
        Case("action", "follow_up_mixed", world.follow_up, **show, **mine),
        Case("action", "follow_up_stuck", world.follow_up, **show, **mine),
        Case(
            "view",
            "follow_up",
            f"{world.follow_up}\nmixed",
            {"obstacle": chosen("time"), "practice": typed("Ask twice.")},
            **mine,
        ),
        Case("action", "nudge_will_try", CAMPAIGN, **mine),
        Case("action", "nudge_open_guide", "", own=True, shows=True, **mine),
        Case("action", "token_revoke", world.token, **mine),
    ]


def _submissions(world: World) -> Sequence[Case]:
    mine, written = {"by": "user"}, {"title": "Mine", "tool": "T", "team": "F"}
    story = {f"story_{name}": typed(text) for name, text in written.items()}
    outcome = {"decision": chosen("published"), "note": typed("")}
    declined = outcome | {"decision": chosen("declined")}
    entry = {"question": typed("Q?"), "answer": typed("A.")}
    return [
        Case("view", "story", DRAFT, story, again=True, **mine),
        Case(
            "action",
            "story_title",
            TEXTS,
            story | {"story_title": typed("Other")},
            dialog="story",
            **mine,
        ),
        Case("view_closed", "story", DRAFT, story | {"story_hard": typed("Hard")}, **mine),
        Case("view", "story_preview", DRAFT, **mine),
        Case("action", "story_finish", TEXTS, shows=True, again=True, **mine),
        Case("action", "story_review", STORY, shows=True, again=True),
        Case("view", "story_review", DRAFT, declined),
        Case("action", "story_approve", STORY),
        Case("action", "faq_review", ENTRY, shows=True, again=True),
        Case("action", "faq_approve", ENTRY),
        Case("view", "faq_review", ENTRY, entry | outcome, shows=True),
        Case("action", "faq_write", GAP, shows=True, again=True),
        Case("view", "faq_write", GAP, entry | {"audience": chosen("admins")}),
        Case("action", "gap_dismiss", GAP),
        Case("action", "gap_bring_back", DISMISSED),
    ]


def _decisions(world: World) -> Sequence[Case]:
    point = point_value(ActionBook(world.it.record.engine).of(WEEK)[0])
    jonas = world.it.slack.user("champion").id
    channel = world.it.slack.channel("general")
    target = {"measure": chosen("weekly"), "value": typed("70"), "whom": chosen("team:Finance")}
    excluded = {"decision": chosen("excluded")}
    shows = {"shows": True, "again": True}
    return [
        Case("action", "lesson_approve", world.lesson, again=True),
        Case("action", "lesson_undo", world.lesson),
        Case("action", "lesson_revoke", world.lesson, again=True),
        Case("action", "digest_take", point),
        Case("action", "digest_request_change", point, **shows),
        Case("action", "digest_done", point, **shows),
        Case("view", "digest_done", f"\n\n{point}", {"did": typed("Done.")}),
        Case("view", "targets", "", target),
        Case("action", "target_remove", "weekly:team:Finance"),
        Case("action", "guide_review", world.guide, **shows),
        Case("action", "guide_include", world.excluded),
        Case("view", "guide", world.guide, excluded),
        Case("action", "champion_trained", world.account("champion")),
        Case("view", "roles", jonas, {"champions": people(world.it.slack.user("user").id)}),
        Case("view", "channel", channel, {"mode": chosen("every")}, again=True),
        Case("view", "roster_import", shows=True),
        Case("view", "ai_tools", values={"logs": ticked("log_use")}),
    ]


def _training(world: World) -> Sequence[Case]:
    now = world.it.container.now()
    later = (now + timedelta(days=20)).date().isoformat()
    session = {
        "course": chosen(COURSE),
        "day": day(later),
        "time": {"type": "timepicker", "selected_time": "09:00"},
        "zone": typed("Europe/Berlin"),
        "minutes": typed("60"),
        "seats": typed("9"),
    }
    course = {"title": typed("Another"), "tier": chosen("awareness")}
    maya = world.it.slack.user().id
    shows = {"shows": True, "again": True}
    return [
        Case("action", "training_mark", HELD, by="champion", **shows),
        Case("view", "training_came", HELD, {"came": people(maya)}, by="champion", again=True),
        Case("view", "training_course", COURSE, course),
        Case("view", "training_session", COMING, session),
        Case("action", "training_give_up", COMING, by="user"),
        Case("action", "training_call_off", COMING),
        *(
            Case("action", f"training_{name}", id, **shows)
            for name, id in (
                ("manage", ""),
                ("add_course", ""),
                ("add_session", ""),
                ("change_course", COURSE),
                ("change_session", COMING),
            )
        ),
        Case("action", "training_open", own=True, by="user", **shows),
    ]


def _programme(world: World) -> Sequence[Case]:
    today = world.it.container.now().date()
    scores = {str(each): chosen("4") for each in ELEMENTS} | {"comment": typed(SECRET)}
    planned = {
        "first": day((today + timedelta(days=9)).isoformat()),
        "days": chosen("7"),
        "every": chosen("0"),
    }
    shows = {"shows": True, "again": True}
    return [
        Case("action", "pulse_open", ROUND, by="user", **shows),
        Case("view", "pulse", ROUND, scores, by="user"),
        Case("action", "pulse_manage", **shows),
        Case("action", "pulse_cancel", ROUND),
        Case("view", "pulse_plan", "", planned),
        Case("action", "nudges_plan", **shows),
        Case("view", "nudges_choose", "", {"tool": chosen(TOOL)}, **shows),
        Case("action", "nudges_stop", CAMPAIGN),
        Case("view", "nudges_preview", TOOL, shows=True),
    ]


def _rollout(world: World) -> Sequence[Case]:
    today = world.it.container.now().date()
    wave = {
        "name": typed("New"),
        "go_live": day((today + timedelta(days=9)).isoformat()),
        "gate_on": day((today + timedelta(days=90)).isoformat()),
    }
    gate, item = f"\n\n{today.isoformat()} {GATE}", item_value(PLANNED, OWN)
    go = {"choice": chosen("go"), "reason": typed("It works.")}
    jonas, shows = {"by": "champion"}, {"shows": True, "again": True}
    owner = {"why": person(world.it.slack.user("user").id)}
    return [
        Case("action", "rollout_open", **shows),
        Case("action", "rollout_new", **shows),
        Case("action", "rollout_edit", PLANNED, **shows),
        Case("action", "rollout_calendar", LIVE, **shows),
        Case("action", "rollout_launch", PLANNED, **shows),
        Case("action", "rollout_decide", GATE, **shows),
        Case("action", "rollout_sent", f"{LIVE}\nwhy", **jonas),
        Case("view", "rollout_calendar", LIVE, owner),
        Case("view", "rollout_wave", "", wave),
        Case("view", "rollout_decide", gate, go),
        Case("action", "rollout_remove", GONE),
        Case("action", "readiness_open", PLANNED, again=True),
        Case("action", "readiness_wave:1", PLANNED, **shows),
        Case("action", "readiness_edit", item, **shows),
        Case("action", "readiness_add", PLANNED, **shows),
        Case("action", "readiness_done", item, **shows, **jonas),
        Case("view", "readiness_done", item, {"show": typed("It is done.")}, **jonas),
        Case("view", "readiness_add", PLANNED, {"title": typed("More")}, again=True),
        Case("view", "readiness_item", item, {"again": ticked("remove")}),
        Case("view", "rollout_launch", f"\n\n{PLANNED}"),
    ]


def _openings(world: World) -> Sequence[Case]:
    """What opens a dialog, and changes nothing."""
    anybody: Json = {"own": True, "by": "user", "shows": True, "again": True}
    admins: Json = {"shows": True, "again": True}
    words = ("override", "feedback", "checkin", "story", "training", "privacy")
    for_admins = ("mcp", "taught", "nudges", "targets", "roles", "champions", "rollout", "channel")
    return [
        *(Case("command", f"/uptake {word}", **anybody) for word in words),
        *(Case("command", f"/uptake {word}", **admins) for word in (*for_admins, "pulse")),
        Case("command", "/uptake readiness", again=True),
        Case("command", "/uptake digest", shows=True, again=True),
        *(
            Case("action", name, **anybody)
            for name in ("ask_question", "open_feedback", "open_override", "story_write")
        ),
        Case("action", "token_connect", **anybody),
        *(
            Case("action", name, **admins)
            for name in (
                "open_roles",
                "open_roster",
                "open_targets",
                "lessons_open",
                "ai_tools_open",
            )
        ),
        Case("action", "setup:usage", **admins),
        Case("action", "setup_channel:help_channel", **admins),
        *(
            Case("shortcut", name, **anybody)
            for name in ("override", "override_message", "uptake_story")
        ),
        Case("shortcut", "ask_about", **(anybody | {"shows": False})),
        Case("action", "data_erase", own=True, by="user", again=True),
    ]
