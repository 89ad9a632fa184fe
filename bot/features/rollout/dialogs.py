"""The rollout's dialogs: all waves, one wave, its messages, its go-live and its gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from adoption.privacy.disclosure import MANY
from adoption.reports.report.sections import hours
from adoption.reports.rich_text import day_in_words
from adoption.reports.rollout.figures import WaveStatus
from adoption.reports.rollout.gates import with_interval
from adoption.reports.targets import Aim
from adoption.reports.value import WaveValue
from adoption.rollout.calendar import WaveMessage
from adoption.rollout.models import Advice, WaveState
from adoption.rollout.wave import Wave, WaveDecision
from adoption.rollout.waves import LONGEST_NAME, LONGEST_REASON
from bot.features.rollout.blocks import (
    DECIDE,
    LAUNCH,
    advice_text,
    gate_blocks,
    missing_blocks,
    named_line,
)
from bot.slack.blocks import (
    actions,
    button,
    checkboxes_input,
    confirmation,
    context,
    date_input,
    divider,
    modal,
    multi_select_input,
    option,
    radio_input,
    section,
    text_input,
    user_input,
)
from bot.slack.identity import mention, user_of
from bot.slack.mrkdwn import plain
from bot.texts import texts

NEW, EDIT, CALENDAR, REMOVE = "rollout_new", "rollout_edit", "rollout_calendar", "rollout_remove"
LIST_DIALOG, WAVE_DIALOG, LAUNCH_DIALOG = "rollout", "rollout_wave", "rollout_launch"
DECIDE_DIALOG, CALENDAR_DIALOG = "rollout_decide", "rollout_calendar"
NAME, GO_LIVE, GATE_ON, TEAMS, OWNER = "name", "go_live", "gate_on", "teams", "owner"
HABITUAL, OVERRIDES, HELPFUL, READINESS = "habitual", "overrides", "helpful", "readiness"
BARRIER, NO_BARRIER, COST, HOURS = "barrier", "no_barrier", "cost", "hours"
CHOICE, UNTIL, REASON = "choice", "until", "reason"
# The shares that are agreed; the first two are the wave's targets.
SHARES = (HABITUAL, OVERRIDES, HELPFUL, READINESS)
_LONGEST_NUMBER, _MOST_SHOWN = 12, 12
_GATE, _PAUSE = timedelta(weeks=12), timedelta(weeks=2)


def list_dialog(
    statuses: Sequence[WaveStatus], values: Mapping[str, WaveValue], today: date
) -> View:
    """All waves, with how each stands and what can be done."""
    say = texts("rollout")
    blocks: list[Block] = [actions(button(say["new"], NEW, style="primary"))]
    if not statuses:
        blocks.insert(0, section(say["none"]))
    for status in statuses[-_MOST_SHOWN:]:
        blocks += [divider(), *_wave(status, values.get(status.wave.name), today)]
    return modal(LIST_DIALOG, say["title"], blocks, close=say["close"])


def wave_dialog(
    wave: Wave | None, teams: Mapping[int, str], aims: Sequence[Aim], today: date, owner: str = ""
) -> View:
    """The dialog in which a wave is planned or edited.

    Args:
        aims: the wave's targets.
        owner: the account that owns a new wave, unless another is chosen.
    """
    say = texts("rollout")
    plan = wave.plan if wave else None
    owned_by = user_of(plan.owner if plan else owner)
    people = [user_input(OWNER, say["wave_owner"], owned_by, hint=say["wave_owner_hint"])]
    cost = _number(COST, say["cost"], plan.cost if plan else None, say["cost_hint"])
    metadata = f"{wave.version} {wave.id}" if wave else ""
    if wave is not None and wave.state is not WaveState.PLANNED:
        about = [section(f"*{plain(wave.name, 200)}*"), context(say["agreed"])]
        blocks: list[Block] = [*about, *people, cost]
        return modal(WAVE_DIALOG, say["wave_edit"], blocks, submit=say["save"], metadata=metadata)
    blocks = [
        *([section(f"*{plain(wave.name, 200)}*")] if wave else [_name()]),
        *_days(wave, today),
        *people,
        *_teams(wave, teams),
        *_shares(wave, aims),
        _barrier(wave),
        _number(HOURS, say["hours"], plan.hours_promised if plan else None),
        cost,
    ]
    title = say["wave_edit" if wave else "wave_new"]
    return modal(WAVE_DIALOG, title, blocks, submit=say["save"], metadata=metadata)


def launch_dialog(status: WaveStatus, today: date, place: str) -> View:
    """Asks whether a wave goes live, and shows what is missing.

    Args:
        place: where the message is that it was pressed in; empty for none.
    """
    say, wave = texts("rollout"), status.wave
    gate = day_in_words(wave.plan.gate_on + (today - wave.plan.go_live))
    text = say["launch_text"].format(wave=plain(wave.name, 200), gate=gate)
    blocks = [section(text), *missing_blocks(status)]
    metadata = f"{place}\n{wave.id}"
    return modal(
        LAUNCH_DIALOG, say["launch_title"], blocks, submit=say["launch_yes"], metadata=metadata
    )


def decide_dialog(status: WaveStatus, today: date, place: str) -> View:
    """Asks for go or pause with a reason, below the figures."""
    say, wave = texts("rollout"), status.wave
    until = (max(today, wave.plan.gate_on) + _PAUSE).isoformat()
    choices = {Advice.GO.value: say["go"], Advice.PAUSE.value: say["pause"]}
    blocks: list[Block] = [
        section(f"*{plain(wave.name, 200)}*\n{advice_text(status.advice)}"),
        *gate_blocks(status),
        radio_input(CHOICE, say["choose"], choices),
        text_input(REASON, say["reason"], most=LONGEST_REASON, hint=say["reason_hint"]),
        date_input(UNTIL, say["until"], until, optional=True, hint=say["until_hint"]),
    ]
    metadata = f"{place}\n{wave.plan.gate_on.isoformat()} {wave.id}"
    return modal(
        DECIDE_DIALOG, say["decide_title"], blocks, submit=say["decide_send"], metadata=metadata
    )


def calendar_dialog(wave: Wave, messages: Sequence[WaveMessage]) -> View:
    """Who sends which message, and when."""
    say = texts("rollout")
    blocks: list[Block] = [section(say["messages_text"].format(wave=plain(wave.name, 200)))]
    for message in messages:
        name = say[f"kind_{message.kind}"]
        if message.sent_at is not None:
            blocks.append(context(f"✓ {say['state_sent'].format(name=name)}"))
            continue
        label = say["message_owner"].format(name=name, day=day_in_words(message.due_on))
        blocks.append(user_input(str(message.kind), label, user_of(message.owner), optional=True))
    title = say["messages_title"]
    return modal(CALENDAR_DIALOG, title, blocks, submit=say["save"], metadata=wave.id)


def _wave(status: WaveStatus, value: WaveValue | None, today: date) -> list[Block]:
    wave = status.wave
    shown: list[Block] = [section("\n".join([named_line(status), *_about(status)]))]
    if wave.state is not WaveState.PLANNED:
        shown.append(context(_figures(status), *_worth(value)))
        shown += gate_blocks(status) if status.gates and wave.state is not WaveState.PASSED else []
    shown += [context(_decision(each)) for each in wave.decisions[:2]]
    return [*shown, actions(*_buttons(wave, today), block_id=f"wave:{wave.id}"[:255])]


def _about(status: WaveStatus) -> list[str]:
    say, wave = texts("rollout"), status.wave
    teams = ", ".join(plain(name, 100) for name in wave.teams.values())
    lines = [say["teams"].format(teams=teams) if teams else say["by_roster"]]
    if status.figures.eligible:
        lines.append(say["people"].format(people=f"{status.figures.eligible:,}"))
    if user_of(wave.plan.owner):
        lines.append(say["owner"].format(owner=mention(wave.plan.owner)))
    return lines


def _figures(status: WaveStatus) -> str:
    figures, say = status.figures, texts("rollout")
    shares = {HABITUAL: figures.habitual, OVERRIDES: figures.overrides, HELPFUL: figures.helpful}
    shown = {name: with_interval(share) for name, share in shares.items()}
    lines = [say[f"figure_{name}"].format(share=share) for name, share in shown.items() if share]
    text = " · ".join(lines)
    return text[:1].upper() + text[1:] or say["small"]


def _worth(value: WaveValue | None) -> list[str]:
    if value is None:
        return []
    say, saved = texts("rollout"), hours(value.saved)
    promised = value.promised
    text = (
        say["value"].format(saved=saved)
        if promised is None
        else say["value_promised"].format(saved=saved, promised=f"{promised:,.0f} h")
    )
    cost = [] if value.cost is None else [say["value_cost"].format(cost=f"{value.cost:,.0f}")]
    return [" · ".join([text, *cost])]


def _decision(decision: WaveDecision) -> str:
    say = texts("rollout")
    return say["decided"].format(
        who=mention(decision.account),
        decision=decision.decision,
        day=day_in_words(decision.at.date()),
        reason=plain(decision.reason, 500) or say["erased"],
    )


def _buttons(wave: Wave, today: date) -> list[ButtonElement]:
    say = texts("rollout")
    found = [button(say["edit"], EDIT, wave.id), button(say["calendar"], CALENDAR, wave.id)]
    if wave.state is WaveState.PLANNED:
        sure = confirmation(
            say["remove_title"], say["remove_text"], say["remove_yes"], say["remove_no"], "danger"
        )
        launch = button(say["launch"], LAUNCH, wave.id, "primary")
        return [launch, *found, button(say["remove"], REMOVE, wave.id, "danger", confirm=sure)]
    if wave.state is not WaveState.PASSED:
        style = "primary" if wave.is_gate_due(today) else ""
        found.insert(0, button(say["decide"], DECIDE, wave.id, style))
    return found


def _name() -> Block:
    say = texts("rollout")
    return text_input(NAME, say["name"], multiline=False, most=LONGEST_NAME, hint=say["name_hint"])


def _days(wave: Wave | None, today: date) -> list[Block]:
    say = texts("rollout")
    go_live = wave.plan.go_live if wave else today + timedelta(weeks=6)
    gate_on = wave.plan.gate_on if wave else go_live + _GATE
    return [
        date_input(GO_LIVE, say["go_live"], go_live.isoformat()),
        date_input(GATE_ON, say["gate_on"], gate_on.isoformat(), hint=say["gate_hint"]),
    ]


def _teams(wave: Wave | None, teams: Mapping[int, str]) -> list[Block]:
    if not teams:
        return []
    say, chosen = texts("rollout"), {str(id) for id in wave.teams} if wave else set()
    # What is chosen stays on offer, however many teams there are.
    ranked = sorted(teams.items(), key=lambda each: (str(each[0]) not in chosen, each[1]))
    options = [option(name, str(id)) for id, name in ranked]
    return [
        multi_select_input(
            TEAMS,
            say["wave_teams"],
            options,
            chosen,
            hint=say["teams_hint"],
            placeholder=say["choose_teams"],
        )
    ]


def _shares(wave: Wave | None, aims: Sequence[Aim]) -> list[Block]:
    agreed: dict[str, float | None] = {aim.measure: aim.value for aim in aims}
    if wave:
        agreed[HELPFUL], agreed[READINESS] = wave.plan.helpful_least, wave.plan.readiness_least
    say, found = texts("rollout"), {name: agreed.get(name) for name in SHARES}
    hints = {HABITUAL: say["habitual_hint"].format(people=MANY)}
    return [
        _number(name, say[name], None if value is None else value * 100, hints.get(name, ""))
        for name, value in found.items()
    ]


def _number(name: str, label: str, value: float | None, hint: str = "") -> Block:
    initial = "" if value is None else f"{value:.10g}"
    return text_input(
        name,
        label,
        optional=True,
        multiline=False,
        initial=initial,
        most=_LONGEST_NUMBER,
        hint=hint,
    )


def _barrier(wave: Wave | None) -> Block:
    say = texts("rollout")
    ticked = [NO_BARRIER] if wave and wave.plan.needs_no_barrier else []
    return checkboxes_input(BARRIER, say["barrier"], {NO_BARRIER: say["no_barrier"]}, ticked)
