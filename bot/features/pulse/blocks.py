"""The pulse in Slack: the five statements, invitations, and the dialog in which admins plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.pulse.answers import Answer, Outcome
from adoption.pulse.models import RoundState
from adoption.pulse.rounds import Plan, Round
from adoption.pulse.statements import ELEMENTS, HIGHEST, LOWEST
from bot.slack.blocks import (
    actions,
    button,
    confirmation,
    context,
    date_input,
    header,
    modal,
    notice,
    option,
    section,
    select_input,
    text_input,
)
from bot.slack.messages import Message
from bot.slack.view_values import ViewValues
from bot.texts import texts

PULSE_DIALOG, PLAN_DIALOG = "pulse", "pulse_plan"
OPEN, MANAGE, CANCEL = "pulse_open", "pulse_manage", "pulse_cancel"
COMMENT, FIRST, DAYS, EVERY = "comment", "first", "days", "every"
LONGEST_COMMENT = 1000
_DAYS, _EVERY = (3, 7, 14), (0, 4, 6, 8, 13)


@dataclass(frozen=True)
class Shown:
    """What a round's messages name: its last day, and the smallest group that is shown."""

    last: date
    minimum: int


def day(at: date | datetime, zone: ZoneInfo | None = None) -> str:
    """A day as people read it: `Friday 4 December`."""
    local = at.astimezone(zone) if isinstance(at, datetime) and zone else at
    return f"{local:%A} {local.day} {local:%B}"


def answer_dialog(id: str, shown: Shown) -> View:
    """The five statements on one screen."""
    say = texts("pulse")
    scores = range(HIGHEST, LOWEST - 1, -1)
    options = [option(say[f"score_{score}"], str(score)) for score in scores]
    blocks: list[Block] = [
        section(say["intro"]),
        *(
            select_input(each, say[each], options, placeholder=say["score"])
            for each in map(str, ELEMENTS)
        ),
        text_input(
            COMMENT, say["comment"], optional=True, most=LONGEST_COMMENT, hint=say["comment_hint"]
        ),
        context(say["promise"].format(day=day(shown.last), minimum=shown.minimum)),
    ]
    close = say["close"]
    return modal(PULSE_DIALOG, say["title"], blocks, submit=say["send"], close=close, metadata=id)


def answer_in(values: ViewValues) -> Answer | dict[str, str]:
    """What somebody chose; or what is missing, by input."""
    chosen = {str(each): values.chosen(each) for each in ELEMENTS}
    known = {str(score) for score in range(LOWEST, HIGHEST + 1)}
    if wrong := [name for name, score in chosen.items() if score not in known]:
        return dict.fromkeys(wrong, texts("pulse")["choose"])
    comment = values.text(COMMENT)[:LONGEST_COMMENT]
    return Answer([int(score) for score in chosen.values()], comment)


def outcome_dialog(outcome: Outcome) -> View:
    """What became of an answer."""
    say = texts("pulse")
    return notice(say["title"], say[outcome.name.lower()])


def invitation(id: str, shown: Shown, is_reminder: bool) -> Message:
    """Invites somebody, or reminds them."""
    say, what = texts("pulse"), "remind" if is_reminder else "invite"
    last = day(shown.last)
    return Message.of(
        say[what].format(day=last),
        section(say[f"{what}_text"].format(day=last)),
        actions(button(say["answer"], OPEN, id, "primary")),
        context(say["anonymous"].format(minimum=shown.minimum)),
    )


def home_invitation(id: str, shown: Shown) -> list[Block]:
    """The round that is open, for somebody who has not answered."""
    say = texts("pulse")
    answer = button(say["answer"], OPEN, id, "primary")
    return [
        header(say["home_title"]),
        section(say["home_open"].format(day=day(shown.last)), answer),
    ]


def home_admin(
    running: Round | None, zone: ZoneInfo, lines: Sequence[str], title: str
) -> list[Block]:
    """How far a round is, and what the last one showed.

    Args:
        lines: of the last round, escaped.
        title: of the last round; empty where there is none.
    """
    say = texts("pulse")
    state = say["home_admin_none"]
    if running is not None:
        first, last = day(running.opens_at, zone), day(running.closes_at, zone)
        state = say[f"home_admin_{running.state.value}"].format(first=first, last=last)
    results: list[Block] = [section("\n".join([f"*{title}*", *lines]))] if lines else []
    return [header(say["plan_title"]), section(state, button(say["manage"], MANAGE)), *results]


def plan_dialog(running: Round | None, today: date, zone: ZoneInfo) -> View:
    """Plans a round; or shows the one there is, with a way to cancel it."""
    say = texts("pulse")
    title = say["plan_title"]
    if running is not None:
        return modal("", title, _running(running, zone), close=say["done"])
    days = [option(say[f"plan_days_{each}"], str(each)) for each in _DAYS]
    every = [option(say[f"plan_every_{each}"], str(each)) for each in _EVERY]
    hint = say["plan_first_hint"].format(zone=zone.key)
    blocks: list[Block] = [
        section(say["plan_intro"]),
        date_input(FIRST, say["plan_first"], today.isoformat(), hint=hint),
        select_input(DAYS, say["plan_days"], days, "7"),
        select_input(EVERY, say["plan_every"], every, "0"),
    ]
    return modal(PLAN_DIALOG, title, blocks, submit=say["plan_save"], close=say["close"])


def plan_in(values: ViewValues, today: date) -> Plan | dict[str, str]:
    """The round that was planned; or what is wrong, by input."""
    say, wrong = texts("pulse"), {}
    first = values.day(FIRST)
    if first is None:
        return {FIRST: say["plan_missing"]}
    if first < today:
        wrong[FIRST] = say["plan_past"]
    days, every = values.chosen(DAYS), values.chosen(EVERY)
    for name, chosen, known in ((DAYS, days, _DAYS), (EVERY, every, _EVERY)):
        if chosen not in map(str, known):
            wrong[name] = say["plan_missing"]
    return wrong or Plan(first, int(days), int(every))


def cancelled_dialog() -> View:
    """Says that a round is cancelled."""
    say = texts("pulse")
    return notice(say["plan_title"], say["cancelled"])


def _running(running: Round, zone: ZoneInfo) -> list[Block]:
    say = texts("pulse")
    first, last = day(running.opens_at, zone), day(running.closes_at, zone)
    is_open = running.state is RoundState.OPEN
    lines = [say["is_open" if is_open else "is_planned"].format(first=first, last=last)]
    if running.every:
        lines.append(say["repeats"].format(weeks=running.every))
    ask = confirmation(
        say["cancel_title"], say["cancel_text"], say["cancel_yes"], say["cancel_no"], "danger"
    )
    cancel = button(say["cancel"], CANCEL, running.id, "danger", confirm=ask)
    return [section(" ".join(lines)), actions(cancel)]
